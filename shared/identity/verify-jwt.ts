// Verifies a signed JWT (RFC 7519, RFC 8725), for every kind of provider whose proof is a JWT: its header, its signature and
// its registered claims. What the other claims mean is decided elsewhere.
import type { Failure, TokenReason } from '../kernel/failure.ts';
import type { Flushes } from '../kernel/flushes.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Secret } from '../kernel/secret.ts';
import { type ClaimTerms, judgeRegisteredClaims, type Lenience } from './judge-registered-claims.ts';
import type { KeyFault, KeyOwner, KeySource } from './key-source.ts';
import type { Claims } from './principal.ts';
import { readJwt } from './read-jwt.ts';
import { tokenType } from './token-type.ts';
import { isSignedBy } from './verify-signature.ts';

/** What a token must have to be accepted. */
export interface JwtRequirements extends Lenience {
  /** Whose keys count. `iss` must be its issuer, byte for byte. */
  readonly owner: KeyOwner;
  /** The values of `alg` that are allowed (RFC 7518 section 3.1), all of them asymmetric. */
  readonly algorithms: readonly string[];
  /** `aud` must name one of these. */
  readonly audience: string | readonly string[];
  /** Claims that must be there: a token without `aud` may be meant for another service, one without `exp` never ends. */
  readonly requiredClaims: readonly string[];
  /** The values of `typ` that are allowed, as tokenType writes them. A header may also have none. */
  readonly types: readonly string[];
  /** A header must have one of `types`. */
  readonly isTypeRequired?: boolean;
  /** How long ago `iat` may be. */
  readonly maxTokenAgeSeconds: number;
}

export interface VerifyContext {
  /** The rules in force: keys that were read before the last flush of caches do not count. */
  readonly rules: { readonly flushes: Pick<Flushes, 'caches'> };
  readonly keys: KeySource;
  readonly now: Date;
}

const refuse = (reason: TokenReason) => err({ code: 'invalid_token', reason } as const);

/**
 * The claims of a token that a key of the provider signed and that is meant for this service, now. Times are judged by `now`
 * with CLOCK_TOLERANCE_SECONDS. The checks run in the order of their cost.
 *
 * Fails with `invalid_token` and the TokenReason, or with `keys_unavailable` when the issuer's keys cannot be had.
 */
export async function verifyJwt(
  token: Secret<string>,
  requirements: JwtRequirements,
  { keys, now, rules: { flushes } }: VerifyContext,
): Promise<Result<Claims, Failure>> {
  const jwt = readJwt(token);
  if (!jwt.ok) return refuse(jwt.error);
  const header = judgeHeader(jwt.value.header, requirements);
  if (!header.ok) return header;
  const { alg } = header.value;

  const found = await keys.find(ownerSince(requirements.owner, flushes), header.value);
  if (!found.ok) return err(keyFailure(found.error));

  if (!found.value.some((key) => isSignedBy(key, alg, jwt.value))) return refuse('signature-wrong');
  const { claims } = jwt.value;
  const fault = judgeRegisteredClaims(claims, termsOf(requirements), now);
  return fault === undefined ? ok(claims) : refuse(fault);
}

/** The owner, whose keys count if they were read since the last flush. */
const ownerSince = (owner: KeyOwner, { caches }: Pick<Flushes, 'caches'>): KeyOwner => ({
  id: owner.id,
  issuer: owner.issuer,
  jwksUri: owner.jwksUri,
  jwks: owner.jwks,
  privateNetwork: owner.privateNetwork,
  newKeys: owner.newKeys,
  flushed: caches,
});

interface Header {
  readonly alg: string;
  readonly kid?: string;
}

/** Refuses before any key is looked for, so that hostile tokens cost little. */
function judgeHeader(
  header: Claims,
  { algorithms, types, isTypeRequired = false }: JwtRequirements,
): Result<Header, Failure> {
  const { alg, kid, typ, crit } = header;
  if (!algorithms.some((allowed) => allowed === alg)) return refuse('algorithm-not-allowed');
  // Keys come from the provider's configuration, so jku, x5u and x5c are never read. A key in the header itself (jwk) is
  // refused: it has no use but to be mistaken for the issuer's.
  if (crit !== undefined || 'jwk' in header) return refuse('header-not-allowed');
  const isTyped = typ !== undefined || isTypeRequired;
  if (isTyped && !types.includes(tokenType(typ))) return refuse('type-wrong');
  if (kid !== undefined && typeof kid !== 'string') return refuse('token-malformed');
  return ok(kid === undefined ? { alg: String(alg) } : { alg: String(alg), kid });
}

/**
 * A key that is held back or revoked is the token's fault, not an outage. An attacker who put the key into the issuer's set
 * then learns no more than from any other refusal, and to try again is of no use until a person accepts the key.
 */
function keyFailure({ reason, cause }: KeyFault): Failure {
  switch (reason) {
    case 'key-unknown':
    case 'key-held':
    case 'key-revoked':
      return { code: 'invalid_token', reason };
    default:
      return { code: 'keys_unavailable', reason, cause };
  }
}

const termsOf = (requirements: JwtRequirements): ClaimTerms => ({
  issuer: requirements.owner.issuer,
  audiences: listOf(requirements.audience),
  audienceClaim: requirements.audienceClaim,
  mayLack: requirements.mayLack,
  requiredClaims: requirements.requiredClaims,
  maxTokenAgeSeconds: requirements.maxTokenAgeSeconds,
});

const listOf = (one: string | readonly string[]): readonly string[] =>
  typeof one === 'string' ? [one] : one;
