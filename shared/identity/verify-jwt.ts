// Signature and registered claims of a signed JWT (RFC 7519, RFC 8725), for every kind of provider whose proof is one.
// Knows no claim by name beyond the registered ones.
import { type CryptoKey, decodeProtectedHeader, errors, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Failure } from '../kernel/failure.ts';
import type { Flushes } from '../kernel/flushes.ts';
import { parseStrictJson } from '../kernel/parse-strict-json.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Secret } from '../kernel/secret.ts';
import type { TokenReason } from '../kernel/token-reason.ts';
import type { KeyFault, KeyOwner, KeySource } from './key-source.ts';
import type { Claims } from './principal.ts';
import { tokenType } from './token-type.ts';

/** Issuers' clocks differ from ours by a little; more would stretch a stolen token's life. */
export const CLOCK_TOLERANCE_SECONDS = 30;

/** What a provider's entry demands of a token. */
export interface JwtRules {
  readonly owner: KeyOwner;
  readonly algorithms: readonly string[];
  readonly audience: string | readonly string[];
  /** Absent means none is needed: a provider that leaves one out cannot be trusted to have meant us, or now. */
  readonly requiredClaims: readonly string[];
  /** As tokenType writes them: a header may say one, or none. */
  readonly types: readonly string[];
  readonly maxTokenAgeSeconds: number;
}

export interface VerifyContext {
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
  // jku, x5u and x5c, by which issuers say where their key is, are read by nobody: it comes from the provider's
  // configuration. A key in the header itself has no use but to be taken for the issuer's.
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
 * A key that is held back or revoked is the token's fault, not an outage: whoever put that key into the issuer's set is
 * told no more than with any other bad token, and nobody is told to come back for what only a person can change.
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

/** By the first key that made the signature; what else is wrong with the token, no other key would make right. */
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
