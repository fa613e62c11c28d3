// Signature and registered claims of a signed JWT (RFC 7519, RFC 8725), for every kind of provider whose proof is a JWT.
// Knows no other claim by name.
import { type CryptoKey, decodeProtectedHeader, errors, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Failure, TokenReason } from '../kernel/failure.ts';
import type { Flushes } from '../kernel/flushes.ts';
import { parseStrictJson } from '../kernel/parse-strict-json.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Secret } from '../kernel/secret.ts';
import type { KeyFault, KeyOwner, KeySource } from './key-source.ts';
import type { Claims } from './principal.ts';
import { tokenType } from './token-type.ts';

/** Issuers' clocks differ from ours by this much at most; a longer tolerance would stretch the life of a stolen token. */
export const CLOCK_TOLERANCE_SECONDS = 30;

/** What the entry of a provider demands of a token. */
export interface JwtRules {
  /** `iss` must be its issuer, byte for byte. */
  readonly owner: KeyOwner;
  /** Values of `alg` (RFC 7518 section 3.1); all of them asymmetric. */
  readonly algorithms: readonly string[];
  /** `aud` must name one of these. */
  readonly audience: string | readonly string[];
  /** Claims that must be there: a token without `aud` may be meant for another service, one without `exp` never ends. */
  readonly requiredClaims: readonly string[];
  /** As tokenType writes them. A header may state one of these, or none. */
  readonly types: readonly string[];
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

interface Header {
  readonly alg: string;
  readonly kid?: string;
}

/** Refuses before any key is looked for, so that hostile tokens cost little. */
function readHeader(token: string, { algorithms, types }: JwtRules): Result<Header, Failure> {
  let header: ReturnType<typeof decodeProtectedHeader>;
  try {
    header = decodeProtectedHeader(token);
  } catch {
    return refuse('token-malformed');
  }
  const { alg, kid, typ } = header;
  if (!algorithms.some((allowed) => allowed === alg)) return refuse('algorithm-not-allowed');
  // The key comes from the provider's configuration, so jku, x5u and x5c are never read. A key in the header itself has no
  // other use than to be taken for the issuer's.
  if (header.crit !== undefined || 'jwk' in header) return refuse('header-not-allowed');
  if (typ !== undefined && !types.includes(tokenType(typ))) return refuse('type-wrong');
  if (kid !== undefined && typeof kid !== 'string') return refuse('token-malformed');
  return ok({ alg: String(alg), ...(kid === undefined ? {} : { kid }) });
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

/** jose keeps the last of two members of one name; another reader of the same token may keep the first. */
function hasOneReading(token: string): boolean {
  const [header, payload] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString('utf8'));
  return parseStrictJson(header ?? '').ok && parseStrictJson(payload ?? '').ok;
}

/**
 * A key that is held back or revoked is the token's fault, not an outage: an attacker who put the key into the issuer's set
 * learns no more than from any other refusal, and trying again is of no use until a person accepts the key.
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

/** By the first key that made the signature. Any other fault of the token is the same with every key. */
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

/**
 * The claims of a token that is signed by a key of the provider and meant for this service, now. Times are judged by `now` with
 * CLOCK_TOLERANCE_SECONDS. In the order of cost: header, key, signature and registered claims, then JSON with one reading.
 * Fails with `invalid_token` and the TokenReason, or with `keys_unavailable` when the issuer's keys cannot be had.
 */
export async function verifyJwt(
  secretToken: Secret<string>,
  rules: JwtRules,
  { keys, now, rules: { flushes } }: VerifyContext,
): Promise<Result<Claims, Failure>> {
  const token = secretToken.reveal();
  const header = readHeader(token, rules);
  if (!header.ok) return header;
  const { owner, audience } = rules;
  const key = await keys.find({ ...owner, flushed: flushes.caches }, header.value);
  if (!key.ok) return err(keyFailure(key.error));
  const options = {
    algorithms: [...rules.algorithms],
    issuer: owner.issuer,
    audience: typeof audience === 'string' ? audience : [...audience],
    requiredClaims: [...rules.requiredClaims],
    maxTokenAge: rules.maxTokenAgeSeconds,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    currentDate: now,
  };
  const claims = await verifyByAny(token, key.value, options);
  if (!claims.ok) return claims;
  return hasOneReading(token) ? claims : refuse('token-malformed');
}
