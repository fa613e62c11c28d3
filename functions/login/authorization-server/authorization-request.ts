// GET /login/authorize, read (RFC 6749 section 4.1.1, RFC 7636 section 4.3). Until client and redirect URI are known to be
// ours, nothing may be sent anywhere; what is wrong besides goes to the redirect URI.
import * as z from 'zod';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { DeviceName } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { CLIENT_ID, isLoopbackRedirect } from '../paths/oauth-paths.ts';
import { readParameters } from './read-parameters.ts';

/** As long as anybody's hash; it travels in addresses and in a cookie. */
const MAX_STATE_CHARACTERS = 256;

/** RFC 6749 appendix A.5. */
const State = z
  .string()
  .max(MAX_STATE_CHARACTERS)
  .regex(/^[\x20-\x7e]+$/);

const Request = z.object({
  state: State,
  /** SHA-256, base64url; `plain` would show whoever sees the request what proves it later (RFC 9700 section 2.1.1). */
  code_challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  code_challenge_method: z.literal('S256'),
  response_mode: z.literal('query').optional(),
  device_name: DeviceName.optional(),
  /** As in OpenID Connect Core section 3.1.2.1; of its values one means something here. */
  prompt: z.string().optional(),
});

export interface AuthorizationRequest {
  readonly redirectUri: string;
  readonly state: string;
  readonly challenge: string;
  readonly device: string | undefined;
  /** The person is to sign on anew first, for a role that asks for it. */
  readonly isFresh: boolean;
  /** The same request again, for after a sign-on. */
  readonly path: string;
}

/** For the redirect URI. */
export interface AuthorizationFault {
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly error: 'invalid_request' | 'unsupported_response_type';
}

type Refused = { readonly page: SignOnFailure } | { readonly redirect: AuthorizationFault };

const refusedPage = (reason: 'client-unknown' | 'redirect-uri-refused'): Result<never, Refused> =>
  err({ page: { code: 'client_refused', reason } });

function pathOf(redirectUri: string, request: z.infer<typeof Request>): string {
  const { state, code_challenge, code_challenge_method, device_name } = request;
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT_ID,
    redirect_uri: redirectUri,
    state,
    code_challenge,
    code_challenge_method,
    ...(device_name === undefined ? {} : { device_name }),
  });
  return `/login/authorize?${query}`;
}

export function readAuthorizationRequest(search: string): Result<AuthorizationRequest, Refused> {
  const parameters = readParameters(search);
  const given = parameters ?? {};
  const { client_id: clientId, redirect_uri: redirectUri } = given;
  if (clientId !== CLIENT_ID) return refusedPage('client-unknown');
  if (redirectUri === undefined || !isLoopbackRedirect(redirectUri))
    return refusedPage('redirect-uri-refused');
  const refused = (error: AuthorizationFault['error']) =>
    err({ redirect: { redirectUri, state: State.safeParse(given['state']).data, error } });
  if (given['response_type'] === undefined) return refused('invalid_request');
  if (given['response_type'] !== 'code') return refused('unsupported_response_type');
  const request = Request.safeParse(given);
  if (!request.success) return refused('invalid_request');
  const { state, code_challenge: challenge, device_name: device, prompt } = request.data;
  const isFresh = prompt === 'login';
  return ok({ redirectUri, state, challenge, device, isFresh, path: pathOf(redirectUri, request.data) });
}
