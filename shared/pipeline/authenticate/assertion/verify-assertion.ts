// A partner's assertion → its claims, verified (RFC 7523 section 3, with what it leaves open closed).

import type { Claims } from '../../../identity/principal.ts';
import { type VerifyContext, verifyJwt } from '../../../identity/verify-jwt.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { TokenReason } from '../../../kernel/token-reason.ts';
import type { AssertionProvider } from '../../../rules/providers/assertion.ts';

/** From iat to exp: an assertion is made for one request, and every second more is one for a thief. */
const MAX_LIFETIME_SECONDS = 300;

/** RFC 7523 has iat and jti optional; without them neither age nor replay can be judged. */
const REQUIRED_CLAIMS = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti'];

/** RFC 7523 names none; its successor's draft has the second. */
const TYPES = ['jwt', 'client-authentication+jwt'];

type Client = AssertionProvider['clients'][number];

const refuse = (reason: TokenReason) => err({ code: 'invalid_token', reason } as const);

/** An assertion that several services accept can be brought here by each of them. */
function isForUsAlone({ aud }: Claims, audience: string): boolean {
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return audiences.length === 1 && audiences[0] === audience;
}

function isShort({ iat, exp }: Claims): boolean {
  return typeof iat === 'number' && typeof exp === 'number' && exp - iat <= MAX_LIFETIME_SECONDS;
}

export async function verifyAssertion(
  token: Secret<string>,
  client: Client,
  provider: AssertionProvider,
  context: VerifyContext & { readonly audience: string },
): Promise<Result<Claims, Failure>> {
  const rules = {
    owner: { id: provider.id, issuer: client.id, jwks: client.jwks, jwksUri: client.jwksUri },
    algorithms: provider.algorithms,
    audience: context.audience,
    requiredClaims: REQUIRED_CLAIMS,
    types: TYPES,
    maxTokenAgeSeconds: MAX_LIFETIME_SECONDS,
  };
  const verified = await verifyJwt(token, rules, context);
  if (!verified.ok) return verified;
  const claims = verified.value;
  if (!isForUsAlone(claims, context.audience)) return refuse('audience-wrong');
  if (claims['sub'] !== client.id) return refuse('subject-unusable');
  return isShort(claims) ? ok(claims) : refuse('lifetime-too-long');
}
