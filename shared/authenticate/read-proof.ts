// What a request presents → the one proof in it, told apart by form alone. Nothing is verified here.
import type { Failure } from '../errors.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { Secret } from '../kernel/secret.ts';

/** STS's own limit for an OIDC token; with 64-character headers of a proxy it still fits the body's limit. */
export const MAX_TOKEN_CHARACTERS = 20_000;

/** RFC 6750 section 2.1: b68token. The scheme's case does not matter (RFC 9110 section 11.1). */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

const refuse = (reason: Extract<Failure, { code: 'invalid_token' }>['reason']) =>
  err({ code: 'invalid_token', reason } as const);

/** Where a request may carry a proof. */
export interface Presented {
  readonly authorization: string | undefined;
  readonly bodyToken: string | undefined;
}

/** One member for each form of proof. */
export type Proof = { readonly kind: 'jwt'; readonly token: Secret<string> };

/** Exactly one token, from the header or the body (RFC 6750 section 2: never from both). */
export function readProof({ authorization, bodyToken }: Presented): Result<Proof, Failure> {
  if (authorization !== undefined && bodyToken !== undefined) return refuse('token-twice');
  const token = authorization === undefined ? bodyToken : BEARER.exec(authorization)?.[1];
  if (token === undefined) return refuse(authorization === undefined ? 'token-missing' : 'token-malformed');
  if (token.length > MAX_TOKEN_CHARACTERS) return refuse('token-too-long');
  return COMPACT_JWS.test(token) ? ok({ kind: 'jwt', token: new Secret(token) }) : refuse('token-malformed');
}
