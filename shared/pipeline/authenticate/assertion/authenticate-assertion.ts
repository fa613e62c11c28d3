// A partner's signed assertion → the partner (RFC 7523 section 3). Stricter than the RFC: an assertion is for this service
// alone, for one request, and short-lived. So it is never remembered, and authenticate-jwt.ts consumes its jti.
import { readNumericDate } from '../../../identity/judge-claims.ts';
import type { Claims, Principal } from '../../../identity/principal.ts';
import { type VerifyContext, verifyJwt } from '../../../identity/verify-jwt.ts';
import type { Failure, TokenReason } from '../../../kernel/failure.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { AssertionProvider } from '../../../rules/providers/assertion.ts';

interface AssertionContext extends VerifyContext {
  readonly audience: string;
}

interface PresentedAssertion {
  readonly token: Secret<string>;
  readonly proofHash: string;
  /** Not verified: it selects the client, and nothing else. */
  readonly issuer: string;
}

/** The partner that signed. Fails as verifyJwt does, and with `invalid_token` where the assertion breaks a rule below. */
export async function authenticateAssertion(
  { token, proofHash, issuer }: PresentedAssertion,
  provider: AssertionProvider,
  context: AssertionContext,
): Promise<Result<Principal, Failure>> {
  const client = provider.clients.find(({ id }) => id === issuer);
  if (!client) return refuse('issuer-unknown');
  const verified = await verifyAssertion(token, client, provider, context);
  if (!verified.ok) return verified;
  return ok(assertionPrincipal({ client: client.id, claims: verified.value, proofHash }, provider));
}

const refuse = (reason: TokenReason) => err({ code: 'invalid_token', reason } as const);

/** From `iat` to `exp`. An assertion is made for one request, and a longer life only helps a thief. */
const MAX_LIFETIME_SECONDS = 300;

/** `iat` and `jti` are optional in RFC 7523. They are required here, because they show age and replay. */
const REQUIRED_CLAIMS = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti'];

/** RFC 7523 defines no type. The second is from the draft of its successor. */
const TYPES = ['jwt', 'client-authentication+jwt'];

async function verifyAssertion(
  token: Secret<string>,
  client: AssertionProvider['clients'][number],
  provider: AssertionProvider,
  context: AssertionContext,
): Promise<Result<Claims, Failure>> {
  const requirements = {
    owner: { id: provider.id, issuer: client.id, jwks: client.jwks, jwksUri: client.jwksUri },
    algorithms: provider.algorithms,
    audience: context.audience,
    requiredClaims: REQUIRED_CLAIMS,
    types: TYPES,
    maxTokenAgeSeconds: MAX_LIFETIME_SECONDS,
  };
  const verified = await verifyJwt(token, requirements, context);
  if (!verified.ok) return verified;
  const claims = verified.value;
  if (!isForUsAlone(claims, context.audience)) return refuse('audience-wrong');
  if (claims['sub'] !== client.id) return refuse('subject-unusable');
  return isShort(claims) ? ok(claims) : refuse('lifetime-too-long');
}

/** If several services accepted one assertion, each of them could send it here. */
function isForUsAlone({ aud }: Claims, audience: string): boolean {
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return audiences.length === 1 && audiences[0] === audience;
}

function isShort({ iat, exp }: Claims): boolean {
  return typeof iat === 'number' && typeof exp === 'number' && exp - iat <= MAX_LIFETIME_SECONDS;
}

/** `cnf` binds the assertion to a key, which refuseBearer and the DPoP verifier check later. */
const CHECKED: ReadonlySet<string> = new Set(['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'cnf']);

/**
 * The partner as a principal. Only the claims that were checked are kept. The others are the partner's own statements about
 * itself, so rules and session policies must not see them.
 */
export function assertionPrincipal(
  { client, claims: stated, proofHash }: { client: string; claims: Claims; proofHash: string },
  provider: AssertionProvider,
): Principal {
  const claims = Object.fromEntries(Object.entries(stated).filter(([name]) => CHECKED.has(name)));
  return {
    kind: 'assertion',
    provider: provider.id,
    issuer: client,
    subject: client,
    groups: [],
    claims,
    mfa: false,
    authenticatedAt: undefined,
    expiresAt: readNumericDate(claims['exp']),
    proofHash,
  };
}
