// A request, as conditions see it.
import { compileCondition } from '../../../shared/rules/conditions/compile-condition.ts';
import type { ConditionFacts } from '../../../shared/rules/values/grant-condition.ts';

export const NOON = new Date('2026-03-02T12:00:00.000Z');

export function facts(claims: Readonly<Record<string, unknown>> = {}): ConditionFacts {
  return {
    claims,
    groups: ['staff', 'on-call'],
    provider: 'app-users',
    subject: 'alice',
    request: { role: 'media-uploader', durationSeconds: 900, sourceIp: '203.0.113.7', time: NOON },
  };
}

function compiled(text: string) {
  const condition = compileCondition(text);
  if (!condition.ok) throw new Error(`${text}: ${condition.error}`);
  return condition.value;
}

/** Throws where the condition is refused, so that no test passes because of a typing error. */
export const holds = (text: string, claims: Readonly<Record<string, unknown>> = {}): boolean =>
  compiled(text).holds(facts(claims));

export const holdsFor = (text: string, given: ConditionFacts): boolean => compiled(text).holds(given);

export function refusal(text: string): string | undefined {
  const condition = compileCondition(text);
  return condition.ok ? undefined : condition.error;
}
