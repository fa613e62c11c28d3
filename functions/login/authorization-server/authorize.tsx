// GET /login/authorize: a command line on this computer asks to sign in; whoever is signed in here is asked, and POST is
// their answer. Never answered without being asked: any page can open this one.
import * as z from 'zod';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { personKey } from '../../../shared/people/person.ts';
import { DeviceName } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { openState, sealState } from '../keys/sealed-state.ts';
import { signInPath } from '../paths/page-paths.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { viewOf } from '../request/page-view.ts';
import { readForm } from '../request/read-request.ts';
import { record } from '../request/record.ts';
import { newSessionId } from '../sessions/begin-session.ts';
import { commandLineEnd } from '../sessions/session-limits.ts';
import { AuthorizePage } from '../ui/pages/authorize-page.tsx';
import { sealCode } from './authorization-code.ts';
import { readAuthorizationRequest } from './authorization-request.ts';

const PURPOSE = 'authorization-request';

/** What the person was asked, for their answer to bring back: it is about nothing else, and of nobody else. */
const Asked = z.object({
  purpose: z.literal(PURPOSE),
  /** The session that was asked. */
  session: z.string(),
  redirectUri: z.string(),
  state: z.string(),
  challenge: z.string(),
  device: DeviceName.optional(),
});
type Asked = z.infer<typeof Asked>;

/** `iss`: whose answer it is, so that it cannot be passed off as another server's (RFC 9207). */
function answer(
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

export const askPerson = (deps: LoginDeps) => async (c: LoginContext) => {
  const request = readAuthorizationRequest(new URL(c.req.url).search);
  if (!request.ok) {
    if ('page' in request.error) return failurePage(c, request.error.page, deps);
    const { redirectUri, ...parts } = request.error.redirect;
    return answer(c, redirectUri, parts, deps);
  }
  const { path, redirectUri, state, challenge, device, isFresh } = request.value;
  const signedIn = c.get('signedIn');
  if (!signedIn || isFresh) return c.redirect(signInPath(path, isFresh), 303);
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return failurePage(c, signOn.error, deps);
  const { session } = signedIn;
  const named = device === undefined ? {} : { device };
  const asked = { purpose: PURPOSE, session: session.id, redirectUri, state, challenge, ...named };
  const sealed = await sealState(asked, c.get('now'), deps.tokens.keys);
  const view = { ...viewOf(c, 'sign-in', deps), here: path };
  const endsAt = commandLineEnd(session, signOn.value.sessions);
  return c.html(<AuthorizePage view={view} request={sealed} device={device} endsAt={endsAt} />);
};

async function readAnswer(
  c: LoginContext,
  session: string,
  { tokens }: LoginDeps,
): Promise<Result<Asked & { isYes: boolean }, SignOnFailure>> {
  const { request, answer: given } = await readForm(c);
  const asked = await openState(Asked, String(request ?? ''), c.get('now'), tokens.keys);
  if (!asked || asked.session !== session) return err({ code: 'sign_on_ended', reason: 'state-unreadable' });
  return ok({ ...asked, isYes: given === 'yes' });
}

export const takeAnswer = (deps: LoginDeps) => async (c: LoginContext) => {
  const session = c.get('signedIn')?.session;
  if (!session) return failurePage(c, { code: 'session_ended', reason: 'session-missing' }, deps);
  const read = await readAnswer(c, session.id, deps);
  if (!read.ok) return failurePage(c, read.error, deps);
  const { redirectUri, state, challenge, device, isYes } = read.value;
  const { connection, subject, id } = session;
  const action = isYes ? 'command-line-approved' : 'command-line-denied';
  const recorded = await record(c, { action, connection, subject, session: id }, deps);
  if (!recorded.ok) return failurePage(c, recorded.error, deps);
  if (!isYes) return answer(c, redirectUri, { error: 'access_denied', state }, deps);
  const approved = { person: personKey(connection, subject), approvedIn: id, session: newSessionId() };
  const code = await sealCode(
    { ...approved, redirectUri, challenge, device },
    c.get('now'),
    deps.tokens.keys,
  );
  return answer(c, redirectUri, { code, state }, deps);
};
