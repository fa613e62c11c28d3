// The caller whom a subject names, had its proof been confirmed.

import type { DescribedCaller } from '../../../identity/described-caller.ts';
import { readNumericDate } from '../../../identity/judge-claims.ts';
import type { Principal } from '../../../identity/principal.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { AliyunProvider } from '../../../rules/providers/aliyun.ts';
import { isTrusted, parseSubject } from '../../../rules/values/ram-member.ts';
import { CALLER_IDS, identifyCaller } from './identify-caller.ts';

export function simulateCaller(
  { subject, claims, groups }: DescribedCaller,
  provider: AliyunProvider,
): Result<Principal, Failure> {
  if (groups) return err({ code: 'invalid_token', reason: 'groups-unusable' });
  const member = parseSubject(subject);
  if (!member || !provider.trust.some((entry) => isTrusted(member, entry)))
    return err({ code: 'invalid_token', reason: 'subject-unusable' });
  const proof = { expiresAt: readNumericDate(claims['exp']), proofHash: '' };
  const ids = Object.fromEntries(Object.entries(claims).filter(([name]) => CALLER_IDS.has(name)));
  return ok(identifyCaller({ member, ids }, provider, proof));
}
