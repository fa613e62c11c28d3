// Do the conditions of one statement hold for a request? Three answers, because a request may lack what is asked.
import { meaningOf } from './operators.ts';
import type { Condition } from './policy.ts';
import { isMember } from './value-set.ts';

export type RequestContext = Readonly<Record<string, string>>;

/**
 * `unknown` is where the documentation leaves the outcome open: an absent key under a negated operator, a value of
 * the wrong type, a negated operator with several values of which some differ. Allow needs `met`; Deny applies
 * unless `unmet`: in doubt the answer is no.
 */
export type Verdict = 'met' | 'unmet' | 'unknown';

function verdictOf({ operator, key, values }: Condition, context: RequestContext): Verdict {
  const { admits, negated } = meaningOf(operator);
  const actual = Object.hasOwn(context, key) ? context[key] : undefined;
  if (actual === undefined) return negated ? 'unknown' : 'unmet';
  const held = values.map((value) => {
    const set = admits(value);
    return set && isMember(actual, set);
  });
  if (held.includes(undefined)) return 'unknown';
  if (!held.includes(true)) return negated ? 'met' : 'unmet';
  if (!negated) return 'met';
  return held.includes(false) ? 'unknown' : 'unmet';
}

/** Values are ORed; keys and operators are ANDed. */
export function evaluateConditions(conditions: readonly Condition[], context: RequestContext): Verdict {
  const verdicts = conditions.map((condition) => verdictOf(condition, context));
  if (verdicts.includes('unmet')) return 'unmet';
  return verdicts.includes('unknown') ? 'unknown' : 'met';
}

export function applies(effect: 'Allow' | 'Deny', verdict: Verdict): boolean {
  return effect === 'Allow' ? verdict === 'met' : verdict !== 'unmet';
}
