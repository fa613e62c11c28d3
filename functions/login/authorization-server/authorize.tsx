// The authorization endpoint (RFC 6749 section 4.1). A command line on this computer opens GET /login/authorize in a browser;
// the page asks the person who is signed in there, and POST is the answer.
import * as z from 'zod';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { personKey } from '../../../shared/people/person.ts';
import { DeviceName } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { openState, sealState } from '../keys/sealed-state.ts';
import { CLIENT_ID, ENDPOINTS, isLoopbackRedirect } from '../paths/oauth-paths.ts';
import { signInPath } from '../paths/page-paths.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { viewOf } from '../request/page-view.ts';
import { record } from '../request/record.ts';
import { readForm } from '../request/request-parts.ts';
import { newSessionId } from '../sessions/begin-session.ts';
import { commandLineEnd } from '../sessions/session-limits.ts';
import { AuthorizePage } from '../ui/pages/authorize-page.tsx';
import { sealCode } from './authorization-code.ts';
import { readParameters } from './oauth-parameters.ts';

/** Enough for any hash. The state is part of URLs and of a cookie. */
const MAX_STATE_CHARACTERS = 256;

/** Printable ASCII characters (RFC 6749 appendix A.5). */
const State = z
  .string()
  .max(MAX_STATE_CHARACTERS)
  .regex(/^[\x20-\x7e]+$/);

const Parameters = z.object({
  state: State,
  /** SHA-256, base64url (RFC 7636 section 4.2). `plain` is refused: it shows the verifier in the request (RFC 9700 section 2.1.1). */
  code_challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  code_challenge_method: z.literal('S256'),
  response_mode: z.literal('query').optional(),
  device_name: DeviceName.optional(),
  /** As in OpenID Connect Core 1.0 section 3.1.2.1. `login` is the only value with an effect. */
  prompt: z.string().optional(),
});

interface AuthorizationRequest {
  readonly redirectUri: string;
  readonly state: string;
  readonly challenge: string;
  readonly device: string | undefined;
  /** The person must authenticate again first, for a role that needs it. */
  readonly isFresh: boolean;
  /** The path of this request, to return to after a sign-on. */
  readonly path: string;
}

/** An error that is sent to the redirect URI (RFC 6749 section 4.1.2.1). */
interface AuthorizationFault {
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly error: 'invalid_request' | 'unsupported_response_type';
}

/** `page`: the client or the redirect URI is not known, so the browser must not be sent anywhere. */
type Refused = { readonly page: SignOnFailure } | { readonly redirect: AuthorizationFault };

const refusedPage = (reason: 'client-unknown' | 'redirect-uri-refused'): Result<never, Refused> =>
  err({ page: { code: 'client_refused', reason } });

function pathOf(redirectUri: string, request: z.infer<typeof Parameters>): string {
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
  return `${ENDPOINTS.authorize}?${query}`;
}

/** Reads the query (RFC 6749 section 4.1.1, RFC 7636 section 4.3). */
function readAuthorizationRequest(search: string): Result<AuthorizationRequest, Refused> {
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
  const request = Parameters.safeParse(given);
  if (!request.success) return refused('invalid_request');
  const { state, code_challenge: challenge, device_name: device, prompt } = request.data;
  const isFresh = prompt === 'login';
  return ok({ redirectUri, state, challenge, device, isFresh, path: pathOf(redirectUri, request.data) });
}

const PURPOSE = 'authorization-request';

/**
 * What the person is asked. The form brings it back sealed, so that the answer is about this request and comes from the
 * session that was asked.
 */
const PendingAuthorization = z.object({
  purpose: z.literal(PURPOSE),
  session: z.string(),
  redirectUri: z.string(),
  state: z.string(),
  challenge: z.string(),
  device: DeviceName.optional(),
});
type PendingAuthorization = z.infer<typeof PendingAuthorization>;

/** Redirects to the command line. `iss` names this server, against mix-up attacks (RFC 9207). */
function redirectBack(
  c: LoginContext,
  redirectUri: string,
  parts: Readonly<Record<string, string | undefined>>,
  { tokens }: LoginDeps,
) {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries({ ...parts, iss: tokens.issuer }))
    if (value !== undefined) url.searchParams.set(name, value);
  return c.redirect(url.href, 303);
}

/** GET /login/authorize: the page that asks. It asks every time, because any site can open it. */
export const showAuthorization = (deps: LoginDeps) => async (c: LoginContext) => {
  const request = readAuthorizationRequest(new URL(c.req.url).search);
  if (!request.ok) {
    if ('page' in request.error) return failurePage(c, request.error.page, deps);
    const { redirectUri, ...parts } = request.error.redirect;
    return redirectBack(c, redirectUri, parts, deps);
  }
  const { path, redirectUri, state, challenge, device, isFresh } = request.value;
  const signedIn = c.get('signedIn');
  if (!signedIn || isFresh) return c.redirect(signInPath(path, isFresh), 303);
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return failurePage(c, signOn.error, deps);
  const { session } = signedIn;
  const named = device === undefined ? {} : { device };
  const pending = { purpose: PURPOSE, session: session.id, redirectUri, state, challenge, ...named };
  const sealed = await sealState(pending, c.get('now'), deps.tokens.keys);
  const view = { ...viewOf(c, 'sign-in', deps), here: path };
  const endsAt = commandLineEnd(session, signOn.value.sessions);
  return c.html(<AuthorizePage view={view} request={sealed} device={device} endsAt={endsAt} />);
};

async function readAnswer(
  c: LoginContext,
  session: string,
  { tokens }: LoginDeps,
): Promise<Result<PendingAuthorization & { isYes: boolean }, SignOnFailure>> {
  const { request, answer: given } = await readForm(c);
  const pending = await openState(PendingAuthorization, String(request ?? ''), c.get('now'), tokens.keys);
  if (!pending || pending.session !== session)
    return err({ code: 'sign_on_ended', reason: 'state-unreadable' });
  return ok({ ...pending, isYes: given === 'yes' });
}

/** POST /login/authorize: the answer. Sends the command line a code, or `access_denied`. */
export const answerAuthorization = (deps: LoginDeps) => async (c: LoginContext) => {
  const session = c.get('signedIn')?.session;
  if (!session) return failurePage(c, { code: 'session_ended', reason: 'session-missing' }, deps);
  const read = await readAnswer(c, session.id, deps);
  if (!read.ok) return failurePage(c, read.error, deps);
  const { redirectUri, state, challenge, device, isYes } = read.value;
  const { connection, subject, id } = session;
  const action = isYes ? 'command-line-approved' : 'command-line-denied';
  const recorded = await record(c, { action, connection, subject, session: id }, deps);
  if (!recorded.ok) return failurePage(c, recorded.error, deps);
  if (!isYes) return redirectBack(c, redirectUri, { error: 'access_denied', state }, deps);
  const approval = { person: personKey(connection, subject), approvedIn: id, session: newSessionId() };
  const code = await sealCode(
    { ...approval, redirectUri, challenge, device },
    c.get('now'),
    deps.tokens.keys,
  );
  return redirectBack(c, redirectUri, { code, state }, deps);
};
