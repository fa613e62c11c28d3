// Verifies a signed JWT (RFC 7519, RFC 8725), for every kind of provider whose proof is a JWT: its header, its signature and
// its registered claims. What the other claims mean is decided elsewhere.
import { type CryptoKey, decodeProtectedHeader, errors, type JWTVerifyOptions, jwtVerify } from 'jose';
import { CLOCK_TOLERANCE_SECONDS } from '../kernel/clock.ts';
import type { Failure, TokenReason } from '../kernel/failure.ts';
import type { Flushes } from '../kernel/flushes.ts';
import { parseStrictJson } from '../kernel/parse-strict-json.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Secret } from '../kernel/secret.ts';
import { judgeLenientClaims, type Lenience } from './judge-lenient-claims.ts';
import type { KeyFault, KeyOwner, KeySource } from './key-source.ts';
import type { Claims } from './principal.ts';
import { tokenType } from './token-type.ts';

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
  secretToken: Secret<string>,
  requirements: JwtRequirements,
  { keys, now, rules: { flushes } }: VerifyContext,
): Promise<Result<Claims, Failure>> {
  const token = secretToken.reveal();
  const { owner } = requirements;
  const header = readHeader(token, requirements);
  if (!header.ok) return header;

  const found = await keys.find({ ...owner, flushed: flushes.caches }, header.value);
  if (!found.ok) return err(keyFailure(found.error));

  const claims = await verifyByAny(token, found.value, optionsOf(requirements, now));
  if (!claims.ok) return claims;
  const fault = judgeLenientClaims(claims.value, termsOf(requirements), now);
  if (fault !== undefined) return refuse(fault);
  return isUnambiguous(token) ? claims : refuse('token-malformed');
}

interface Header {
  readonly alg: string;
  readonly kid?: string;
}

/** Refuses before any key is looked for, so that hostile tokens cost little. */
function readHeader(
  token: string,
  { algorithms, types, isTypeRequired = false }: JwtRequirements,
): Result<Header, Failure> {
  let header: ReturnType<typeof decodeProtectedHeader>;
  try {
    header = decodeProtectedHeader(token);
  } catch {
    return refuse('token-malformed');
  }
  const { alg, kid, typ } = header;
  if (!algorithms.some((allowed) => allowed === alg)) return refuse('algorithm-not-allowed');
  // Keys come from the provider's configuration, so jku, x5u and x5c are never read. A key in the header itself (jwk) is
  // refused: it has no use but to be mistaken for the issuer's.
  if (header.crit !== undefined || 'jwk' in header) return refuse('header-not-allowed');
  const isTyped = typ !== undefined || isTypeRequired;
  if (isTyped && !types.includes(tokenType(typ))) return refuse('type-wrong');
  if (kid !== undefined && typeof kid !== 'string') return refuse('token-malformed');
  return ok({ alg: String(alg), ...(kid === undefined ? {} : { kid }) });
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

const audiencesOf = ({ audience }: JwtRequirements): string[] =>
  typeof audience === 'string' ? [audience] : [...audience];

const termsOf = (requirements: JwtRequirements) => ({
  ...requirements,
  issuer: requirements.owner.issuer,
  audiences: audiencesOf(requirements),
  toleranceSeconds: CLOCK_TOLERANCE_SECONDS,
});

/**
 * What jose is to check: all requirements except `types`, which `readHeader` has checked, and what judgeLenientClaims does in
 * its place, since jose demands each claim that it is to check.
 */
function optionsOf(requirements: JwtRequirements, now: Date): JWTVerifyOptions {
  const { owner, algorithms, requiredClaims, maxTokenAgeSeconds, audienceClaim, mayLack = [] } = requirements;
  return {
    algorithms: [...algorithms],
    ...(mayLack.includes('iss') ? {} : { issuer: owner.issuer }),
    ...(audienceClaim === undefined ? { audience: audiencesOf(requirements) } : {}),
    requiredClaims: [...requiredClaims],
    ...(mayLack.includes('iat') ? {} : { maxTokenAge: maxTokenAgeSeconds }),
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    currentDate: now,
  };
}

/** Tries the keys in turn until one fits the signature. Every other fault is in the token, so no further key is tried. */
async function verifyByAny(
  token: string,
  keys: readonly CryptoKey[],
  options: JWTVerifyOptions,
): Promise<Result<Claims, Failure>> {
  for (const key of keys) {
    try {
      const { payload } = await jwtVerify(token, key, options);
      return ok(payload);
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== 'signature-wrong') return refuse(reason);
    }
  }
  return refuse('signature-wrong');
}

function reasonOf(error: unknown): TokenReason {
  if (error instanceof errors.JWTExpired) return error.claim === 'iat' ? 'token-too-old' : 'token-expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return 'claim-missing';
    if (error.claim === 'aud') return 'audience-wrong';
    return error.claim === 'nbf' || error.claim === 'iat' ? 'token-not-yet-valid' : 'token-malformed';
  }
  return error instanceof errors.JWSSignatureVerificationFailed ? 'signature-wrong' : 'token-malformed';
}

/** False when two members have one name: jose keeps the last, and another reader of the same token may keep the first. */
function isUnambiguous(token: string): boolean {
  const [header, payload] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString('utf8'));
  return parseStrictJson(header ?? '').ok && parseStrictJson(payload ?? '').ok;
}
