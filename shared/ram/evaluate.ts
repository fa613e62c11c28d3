// What one policy, or one trust policy, answers to one request. An explicit Deny wins over every Allow. Layers of policies
// (identity, session, trust) are the caller's business.
// Sources: Alibaba Cloud RAM, "Policy evaluation process" and "Condition operator".
import { matchesGlob } from './glob.ts';
import { meaningOf } from './operators.ts';
import type { TrustedPrincipal, TrustPolicy } from './parse-trust-policy.ts';
import type { Actions, Condition, Policy, Statement } from './policy.ts';
import { isMember } from './value-set.ts';

/** Condition key → the request's value, of which it has one. A missing key is one that the request does not have. */
export type ConditionContext = Readonly<Record<string, string>>;

export interface AccessRequest {
  /** `service:Operation`; compared without regard to case. */
  readonly action: string;
  /** `acs:service:region:account:resource`; compared with regard to case. */
  readonly resource: string;
  readonly context: ConditionContext;
}

/** `none`: the policy says nothing of the request, which alone allows nothing. */
export type PolicyAnswer = 'allow' | 'deny' | 'none';

/** What the policy answers to the request. In doubt a Deny applies and an Allow does not; see evaluateConditions. */
export function evaluate(policy: Policy, request: AccessRequest): PolicyAnswer {
  return answerOf(
    policy.statements.filter(
      (statement) =>
        isAbout(statement, request) &&
        applies(statement.effect, evaluateConditions(statement.conditions, request.context)),
    ),
  );
}

export interface TrustRequest {
  readonly kind: TrustedPrincipal['kind'];
  /**
   * Every name by which the caller is known: a RAM user is itself and a member of its account (`…:root`), a service that
   * acts for the account 123 is `123@<service>` too.
   */
  readonly names: readonly string[];
  readonly context: ConditionContext;
}

/** Does the role's trust policy let the caller assume the role? RAM also asks the caller's own policies. */
export function evaluateTrust(policy: TrustPolicy, request: TrustRequest): PolicyAnswer {
  return answerOf(
    policy.statements.filter(
      ({ effect, principals, conditions }) =>
        principals.some(({ kind, name }) => kind === request.kind && request.names.includes(name)) &&
        applies(effect, evaluateConditions(conditions, request.context)),
    ),
  );
}

function answerOf(applying: readonly Pick<Statement, 'effect'>[]): PolicyAnswer {
  if (applying.some(({ effect }) => effect === 'Deny')) return 'deny';
  return applying.length > 0 ? 'allow' : 'none';
}

function isAbout(statement: Statement, { action, resource }: AccessRequest): boolean {
  return (
    coversAction(statement.actions, action) &&
    statement.resources.some((pattern) => matchesGlob(pattern, resource, { ignoreCase: false }))
  );
}

function coversAction({ kind, patterns }: Actions, action: string): boolean {
  const matched = patterns.some((pattern) => matchesGlob(pattern, action, { ignoreCase: true }));
  return kind === 'only' ? matched : !matched;
}

/**
 * `unknown` is where the documentation leaves the outcome open: an absent key under a negated operator, or a value of
 * the wrong type. An Allow needs `met`, and a Deny applies unless `unmet`: in doubt the answer is no.
 */
export type ConditionResult = 'met' | 'unmet' | 'unknown';

/**
 * Do all conditions hold for the request? Values are ORed; keys and operators are ANDed. A negated operator is the
 * opposite of its positive one: a request meets it that has none of the values. RAM reads its own example of a Deny with
 * NotIpAddress and two networks so ("Access Alibaba Cloud resources by using a specific IP address or CIDR block").
 */
function evaluateConditions(conditions: readonly Condition[], context: ConditionContext): ConditionResult {
  const results = conditions.map((condition) => resultOf(condition, context));
  if (results.includes('unmet')) return 'unmet';
  return results.includes('unknown') ? 'unknown' : 'met';
}

function resultOf({ operator, key, values }: Condition, context: ConditionContext): ConditionResult {
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

function applies(effect: 'Allow' | 'Deny', result: ConditionResult): boolean {
  return effect === 'Allow' ? result === 'met' : result !== 'unmet';
}
