// The answer of POST /v1/credentials. `reveal` is the one place where vended secrets are revealed, for all wires. They go
// into the body of a response that must not be stored (Cache-Control: no-store).
import type * as z from 'zod';
import { type Answer, success } from '../../shared/http/answer.ts';
import type { Principal } from '../../shared/identity/principal.ts';
import type { RequestId } from '../../shared/kernel/names.ts';
import type { IssuedCredentials } from '../../shared/pipeline/assume/issue-credentials.ts';
import { expirationToTell, refreshAfter } from '../../shared/pipeline/assume/reuse-credentials.ts';
import type { Allowed } from '../../shared/pipeline/decide/decision.ts';
import type { VendDeps } from './deps.ts';
import type { CredentialsResponse } from './response-schemas.ts';
import type { RevealedCredentials, WireExchange } from './wires/wire.ts';

type Body = z.input<typeof CredentialsResponse>;

const reveal = ({ role, expiresAt }: IssuedCredentials): RevealedCredentials => ({
  accessKeyId: role.accessKeyId,
  accessKeySecret: role.accessKeySecret.reveal(),
  securityToken: role.securityToken.reveal(),
  expiresAt,
});

export function vendResponse(
  issued: IssuedCredentials,
  allowed: Allowed,
  requestId: RequestId,
  { random, clock }: Pick<VendDeps, 'random' | 'clock'>,
): Answer {
  const { role: assumed, composed, sessionName, sourceIdentity } = issued;
  const { Version, Statement } = composed.sessionPolicy.document;
  const { accessKeyId, accessKeySecret, securityToken, expiresAt } = reveal(issued);
  // A member that is undefined is not written.
  const body: Body = {
    credentials: { accessKeyId, accessKeySecret, securityToken, expiration: expiresAt.toISOString() },
    refreshAfter: refreshAfter(issued, random).toISOString(),
    role: allowed.role.id,
    roleArn: allowed.role.roleArn,
    assumedRoleArn: assumed.assumedRoleArn,
    sessionName,
    sourceIdentity,
    hubRoleArn: assumed.hubRoleArn,
    grant: allowed.grant.id,
    policy: { Version, Statement },
    requestId,
  };
  // Age (RFC 9111 section 5.1): reused credentials are not new, and their expiration does not say how old they are.
  const ageMs = Math.max(0, clock.now().getTime() - issued.issuedAt.getTime());
  return success(body, { age: String(Math.floor(ageMs / 1000)) });
}

/** The answer by a wire, whose clients go by the expiration alone: see `expirationToTell`. */
export const wireResponse =
  (grant: WireExchange['grant']) =>
  (
    issued: IssuedCredentials,
    _: Allowed,
    requestId: RequestId,
    { random, clock }: Pick<VendDeps, 'random' | 'clock'>,
    principal: Principal,
  ): Answer =>
    grant({
      credentials: { ...reveal(issued), expiresAt: expirationToTell(issued, random) },
      assumedRoleArn: issued.role.assumedRoleArn,
      assumedRoleId: issued.role.assumedRoleId,
      principal,
      sourceIdentity: issued.sourceIdentity,
      requestId,
      now: clock.now(),
    });
