// A signed GetCallerIdentity request → the user, role or account that signed it. STS checks the signature. This file checks
// that the request is recent, that a provider trusts the signer that STS names, and that the request was not used before.

import { hashProof } from '../../../identity/hash-proof.ts';
import type { Principal } from '../../../identity/principal.ts';
import { consumeOnce, type OnceStore, onceKey } from '../../../kernel/consume-once.ts';
import type { Failure, TokenReason } from '../../../kernel/failure.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { Provider } from '../../../rules/document/provider.ts';
import type { Rules } from '../../../rules/document/rules.ts';
import type { AliyunProvider } from '../../../rules/providers/aliyun.ts';
import { isTrusted, type RamMember } from '../../../rules/values/ram-member.ts';
import { aliyunPrincipal } from './aliyun-principal.ts';
import type { CallerFault, CallerIdentities } from './caller-identities.ts';
import { type CallerProof, parseCallerProof } from './parse-caller-proof.ts';
import { readCallerIdentity } from './read-caller-identity.ts';

/** How long a proof is good. It is signed for one request, so this is shorter than the 15 minutes of STS. */
export const PROOF_LIFE_MS = 300_000;

/** How much longer a used proof is remembered, since STS may answer slowly and instances' clocks differ. */
const REMEMBERED_LONGER_MS = 300_000;

const refuse = (reason: TokenReason, cause?: string) =>
  err({ code: 'invalid_token', reason, ...(cause === undefined ? {} : { cause }) } as const);

function failureOf({ kind, cause }: CallerFault): Failure {
  switch (kind) {
    case 'refused':
      return { code: 'invalid_token', reason: 'signature-wrong', cause };
    case 'throttled':
      return { code: 'rate_limited', reason: 'sts-throttled', cause };
    case 'unavailable':
      return { code: 'sts_unavailable', reason: 'sts-failed', cause };
    case 'unusable':
      return { code: 'sts_unavailable', reason: 'sts-answer-unusable', cause };
  }
}

function staleness({ date }: CallerProof, now: Date): TokenReason | undefined {
  const ageMs = now.getTime() - Date.parse(date);
  if (ageMs > PROOF_LIFE_MS) return 'token-too-old';
  return ageMs < -PROOF_LIFE_MS ? 'token-not-yet-valid' : undefined;
}

const isAliyun = (provider: Provider): provider is AliyunProvider => provider.kind === 'aliyun';

/** The one provider that trusts this caller. Undefined also if there are two, which `stint apply` refuses. */
function findTrusting(member: RamMember, providers: readonly AliyunProvider[]): AliyunProvider | undefined {
  const trusting = providers.filter(({ trust }) => trust.some((entry) => isTrusted(member, entry)));
  return trusting.length === 1 ? trusting[0] : undefined;
}

/**
 * A proof is known by its key id and nonce, as for STS, because both are signed; the same proof could be written as text in
 * several ways. It is consumed only after STS has confirmed the signature, so that a caller cannot consume the proof of
 * another, and only for trusted callers, so that strangers cannot fill the table. If STS confirms two copies at the same
 * time, the store lets one of them through.
 */
const consumptionKey = ({ accessKeyId, nonce }: CallerProof): string =>
  onceKey('caller-nonce', accessKeyId, nonce);

export interface AliyunContext {
  readonly rules: Rules;
  readonly callers: CallerIdentities;
  readonly once: OnceStore;
  readonly audience: string;
  readonly now: Date;
}

/**
 * The caller that signed, if exactly one provider of the rules trusts it. The signed request must name `audience`. Fails with
 * `invalid_token`; with `rate_limited` or `sts_unavailable` when STS gives no usable answer; or with `store_unavailable`.
 */
export async function authenticateAliyun(
  token: Secret<string>,
  { rules, callers, once, audience, now }: AliyunContext,
): Promise<Result<Principal, Failure>> {
  const providers = [...rules.providersById.values()].filter(isAliyun);
  if (providers.length === 0) return refuse('issuer-unknown');
  const proof = parseCallerProof(token);
  if (!proof) return refuse('token-malformed');
  const stale = staleness(proof, now);
  if (stale) return refuse(stale);

  const answer = await callers.whoSigned(proof, audience);
  if (!answer.ok) return err(failureOf(answer.error));
  const identity = readCallerIdentity(answer.value);
  if (!identity) return err(failureOf({ kind: 'unusable', cause: 'caller-identity' }));
  const provider = findTrusting(identity.member, providers);
  if (!provider) return refuse('caller-not-trusted');

  const expiresAt = new Date(Date.parse(proof.date) + PROOF_LIFE_MS);
  const uselessFrom = new Date(expiresAt.getTime() + REMEMBERED_LONGER_MS);
  const replayed = { code: 'invalid_token', reason: 'token-replayed' } as const;
  const consumed = await consumeOnce(once, consumptionKey(proof), uselessFrom, replayed);
  if (!consumed.ok) return consumed;
  return ok(aliyunPrincipal(identity, provider, { expiresAt, proofHash: hashProof(token) }));
}
