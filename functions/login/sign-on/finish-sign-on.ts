// The end of every sign-on, whatever its kind: session → audit → redirect. Without its audit row nobody is signed on.
import { isBlocked } from '../../../shared/access/sign-on/blocked.ts';
import type { SignOnInForce } from '../../../shared/access/sign-on/sign-on.ts';
import type { SignOnFailure } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { Secret } from '../../../shared/kernel/secret.ts';
import { personName } from '../../../shared/people/person.ts';
import type { SignedOn } from '../../../shared/people/session.ts';
import type { LoginDeps } from '../deps.ts';
import { failurePage } from '../http/failure-page.tsx';
import type { LoginContext } from '../http/login-env.ts';
import { noteActivity } from '../http/note-activity.ts';
import { record } from '../http/record.ts';
import { forgetLogout } from '../saml/logout-state.ts';
import { type Begun, beginSession } from '../sessions/begin-session.ts';
import { sealHint } from '../sessions/id-token-hint.ts';
import { findSession } from '../sessions/load-session.ts';
import { writeSessionCookie } from '../sessions/session-cookie.ts';
import { currentSignOn } from './current-sign-on.ts';
import { returnPath } from './return-path.ts';

export interface Verified {
  readonly signedOn: SignedOn;
  readonly returnTo: string;
  /** What shows the provider at a sign-out whom it means; a passkey has none. */
  readonly idToken?: Secret<string>;
  /** It was no identity provider that vouched for the person, but what one said of them earlier. */
  readonly byPasskey?: true;
}

/** Whoever had this browser's session before has it no longer: a new sign-on is a new person until shown otherwise. */
async function replaceSession(
  c: LoginContext,
  { signedOn, returnTo, idToken, byPasskey }: Verified,
  asked: SignOnInForce,
  deps: LoginDeps,
): Promise<Result<Begun & Pick<Verified, 'returnTo'>, SignOnFailure>> {
  const unavailable = (cause: string) =>
    err({ code: 'store_unavailable', reason: 'store-failed', cause } as const);
  const { connection, subject } = signedOn;
  // Of when the sign-on was judged: what was flushed since has flushed it, too.
  const generation = asked.generation === undefined ? {} : { generation: asked.generation };
  // Asked again: the provider may have taken longer to answer than a change of the rules may take to count.
  const inForce = await currentSignOn(deps.signOn);
  if (!inForce.ok) return inForce;
  const signOn = inForce.value;
  if (!signOn.connections.some(({ id }) => id === connection))
    return err({ code: 'not_found', reason: 'connection-unknown' });
  if (isBlocked(signOn.blocked, personName(connection, subject)))
    return err({ code: 'sign_on_refused', reason: 'person-blocked' });
  const noted = byPasskey
    ? ok(undefined)
    : await deps.passkeys.noteSignOn({ signedOn, at: c.get('now'), ...generation });
  if (!noted.ok) return unavailable(noted.error.cause);
  const earlier = await findSession(c, signOn, deps);
  if (!earlier.ok) return earlier;
  const ended = await deps.sessions.end(earlier.value ? [earlier.value.session] : []);
  if (!ended.ok) return unavailable(ended.error.cause);
  const browser = c.req.header('user-agent') ?? '';
  const follows = earlier.value?.session;
  const idTokenHint = idToken && (await sealHint(idToken, c.get('now'), signOn.sessions, deps.tokens.keys));
  const about = {
    browser,
    now: c.get('now'),
    limits: signOn.sessions,
    follows,
    idTokenHint,
    ...generation,
  };
  const begun = await beginSession(signedOn, about, deps.sessions);
  return begun.ok ? ok({ ...begun.value, returnTo }) : unavailable(begun.error.cause);
}

export async function finishSignOn(
  c: LoginContext,
  connection: string | undefined,
  verified: Result<Verified, SignOnFailure>,
  signOn: SignOnInForce,
  deps: LoginDeps,
) {
  const begun = verified.ok ? await replaceSession(c, verified.value, signOn, deps) : verified;
  const who = verified.ok ? { subject: verified.value.signedOn.subject } : {};
  const outcome = begun.ok ? { session: begun.value.session.id } : { failure: begun.error };
  const recorded = await record(
    c,
    { action: 'sign-on', ...(connection && { connection }), ...who, ...outcome },
    deps,
  );
  if (!begun.ok) return failurePage(c, begun.error, deps);
  if (!recorded.ok) return failurePage(c, recorded.error, deps);
  c.set('hasProved', true);
  const name = signOn.connections.find(({ id }) => id === connection)?.name ?? '';
  await noteActivity(c, begun.value.session, { kind: 'signed_in', subject: name }, deps);
  writeSessionCookie(c, begun.value.handle);
  // What is answered from now on is an earlier session's end, and must not be taken for this one's.
  forgetLogout(c);
  return c.redirect(`${deps.publicUrl}${returnPath(begun.value.returnTo)}`, 303);
}
