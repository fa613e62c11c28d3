// An identity of the local RAM with its rights: the account, a user or a role session; the names that RAM and STS give it;
// and what its identity policies and session policy allow.
import { type ConditionContext, evaluate } from '../../shared/ram/evaluate.ts';
import type { Policy } from '../../shared/ram/policy.ts';

interface RootPrincipal {
  readonly kind: 'root';
  readonly accountId: string;
}

export interface UserPrincipal {
  readonly kind: 'user';
  readonly accountId: string;
  readonly name: string;
  readonly userId: string;
}

interface RolePrincipal {
  readonly kind: 'role';
  readonly accountId: string;
  readonly roleName: string;
  readonly roleId: string;
  readonly sessionName: string;
  readonly sourceIdentity?: string;
}

/** The owner of a key. */
export type CloudPrincipal = RootPrincipal | UserPrincipal | RolePrincipal;

/** The ARN that GetCallerIdentity answers with. */
export function arnOf(principal: CloudPrincipal): string {
  const prefix = `acs:ram::${principal.accountId}`;
  switch (principal.kind) {
    case 'root':
      return `${prefix}:root`;
    case 'user':
      return `${prefix}:user/${principal.name}`;
    case 'role':
      return `${prefix}:assumed-role/${principal.roleName}/${principal.sessionName}`;
  }
}

/** The names by which a trust policy can name this principal: its own (a session's role), or its whole account. */
export function trustedNamesOf(principal: CloudPrincipal): readonly string[] {
  const account = `acs:ram::${principal.accountId}:root`;
  switch (principal.kind) {
    case 'root':
      return [account];
    case 'user':
      return [arnOf(principal), account];
    case 'role':
      return [`acs:ram::${principal.accountId}:role/${principal.roleName}`, account];
  }
}

/** The part of an identity that the local STS, RAM and Tablestore need: the key's owner and its permissions. */
export interface CloudCaller {
  readonly accountId: string;
  /** `acs:ram::<account>:user/<name>`, `acs:ram::<account>:assumed-role/<role>/<session>` or `…:root`. */
  readonly arn: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Identity policies and, for a role session, the session policy; explicit Deny wins. */
  may(action: string, resource: string, context: ConditionContext): boolean;
}

type CallerLookup =
  | { readonly kind: 'found'; readonly caller: CloudCaller }
  | { readonly kind: 'unknown-key' }
  | { readonly kind: 'wrong-token' }
  | { readonly kind: 'expired' };

export interface CallerDirectory {
  find(accessKeyId: string, securityToken: string | undefined): CallerLookup;
}

type Layer = 'identity' | 'session';

/** `denied` names the layer that denied the action, and says whether a Deny statement did. */
type Verdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'denied'; readonly layer: Layer; readonly explicit: boolean };

export interface Identity extends CloudCaller {
  readonly principal: CloudPrincipal;
  decide(action: string, resource: string, context: ConditionContext): Verdict;
}

/** The key by which an identity is known. */
interface AccessKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
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
export function rootIdentity(accountId: string, { accessKeyId, accessKeySecret }: AccessKey): Identity {
  const principal = { kind: 'root', accountId } as const;
  const decide = (): Verdict => ({ kind: 'allowed' });
  return {
    principal,
    accountId,
    arn: arnOf(principal),
    accessKeyId,
    accessKeySecret,
    decide,
    may: () => true,
  };
}

/** A user or a role session: its policies decide. */
export function boundIdentity(
  principal: CloudPrincipal,
  { accessKeyId, accessKeySecret }: AccessKey,
  rights: Rights,
): Identity {
  const decide = (action: string, resource: string, context: ConditionContext): Verdict =>
    decideIn(rights, action, resource, context);
  return {
    principal,
    accountId: principal.accountId,
    arn: arnOf(principal),
    accessKeyId,
    accessKeySecret,
    decide,
    may: (action, resource, context) => decide(action, resource, context).kind === 'allowed',
  };
}
