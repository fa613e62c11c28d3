// Stage 5: the allowed grant → the session policy for this caller. Pure. In five steps: fill the grant's policy with the
// caller's claims; deny the actions of sts and ram; put the caller's narrower policy in its place, if there is one; add the
// grant's constraints as conditions; add the end of the credentials as a condition. check-session-policy.ts then checks the
// result independently: an unchecked policy cannot be sent.

import type { Claims } from '../../identity/principal.ts';
import type { Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { formatWholeSeconds } from '../../kernel/whole-seconds.ts';
import { contains, type Widening } from '../../ram/contains.ts';
import { denyActionsOf, IDENTITY_SERVICES, mayAllowActionsOf } from '../../ram/forbidden-actions.ts';
import { formatPolicy, MAX_SESSION_POLICY_BYTES, policyBytes } from '../../ram/format-policy.ts';
import type { Policy } from '../../ram/policy.ts';
import { restrictPolicy } from '../../ram/restrict-policy.ts';
import { constraintConditions } from '../../rules/document/constraint-conditions.ts';
import { STS_DURATION_SECONDS } from '../../rules/values/role.ts';
import type { Allowed } from '../decide/decision.ts';
import type { GrantedPolicy } from '../grants/grant.ts';
import { checkSessionPolicy, type SessionPolicy } from './check-session-policy.ts';
import { bindVariables, findUnusableClaim, renderTemplate } from './fill-template.ts';

export interface Composed {
  readonly sessionPolicy: SessionPolicy;
  /** When the credentials stop working. */
  readonly expiresAt: Date;
  /** The policy's JSON without its end: equal for equal requests, so that credentials can be reused. */
  readonly basis: string;
  /** The DurationSeconds of AssumeRole; never under STS's minimum. */
  readonly stsSeconds: number;
}

export interface ComposeContext {
  readonly claims: Claims;
  /** The policy that the caller sent to narrow the grant; undefined when it sent none. */
  readonly callerPolicy: Policy | undefined;
  /** The caller's address; absent when unknown. */
  readonly clientAddress?: string | undefined;
  readonly now: Date;
}

/**
 * Composes and checks. Failures:
 * - `access_denied`: a claim cannot fill the template (`claim-unusable`), the grant's conditions contradict each other
 *   (`constraint-unsatisfiable`), or the check refuses what was composed (`policy-check-failed`, a bug);
 * - `policy_not_narrower`: the caller's policy is not provably within the grant's;
 * - `policy_too_large`: STS takes 2,048 bytes.
 */
export function composeSessionPolicy(allowed: Allowed, context: ComposeContext): Result<Composed, Failure> {
  const untimed = composeUntimed(allowed, context);
  if (!untimed.ok) return untimed;
  const { grant, lifetimeSeconds } = allowed;
  const timeLimited = isTimeLimited(allowed);
  const expiresAt = endOf(allowed, context.now);
  const policy = timeLimited ? limitLifetime(untimed.value, expiresAt) : untimed.value;
  if (!policy) return contradiction();

  const json = jsonOf(policy);
  const checked = checkSessionPolicy(json, {
    granted: grant.policy,
    claims: context.claims,
    constraints: grant.constraints,
    allowIdentityActions: grant.allowIdentityActions ?? false,
    address: context.clientAddress,
    expiresAt,
    timeLimited,
  });
  if (!checked.ok) {
    return checked.error === 'too-large'
      ? tooLarge(json)
      : err({ code: 'access_denied', reason: 'policy-check-failed' });
  }
  return ok({
    sessionPolicy: checked.value,
    expiresAt,
    basis: timeLimited ? jsonOf(untimed.value) : json,
    stsSeconds: Math.max(lifetimeSeconds, STS_DURATION_SECONDS.min),
  });
}

/** In whole seconds, as STS and RAM count them. Rounding down never lengthens a lifetime. */
export const endOf = ({ lifetimeSeconds }: Allowed, now: Date): Date =>
  new Date((Math.floor(now.getTime() / 1000) + lifetimeSeconds) * 1000);

/**
 * Must the policy itself say when the credentials end? Yes, where STS alone would end them too late: for a lifetime under STS's
 * minimum, and for an end that must be kept to the second. STS counts by its own clock, from when it is asked.
 */
export const isTimeLimited = ({ lifetimeSeconds, notAfter }: Allowed): boolean =>
  lifetimeSeconds < STS_DURATION_SECONDS.min || notAfter !== undefined;

/** All steps except the last: the policy does not say when the credentials end. */
function composeUntimed(allowed: Allowed, context: ComposeContext): Result<Policy, Failure> {
  const { policy, constraints, allowIdentityActions = false } = allowed.grant;
  const filled = grantedPolicy(policy, context.claims);
  if (!filled.ok) return filled;
  const granted = allowIdentityActions ? filled.value : withholdIdentityActions(filled.value);

  const narrowed = context.callerPolicy ? narrowPolicy(granted, context.callerPolicy) : ok(granted);
  if (!narrowed.ok) return narrowed;

  const conditions = constraintConditions(constraints, context.clientAddress);
  const constrained = conditions && restrictPolicy(narrowed.value, conditions);
  return constrained ? ok(constrained) : contradiction();
}

/** `inherit`: everything that the role may do. Written out, so that it cannot be mistaken for a policy that was left out. */
const ALL_OF_THE_ROLE: Policy = {
  version: '1',
  statements: [
    { effect: 'Allow', actions: { kind: 'only', patterns: ['*'] }, resources: ['*'], conditions: [] },
  ],
};

function grantedPolicy(policy: GrantedPolicy, claims: Claims): Result<Policy, Failure> {
  if (policy.kind === 'inherit') return ok(ALL_OF_THE_ROLE);
  const bindings = bindVariables(policy.template, claims);
  if (bindings) return ok(renderTemplate(policy.template, bindings));
  const denialDetail = findUnusableClaim(policy.template, claims);
  return err({ code: 'access_denied', reason: 'claim-unusable', denialDetail });
}

/**
 * Adds a Deny of all actions of sts and ram if any Allow could include one: with such an action, credentials could obtain
 * others that have no session policy. The Deny also wins over what the role is given later and what the caller's policy asks
 * for. It is added even where a Deny of the grant seems to be enough, since nothing proves that it is.
 */
function withholdIdentityActions(policy: Policy): Policy {
  const allows = policy.statements.filter(({ effect }) => effect === 'Allow');
  if (!mayAllowActionsOf({ ...policy, statements: allows }, IDENTITY_SERVICES)) return policy;
  return { ...policy, statements: [...policy.statements, denyActionsOf(IDENTITY_SERVICES)] };
}

/** The caller's own, provably narrower policy in place of the grant's Allows. The grant's Denies always stay. */
function narrowPolicy(granted: Policy, callerPolicy: Policy): Result<Policy, Failure> {
  // Checked before the comparison, whose cost grows with the caller's patterns: a policy too large to send is not compared.
  const json = jsonOf(callerPolicy);
  if (isTooLarge(json)) return tooLarge(json);
  const denies = granted.statements.filter(({ effect }) => effect === 'Deny');
  const narrowed: Policy = { version: '1', statements: [...callerPolicy.statements, ...denies] };
  const proof = contains(granted, narrowed);
  return proof.ok ? ok(narrowed) : err(notNarrower(proof.error));
}

/**
 * A time condition in every Allow: with it the cloud itself ends a lifetime under STS's minimum of 900 seconds. A template
 * may have a time condition of its own; the earlier of the two stays. Undefined when the two have nothing in common.
 */
export function limitLifetime(policy: Policy, end: Date): Policy | undefined {
  return restrictPolicy(policy, [
    { operator: 'DateLessThan', key: 'acs:CurrentTime', values: [formatWholeSeconds(end)] },
  ]);
}

const jsonOf = (policy: Policy): string => JSON.stringify(formatPolicy(policy));
const isTooLarge = (json: string): boolean => policyBytes(json) > MAX_SESSION_POLICY_BYTES;

function tooLarge(json: string): Result<never, Failure> {
  const denialDetail = { kind: 'size', bytes: policyBytes(json) } as const;
  return err({ code: 'policy_too_large', reason: 'policy-too-large', denialDetail });
}

/** Names the statement of the caller's policy that is too wide, and tells nothing about the grant. */
function notNarrower(widening: Widening): Failure {
  const field = `policy.Statement[${widening.statement}]`;
  const fields = [{ field, message: `is not provably within the grant: ${widening.reason}` }];
  const denialDetail = { kind: 'statement', ...widening } as const;
  return { code: 'policy_not_narrower', reason: 'policy-wider-than-grant', fields, denialDetail };
}

const contradiction = (): Result<never, Failure> =>
  err({ code: 'access_denied', reason: 'constraint-unsatisfiable' });
