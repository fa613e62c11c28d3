// A signed GetCallerIdentity request → the user, role or account that signed it. STS judges the signature; this file judges its
// time, whom the answer of STS names, and that it was not used before.

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

/** A proof is signed for the request that carries it. STS itself takes one for 15 minutes. */
export const PROOF_LIFE_MS = 300_000;

/** STS may take seconds to answer for a proof that came at its last moment, and instances' clocks differ. */
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

/** The one provider that trusts this caller. Applied rules never have two; between two, neither is chosen. */
function findTrusting(member: RamMember, providers: readonly AliyunProvider[]): AliyunProvider | undefined {
  const trusting = providers.filter(({ trust }) => trust.some((entry) => isTrusted(member, entry)));
  return trusting.length === 1 ? trusting[0] : undefined;
}

/**
 * The key id and the nonce, as STS counts them, and not the text of the signature: both are under the signature, and nothing else
 * can be written in two ways. Consumed only after STS has confirmed the signature, so that no caller can consume the proof of
 * another, and only for trusted callers, so that strangers cannot fill the table. STS may confirm two that come at the same time;
 * the store then lets one of them through.
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
 * The caller that signed, where exactly one provider of the rules trusts it. `audience` must be in what was signed. Fails with
 * `invalid_token`; with `rate_limited` or `sts_unavailable` when STS gives no usable answer; with `store_unavailable`.
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
