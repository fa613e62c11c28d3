// A caller with its rights: identity policies, and for a session the session policy on top.
import { evaluate } from '../../shared/ram/evaluate.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import type { Caller, ConditionContext } from './caller.ts';
import { arnOf, type Principal } from './principal.ts';

export type Layer = 'identity' | 'session';

/** `denied` says which layer ended it and whether a Deny statement did. */
export type Verdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'denied'; readonly layer: Layer; readonly explicit: boolean };

export interface Identity extends Caller {
  readonly principal: Principal;
  decide(action: string, resource: string, context: ConditionContext): Verdict;
}

interface Rights {
  readonly identityPolicies: readonly Policy[];
  /** Undefined: the session was issued without one, so the role's policies stand alone. */
  readonly sessionPolicy: Policy | undefined;
}

/** RAM, "policy evaluation process of assuming a role": every layer must allow, and an explicit Deny ends each. */
function decideIn(rights: Rights, action: string, resource: string, context: ConditionContext): Verdict {
  const layers: readonly { readonly layer: Layer; readonly policies: readonly Policy[] }[] = [
    ...(rights.sessionPolicy ? [{ layer: 'session' as const, policies: [rights.sessionPolicy] }] : []),
    { layer: 'identity', policies: rights.identityPolicies },
  ];
  for (const { layer, policies } of layers) {
    const answers = policies.map((policy) => evaluate(policy, { action, resource, context }));
    if (answers.includes('deny')) return { kind: 'denied', layer, explicit: true };
    if (!answers.includes('allow')) return { kind: 'denied', layer, explicit: false };
  }
  return { kind: 'allowed' };
}

/** The account itself: RAM policies do not bind it. */
export function rootIdentity(accountId: string, accessKeySecret: string): Identity {
  const principal = { kind: 'root', accountId } as const;
  const decide = (): Verdict => ({ kind: 'allowed' });
  return { principal, accountId, arn: arnOf(principal), accessKeySecret, decide, may: () => true };
}

export function boundIdentity(principal: Principal, accessKeySecret: string, rights: Rights): Identity {
  const decide = (action: string, resource: string, context: ConditionContext): Verdict =>
    decideIn(rights, action, resource, context);
  return {
    principal,
    accountId: principal.accountId,
    arn: arnOf(principal),
    accessKeySecret,
    decide,
    may: (action, resource, context) => decide(action, resource, context).kind === 'allowed',
  };
}
