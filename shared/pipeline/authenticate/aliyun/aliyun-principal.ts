// The user, role or account that signed → the principal. The caller can choose no part of the subject; the session's name,
// which it can choose, is only a claim. In a file of its own, so that describing a caller does not load the code that reads
// proofs.

import type { Claims, Principal } from '../../../identity/principal.ts';
import type { AliyunProvider } from '../../../rules/providers/aliyun.ts';
import { type RamMember, subjectOf } from '../../../rules/values/ram-member.ts';
import type { CallerIdentity } from './read-caller-identity.ts';

/** The claims that come from the answer of STS, and not from the subject. */
export const CALLER_IDS: ReadonlySet<string> = new Set(['principalId', 'userId', 'roleId', 'sessionName']);

function memberClaims(member: RamMember): Claims {
  const { kind, account } = member;
  switch (member.kind) {
    case 'root':
      return { account, type: kind };
    case 'user':
      return { account, type: kind, userName: member.name };
    case 'role':
      return { account, type: kind, roleName: member.name };
  }
}

export function aliyunPrincipal(
  { member, ids }: CallerIdentity,
  provider: AliyunProvider,
  proof: Pick<Principal, 'expiresAt' | 'proofHash'>,
): Principal {
  return {
    kind: 'aliyun',
    provider: provider.id,
    issuer: `acs:ram::${member.account}`,
    subject: subjectOf(member),
    groups: [],
    claims: { ...ids, ...memberClaims(member) },
    mfa: false,
    authenticatedAt: undefined,
    ...proof,
  };
}
