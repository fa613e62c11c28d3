// AccessKeyId and token → identity with its rights as they are now, not as they were when the key was made.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { CloudRole, CloudSession, IamStore } from './iam-store.ts';
import { boundIdentity, type Identity, rootIdentity } from './identity.ts';
import type { PolicyStore } from './policy-store.ts';

export type IdentityLookup =
  | { readonly kind: 'found'; readonly caller: Identity }
  | { readonly kind: 'unknown-key' }
  | { readonly kind: 'wrong-token' }
  | { readonly kind: 'expired' };

/** Digests have one length, so the comparison tells nothing about how much of a guess was right. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function sessionIdentity({ record, policy }: CloudSession, role: CloudRole, policies: PolicyStore): Identity {
  const { accountId, name, roleId, attached = [] } = role.record;
  const principal = {
    kind: 'role',
    accountId,
    roleName: name,
    roleId,
    sessionName: record.sessionName,
    ...(record.sourceIdentity === undefined ? {} : { sourceIdentity: record.sourceIdentity }),
  } as const;
  return boundIdentity(principal, record, {
    identityPolicies: [
      ...role.policies,
      ...attached.flatMap((one) => policies.inForce({ ...one, accountId }) ?? []),
    ],
    sessionPolicy: policy,
  });
}

/** What is kept of the accounts. */
interface Iam {
  readonly store: IamStore;
  readonly policies: PolicyStore;
}

function findSession(
  { store, policies }: Iam,
  session: CloudSession,
  securityToken: string | undefined,
  now: Date,
): IdentityLookup {
  const { record } = session;
  if (securityToken === undefined || !sameSecret(securityToken, record.securityToken)) {
    return { kind: 'wrong-token' };
  }
  if (record.expiresAtMillis <= now.getTime()) return { kind: 'expired' };
  const role = store.roles.get(record.roleArn);
  return role === undefined
    ? { kind: 'unknown-key' }
    : { kind: 'found', caller: sessionIdentity(session, role, policies) };
}

/** Looks a key up. Without a token the key must be a long-term one, with a token that of a session. */
export function findCaller(
  iam: Iam,
  accessKeyId: string,
  securityToken: string | undefined,
  now: Date,
): IdentityLookup {
  const { store } = iam;
  const session = store.sessions.get(accessKeyId);
  if (session !== undefined) return findSession(iam, session, securityToken, now);
  const key = store.keys.get(accessKeyId);
  if (key === undefined) return { kind: 'unknown-key' };
  if (securityToken !== undefined) return { kind: 'wrong-token' };
  const { accountId, owner } = key.record;
  if (owner.kind === 'root') return { kind: 'found', caller: rootIdentity(accountId, key.record) };
  const principal = { kind: 'user', accountId, name: owner.name, userId: owner.userId } as const;
  const rights = { identityPolicies: key.policies, sessionPolicy: undefined };
  return { kind: 'found', caller: boundIdentity(principal, key.record, rights) };
}
