// The end of every sign-on, whatever its kind: session → audit → redirect. Without its audit row nobody is signed on.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { Secret } from '../../../shared/kernel/secret.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { personName } from '../../../shared/people/person.ts';
import type { Session, SignedOn } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { isBlocked } from '../../../shared/rules/sign-on/blocked.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { returnPath } from '../paths/page-paths.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { noteActivity, record } from '../request/record.ts';
import { type BegunSession, beginSession } from '../sessions/begin-session.ts';
import { endWithCommandLines } from '../sessions/end-sessions.ts';
import { sealHint } from '../sessions/id-token-hint.ts';
import { findSession } from '../sessions/resume-session.ts';
import { writeSessionCookie } from '../sessions/session-cookie.ts';
import { isOpen } from '../sessions/session-limits.ts';
import { checkTokenSize } from './check-token-size.ts';
import { clearLogoutState } from './logout-state.ts';

export interface Verified {
  readonly signedOn: SignedOn;
  readonly returnTo: string;
  /** What shows the provider at a sign-out whom it means; a passkey has none. */
  readonly idToken?: Secret<string>;
  /** It was no identity provider that vouched for the person, but what one said of them earlier. */
  readonly byPasskey?: true;
}

/**
 * Ends the browser's earlier session. Undefined unless it was the same person's, whose command lines go on; another
 * person is signed out of all that they had here, as there is no sign-out of theirs to come.
 */
async function endEarlier(
  c: LoginContext,
  { connection, subject }: SignedOn,
  signOn: SignOnInForce,
  deps: LoginDeps,
): Promise<Result<Session | undefined, SignOnFailure>> {
  const found = await findSession(c, signOn, deps);
  if (!found.ok || !found.value) return found.ok ? ok(undefined) : found;
  const { session: earlier } = found.value;
  const isSame = earlier.connection === connection && earlier.subject === subject;
  const ended = isSame
    ? await deps.sessions.end([earlier])
    : await endWithCommandLines([earlier], deps.sessions);
  return ended.ok ? ok(isSame ? earlier : undefined) : err(storeUnavailable(ended.error));
}

/** Whoever had this browser's session before has it no longer: a new sign-on is a new person until shown otherwise. */
async function replaceSession(
  c: LoginContext,
  { signedOn, idToken, byPasskey }: Verified,
  asked: SignOnInForce,
  deps: LoginDeps,
): Promise<Result<BegunSession, SignOnFailure>> {
  const { connection, subject } = signedOn;
  const now = c.get('now');
  const size = checkTokenSize(signedOn, now, deps.tokens);
  if (!size.ok) return size;
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
  // Nobody is told that they are signed on in a session that its own reader refuses.
  if (!isOpen({ ...signedOn, ...generation, signedOnAt: now, lastSeenAt: now }, signOn, now))
    return err({ code: 'sign_on_refused', reason: 'sign-on-too-old' });
  const follows = await endEarlier(c, signedOn, signOn, deps);
  if (!follows.ok) return follows;
  const idTokenHint = idToken && (await sealHint(idToken, now, signOn.sessions, deps.tokens.keys));
  const about = {
    browser: c.req.header('user-agent') ?? '',
    now,
    limits: signOn.sessions,
    follows: follows.value,
    idTokenHint,
    byPasskey,
    ...generation,
  };
  const begun = await beginSession(signedOn, about, deps.sessions);
  return begun.ok ? begun : err(storeUnavailable(begun.error));
}

/** With its audit row it takes effect: only then is it a sign-on that a passkey may stand for. */
async function recordAndNote(
  c: LoginContext,
  connection: string | undefined,
  { signedOn, byPasskey }: Verified,
  { session }: BegunSession,
  deps: LoginDeps,
): Promise<Result<void, SignOnFailure>> {
  const { subject } = signedOn;
  const { generation } = session;
  const entry = {
    action: 'sign-on',
    ...(connection && { connection }),
    subject,
    session: session.id,
  } as const;
  const recorded = await record(c, entry, deps);
  if (!recorded.ok || byPasskey) return recorded;
  const noted = await deps.passkeys.noteSignOn({
    signedOn,
    at: c.get('now'),
    ...(generation !== undefined && { generation }),
  });
  return noted.ok ? noted : err(storeUnavailable(noted.error));
}

async function refuse(
  c: LoginContext,
  { connection, subject }: { readonly connection: string | undefined; readonly subject?: string },
  failure: SignOnFailure,
  deps: LoginDeps,
) {
  await record(
    c,
    { action: 'sign-on', ...(connection && { connection }), ...(subject && { subject }), failure },
    deps,
  );
  return failurePage(c, failure, deps);
}

export async function finishSignOn(
  c: LoginContext,
  connection: string | undefined,
  verified: Result<Verified, SignOnFailure>,
  signOn: SignOnInForce,
  deps: LoginDeps,
) {
  if (!verified.ok) return refuse(c, { connection }, verified.error, deps);
  const { signedOn, returnTo } = verified.value;
  const begun = await replaceSession(c, verified.value, signOn, deps);
  if (!begun.ok) return refuse(c, { connection, subject: signedOn.subject }, begun.error, deps);
  const { session, handle } = begun.value;
  const kept = await recordAndNote(c, connection, verified.value, begun.value, deps);
  if (!kept.ok) {
    // Nobody has its secret; it takes no place in anybody's list either. If that fails, it is idle in an hour.
    await deps.sessions.end([session]);
    return failurePage(c, kept.error, deps);
  }
  c.set('hasProved', true);
  const name = signOn.connections.find(({ id }) => id === connection)?.name ?? '';
  await noteActivity(c, session, { kind: 'signed_in', subject: name }, deps);
  writeSessionCookie(c, handle);
  // What is answered from now on is an earlier session's end, and must not be taken for this one's.
  clearLogoutState(c);
  return c.redirect(`${deps.publicUrl}${returnPath(returnTo)}`, 303);
}
