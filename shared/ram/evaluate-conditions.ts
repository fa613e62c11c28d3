// Do the conditions of one statement hold for a request? Three answers, because a request may lack what is asked.
import { meaningOf } from './operators.ts';
import type { Condition } from './policy.ts';
import { isMember } from './value-set.ts';

export type ConditionContext = Readonly<Record<string, string>>;

/**
 * `unknown` is where the documentation leaves the outcome open: an absent key under a negated operator, or a value of
 * the wrong type. Allow needs `met`; Deny applies unless `unmet`: in doubt the answer is no.
 */
export type Verdict = 'met' | 'unmet' | 'unknown';

function verdictOf({ operator, key, values }: Condition, context: ConditionContext): Verdict {
  const { admits, negated } = meaningOf(operator);
  const actual = Object.hasOwn(context, key) ? context[key] : undefined;
  if (actual === undefined) return negated ? 'unknown' : 'unmet';
  const held = values.map((value) => {
    const set = admits(value);
    return set && isMember(actual, set);
  });
  if (held.includes(undefined)) return 'unknown';
  return held.includes(true) === negated ? 'unmet' : 'met';
}

/**
 * Values are ORed, and a negated operator is the opposite of that: it is met by a request that has none of them. So RAM
 * reads its own example of a Deny with NotIpAddress and two networks ("Access Alibaba Cloud resources by using a
 * specific IP address or CIDR block"). Keys and operators are ANDed.
 */
export function evaluateConditions(conditions: readonly Condition[], context: ConditionContext): Verdict {
  const verdicts = conditions.map((condition) => verdictOf(condition, context));
  if (verdicts.includes('unmet')) return 'unmet';
  return verdicts.includes('unknown') ? 'unknown' : 'met';
}

export function applies(effect: 'Allow' | 'Deny', verdict: Verdict): boolean {
  return effect === 'Allow' ? verdict === 'met' : verdict !== 'unmet';
}
