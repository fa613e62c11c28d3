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
  /** Absent where no gateway is configured: then such a header is anybody's. */
  readonly certificate?: GatewayCertificate | undefined;
}

/** A client certificate in a header, and whether the gateway's own secret came with it. */
export interface GatewayCertificate {
  readonly text: string;
  readonly fromGateway: boolean;
}

/** One member for each form of proof. */
export type Proof =
  | { readonly kind: 'jwt'; readonly token: Secret<string> }
  | { readonly kind: 'certificate'; readonly text: string };

/**
 * Exactly one token, from the header or the body (RFC 6750 section 2: never from both). A gateway shows the certificate
 * of every connection, so beside a token it proves nothing and is not looked at.
 */
export function readProof({ authorization, bodyToken, certificate }: Presented): Result<Proof, Failure> {
  if (authorization !== undefined && bodyToken !== undefined) return refuse('token-twice');
  if (authorization === undefined && bodyToken === undefined && certificate)
    return certificate.fromGateway
      ? ok({ kind: 'certificate', text: certificate.text })
      : refuse('gateway-proof-wrong');
  const token = authorization === undefined ? bodyToken : BEARER.exec(authorization)?.[1];
  if (token === undefined) return refuse(authorization === undefined ? 'token-missing' : 'token-malformed');
  if (token.length > MAX_TOKEN_CHARACTERS) return refuse('token-too-long');
  return COMPACT_JWS.test(token) ? ok({ kind: 'jwt', token: new Secret(token) }) : refuse('token-malformed');
}
