// The parts of a request that may carry a proof → the one proof in it, told apart by its form. Nothing is verified here.
import type { DpopReason, Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { Secret } from '../../kernel/secret.ts';
import { CALLER_PROOF_PREFIX } from './aliyun/proof-prefix.ts';
import { refuseProof } from './dpop/bound-token.ts';
import type { DpopHeader } from './dpop/dpop-proof.ts';

/** The limit of STS itself for an OIDC token. A body with so long a token stays under the limit of bodies. */
export const MAX_TOKEN_CHARACTERS = 20_000;

/** RFC 6750 section 2.1: b68token. The scheme's case does not matter (RFC 9110 section 11.1). */
const CREDENTIALS = /^(bearer|dpop) +([A-Za-z0-9\-._~+/]+=*)$/i;
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

const refuse = (reason: Extract<Failure, { code: 'invalid_token' }>['reason']) =>
  err({ code: 'invalid_token', reason } as const);

/** The parts of a request that may carry a proof. */
export interface Presented {
  /** The Authorization header. */
  readonly authorization: string | undefined;
  /** The token in the body. */
  readonly bodyToken: string | undefined;
  readonly dpop?: DpopHeader | undefined;
  /** Absent where no gateway is configured: callers could then write any certificate into the header. */
  readonly certificate?: GatewayCertificate | undefined;
}

/** A client certificate in a header, and whether the gateway's own secret came with it. */
export interface GatewayCertificate {
  readonly text: string;
  readonly fromGateway: boolean;
}

/** One member for each form of proof. */
export type Proof =
  | { readonly kind: 'jwt'; readonly token: Secret<string>; readonly dpop: DpopHeader | undefined }
  | { readonly kind: 'certificate'; readonly text: string }
  | { readonly kind: 'caller-proof'; readonly token: Secret<string> };

/** Scheme and proof must come together (RFC 9449 section 7.1). A token in the body has no scheme. */
function schemeFault(scheme: string | undefined, { dpop }: Presented): DpopReason | undefined {
  if (scheme === undefined) return undefined;
  const isDpop = scheme.toLowerCase() === 'dpop';
  if (isDpop && !dpop) return 'dpop-missing';
  return !isDpop && dpop ? 'dpop-scheme-wrong' : undefined;
}

/** A caller proof is signed with a key of its account, so a DPoP proof beside it adds nothing and is refused. */
function readCallerProof(
  token: string,
  scheme: string | undefined,
  { dpop }: Presented,
): Result<Proof, Failure> {
  const isBearer = scheme === undefined || scheme.toLowerCase() === 'bearer';
  return isBearer && !dpop
    ? ok({ kind: 'caller-proof', token: new Secret(token) })
    : refuse('token-malformed');
}

function readToken(presented: Presented): Result<Proof, Failure> {
  const { authorization, bodyToken, dpop } = presented;
  const [, scheme, credentials] = CREDENTIALS.exec(authorization ?? '') ?? [];
  const token = authorization === undefined ? bodyToken : credentials;
  if (token === undefined) return refuse(authorization === undefined ? 'token-missing' : 'token-malformed');
  if (token.length > MAX_TOKEN_CHARACTERS) return refuse('token-too-long');
  if (token.startsWith(CALLER_PROOF_PREFIX)) return readCallerProof(token, scheme, presented);
  if (!COMPACT_JWS.test(token)) return refuse('token-malformed');
  const fault = schemeFault(scheme, presented);
  if (fault) return refuseProof(fault);
  return ok({ kind: 'jwt', token: new Secret(token), dpop });
}

/**
 * The one proof of a request: a token from the header or the body, never from both (RFC 6750 section 2); without a token, the
 * certificate. Beside a token the certificate is ignored, because a gateway adds the certificate of every connection. Fails
 * with `invalid_token`.
 */
export function readProof(presented: Presented): Result<Proof, Failure> {
  const { authorization, bodyToken, certificate } = presented;
  if (authorization !== undefined && bodyToken !== undefined) return refuse('token-twice');
  if (authorization !== undefined || bodyToken !== undefined || !certificate) return readToken(presented);
  const { text, fromGateway } = certificate;
  return fromGateway ? ok({ kind: 'certificate', text }) : refuse('gateway-proof-wrong');
}
