// How requests to the OAuth endpoints are read.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { CLIENT_ID } from '../paths/oauth-paths.ts';
import type { LoginContext } from '../request/login-env.ts';
import { isForm } from '../request/request-parts.ts';
import type { TokenFault, TokenFaultReason } from '../request/token-fault.ts';
import type { JudgeSession } from '../sessions/recheck-session.ts';
import { isSecretOf } from '../sessions/session-cookie.ts';

export type Parameters = Readonly<Record<string, string | undefined>>;

/**
 * Undefined: a parameter occurs twice, which two readers could understand differently. An empty parameter counts as absent
 * (RFC 6749 sections 3.1 and 3.2).
 */
export function readParameters(encoded: string): Parameters | undefined {
  const all = [...new URLSearchParams(encoded)].filter(([, value]) => value !== '');
  const byName = new Map(all);
  return byName.size === all.length ? Object.fromEntries(byName) : undefined;
}

/** Every code and token of ours is shorter. */
const MAX_FORM_CHARACTERS = 8_192;

/**
 * The parameters of a request to an endpoint that the command line calls itself: a form of our one public client (RFC 6749
 * section 3.2.1). Cookies have no effect here. Fails with `invalid_request` or `invalid_client`.
 */
export async function readTokenRequest(c: LoginContext): Promise<Result<Parameters, TokenFault>> {
  const refuse = (error: 'invalid_request' | 'invalid_client', reason: TokenFaultReason) =>
    err({ error, reason });
  if (!isForm(c)) return refuse('invalid_request', 'media-type');
  const body = await c.req.text();
  if (body.length > MAX_FORM_CHARACTERS) return refuse('invalid_request', 'body-too-large');
  const parameters = readParameters(body);
  if (!parameters) return refuse('invalid_request', 'parameter-twice');
  return parameters['client_id'] === CLIENT_ID ? ok(parameters) : refuse('invalid_client', 'client-unknown');
}

/** The syntax of a code verifier (RFC 7636 section 4.1). */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

/** Whether the challenge was made of the verifier by `S256` (RFC 7636 section 4.6). */
export const isVerifierOf = (verifier: string, challenge: string): boolean =>
  VERIFIER.test(verifier) && isSecretOf(verifier, challenge);

/** What the token endpoint checks a request against: the time of the request, and the sign-on rules in force. */
export interface GrantContext {
  readonly now: Date;
  readonly signOn: SignOnInForce;
  /** Whether a session that is used counts. */
  readonly judge: JudgeSession;
}
