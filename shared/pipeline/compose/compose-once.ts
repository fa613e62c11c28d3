// The composed policy of a caller's last request for a grant, for the next one that cannot differ. compose is pure and
// takes a fifth of a vend that reuses its credentials; what it depends on is compared here, all of it.

import type { Claims } from '../../identity/principal.ts';
import type { Failure } from '../../kernel/failure.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Allowed } from '../decide/decision.ts';
import type { Grant } from '../grants/grant.ts';
import {
  type ComposeContext,
  type Composed,
  composeSessionPolicy,
  endOf,
  isTimeLimited,
} from './compose-session-policy.ts';

interface Remembered {
  readonly allowed: Allowed;
  readonly clientAddress: string | undefined;
  readonly composed: Composed;
}

/** Claims and grants never change: others are other objects. Gone with the caller's token, or with the rules. */
const lastComposed = new WeakMap<Claims, WeakMap<Grant, Remembered>>();

function remember(allowed: Allowed, { claims, clientAddress }: ComposeContext, composed: Composed): void {
  const ofCaller = lastComposed.get(claims) ?? new WeakMap<Grant, Remembered>();
  lastComposed.set(claims, ofCaller.set(allowed.grant, { allowed, clientAddress, composed }));
}

function recall(allowed: Allowed, { claims, clientAddress, now }: ComposeContext): Composed | undefined {
  const last = lastComposed.get(claims)?.get(allowed.grant);
  if (!last || last.clientAddress !== clientAddress) return undefined;
  if (last.allowed.lifetimeSeconds !== allowed.lifetimeSeconds) return undefined;
  const timeLimited = isTimeLimited(allowed);
  if (isTimeLimited(last.allowed) !== timeLimited) return undefined;
  const expiresAt = endOf(allowed, now);
  // A policy that says when it ends is another one a second later; one that does not is the same while the rules are.
  const hasOtherEnd = timeLimited && last.composed.expiresAt.getTime() !== expiresAt.getTime();
  return hasOtherEnd ? undefined : { ...last.composed, expiresAt };
}

export function composeOnce(allowed: Allowed, context: ComposeContext): Result<Composed, Failure> {
  if (context.callerPolicy) return composeSessionPolicy(allowed, context);
  const recalled = recall(allowed, context);
  if (recalled) return ok(recalled);
  const composed = composeSessionPolicy(allowed, context);
  if (composed.ok) remember(allowed, context, composed.value);
  return composed;
}
