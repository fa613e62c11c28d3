// Stage 5: the allowed grant → the session policy for this caller. Pure.

import type { Claims } from '../../identity/principal.ts';
import type { Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Widening } from '../../ram/contains.ts';
import { formatPolicy } from '../../ram/format-policy.ts';
import type { Policy } from '../../ram/policy.ts';
import { MAX_SESSION_POLICY_BYTES, policyBytes } from '../../ram/policy-size.ts';
import { restrictPolicy } from '../../ram/restrict-policy.ts';
import { constraintConditions } from '../../rules/document/constraint-conditions.ts';
import { STS_DURATION_SECONDS } from '../../rules/values/role.ts';
import type { Allowed } from '../decide/decision.ts';
import type { GrantedPolicy } from '../grants/grant.ts';
import { bindVariables, findUnusableClaim } from './bind-variables.ts';
import { checkSessionPolicy } from './check-session-policy.ts';
import { limitLifetime } from './limit-lifetime.ts';
import { narrowPolicy } from './narrow-policy.ts';
import { renderTemplate } from './render-template.ts';
import type { SessionPolicy } from './session-policy.ts';
import { withholdIdentityActions } from './withhold-identity-actions.ts';

/** `inherit`: all that the role may do, said in full, since leaving the policy out says the same by accident. */
const ALL_OF_THE_ROLE: Policy = {
  version: '1',
  statements: [
    { effect: 'Allow', actions: { kind: 'only', patterns: ['*'] }, resources: ['*'], conditions: [] },
  ],
};

export interface Composed {
  readonly sessionPolicy: SessionPolicy;
  /** When the credentials stop working. */
  readonly expiresAt: Date;
  /** The policy without its end: equal for equal requests, so credentials can be reused. */
  readonly basis: string;
  /** What STS is asked for; never under its minimum. */
  readonly stsSeconds: number;
}

export interface ComposeContext {
  readonly claims: Claims;
  readonly callerPolicy: Policy | undefined;
  /** Of the caller; unknown when absent. */
  readonly clientAddress?: string | undefined;
  readonly now: Date;
}

function grantedPolicy(policy: GrantedPolicy, claims: Claims): Result<Policy, Failure> {
  if (policy.kind === 'inherit') return ok(ALL_OF_THE_ROLE);
  const bindings = bindVariables(policy.template, claims);
  if (bindings) return ok(renderTemplate(policy.template, bindings));
  const denialDetail = findUnusableClaim(policy.template, claims);
  return err({ code: 'access_denied', reason: 'claim-unusable', denialDetail });
}

function tooLarge(json: string): Result<never, Failure> {
  const denialDetail = { kind: 'size', bytes: policyBytes(json) } as const;
  return err({ code: 'policy_too_large', reason: 'policy-too-large', denialDetail });
}

const jsonOf = (policy: Policy): string => JSON.stringify(formatPolicy(policy));
const isTooLarge = (json: string): boolean => policyBytes(json) > MAX_SESSION_POLICY_BYTES;

/** Whole seconds, as STS and RAM count them; rounding down never lengthens a life. */
export const endOf = ({ lifetimeSeconds }: Allowed, now: Date): Date =>
  new Date((Math.floor(now.getTime() / 1000) + lifetimeSeconds) * 1000);

/** STS counts from when it is asked, a little later than now: an end that may not be passed is in the policy. */
export const isTimeLimited = ({ lifetimeSeconds, notAfter }: Allowed): boolean =>
  lifetimeSeconds < STS_DURATION_SECONDS.min || notAfter !== undefined;

const contradiction = (): Result<never, Failure> =>
  err({ code: 'access_denied', reason: 'constraint-unsatisfiable' });

/** Names the statement of the caller's own policy; of the grant it tells no more than the refusal does. */
function notNarrower(widening: Widening): Failure {
  const field = `policy.Statement[${widening.statement}]`;
  const fields = [{ field, message: `is not provably within the grant: ${widening.reason}` }];
  const denialDetail = { kind: 'statement', ...widening } as const;
  return { code: 'policy_not_narrower', reason: 'policy-wider-than-grant', fields, denialDetail };
}

/** All but the end in time. */
function constrainedPolicy(allowed: Allowed, context: ComposeContext): Result<Policy, Failure> {
  const { policy, constraints, allowIdentityActions = false } = allowed.grant;
  const filled = grantedPolicy(policy, context.claims);
  if (!filled.ok) return filled;
  const granted = allowIdentityActions ? filled.value : withholdIdentityActions(filled.value);
  // Asked before the comparison, whose cost grows with a caller's patterns: what cannot be sent need not be compared.
  const callerJson = context.callerPolicy && jsonOf(context.callerPolicy);
  if (callerJson !== undefined && isTooLarge(callerJson)) return tooLarge(callerJson);
  const narrowed = narrowPolicy(granted, context.callerPolicy);
  if (!narrowed.ok) {
    return err(notNarrower(narrowed.error));
  }
  const conditions = constraintConditions(constraints, context.clientAddress);
  const constrained = conditions && restrictPolicy(narrowed.value, conditions);
  return constrained ? ok(constrained) : contradiction();
}

export function composeSessionPolicy(allowed: Allowed, context: ComposeContext): Result<Composed, Failure> {
  const constrained = constrainedPolicy(allowed, context);
  if (!constrained.ok) return constrained;
  const { grant, lifetimeSeconds } = allowed;
  const timeLimited = isTimeLimited(allowed);
  const expiresAt = endOf(allowed, context.now);
  const final = timeLimited ? limitLifetime(constrained.value, expiresAt) : constrained.value;
  if (!final) return contradiction();
  const json = jsonOf(final);
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
    basis: timeLimited ? jsonOf(constrained.value) : json,
    stsSeconds: Math.max(lifetimeSeconds, STS_DURATION_SECONDS.min),
  });
}
