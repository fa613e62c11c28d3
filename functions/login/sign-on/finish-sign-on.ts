// The end of every sign-on, by OIDC, SAML or passkey: new session → audit row → cookie. Without its audit row no person is signed
// on.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { Secret } from '../../../shared/kernel/secret.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import {
  type LeaverGenerations,
  leaverNames,
  leaverState,
  reasonToRefuse,
} from '../../../shared/people/leaver.ts';
import { personName } from '../../../shared/people/person.ts';
import type { Session, SignedOn } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { isBlocked } from '../../../shared/rules/sign-on/blocked.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { checkSignOnSize } from '../keys/check-token-size.ts';
import { returnPath } from '../paths/page-paths.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { withDirectoryGroups } from '../request/directory-groups.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { noteActivity, record } from '../request/record.ts';
import { beginSession, newSessionId, type StartedSession } from '../sessions/begin-session.ts';
import { endWithCommandLines } from '../sessions/end-sessions.ts';
import { sealHint } from '../sessions/id-token-hint.ts';
import { judgeByRules } from '../sessions/recheck-session.ts';
import { findSession } from '../sessions/resume-session.ts';
import { writeSessionCookie } from '../sessions/session-cookie.ts';
import { blockOfPerson, isOpen } from '../sessions/session-limits.ts';
import { beginRecheck, type ProviderTokens } from './begin-recheck.ts';
import { clearLogoutState } from './logout-state.ts';

export interface VerifiedSignOn {
  readonly signedOn: SignedOn;
  readonly returnTo: string;
  /** Shown to an OpenID Provider at the sign-out, so that it knows whose session to end. */
  readonly idToken?: Secret<string>;
  /** Of an OpenID Provider. */
  readonly providerTokens?: ProviderTokens;
  /** With a passkey: as in Session, of the sign-on for which it stands. */
  readonly recheck?: Pick<Session, 'recheck' | 'confirmedAt'>;
  /** The person used a passkey; the identity provider vouched for them earlier. */
  readonly byPasskey?: true;
  /** With a passkey: that of the sign-on for which it stands. Absent: the identity provider vouches for the person now. */
  readonly leaverGenerations?: LeaverGenerations | undefined;
}

/**
 * The response: a redirect to `returnTo`, or the page of a failure, each with an audit row.
 * `connection`: undefined if it is not known yet. `signOn`: the section by which the sign-on was judged.
 */
export async function finishSignOn(
  c: LoginContext,
  connection: string | undefined,
  verified: Result<VerifiedSignOn, SignOnFailure>,
  signOn: SignOnInForce,
  deps: LoginDeps,
) {
  if (!verified.ok) return refuse(c, { connection }, verified.error, deps);
  const { signedOn, returnTo } = verified.value;
  const started = await replaceSession(c, verified.value, signOn, deps);
  if (!started.ok) return refuse(c, { connection, subject: signedOn.subject }, started.error, deps);
  const { session, handle } = started.value;
  const recorded = await recordSignOn(c, connection, verified.value, started.value, deps);
  if (!recorded.ok) {
    // No browser has the session's secret. It is ended so that it is in no list; if that fails, it is idle in an hour.
    await deps.sessions.end([session]);
    return failurePage(c, recorded.error, deps);
  }
  c.set('hasProved', true);
  const name = signOn.connections.find(({ id }) => id === connection)?.name ?? '';
  await noteActivity(c, session, { kind: 'signed_in', subject: name }, deps);
  writeSessionCookie(c, handle);
  // An answer to an earlier session's logout must not be taken for this session's.
  clearLogoutState(c);
  return c.redirect(`${deps.publicUrl}${returnPath(returnTo)}`, 303);
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

/** Ends the browser's earlier session, which may be another person's, and begins a new one. */
async function replaceSession(
  c: LoginContext,
  verified: VerifiedSignOn,
  judgedBy: SignOnInForce,
  deps: LoginDeps,
): Promise<Result<StartedSession, SignOnFailure>> {
  const { signedOn, idToken, providerTokens, byPasskey } = verified;
  const now = c.get('now');
  // The generation when the sign-on was judged: a flush since then covers it.
  const generation = judgedBy.generation === undefined ? {} : { generation: judgedBy.generation };
  const admitted = await admitSignOn(signedOn, generation, now, deps);
  if (!admitted.ok) return admitted;
  const signOn = admitted.value;
  const left = await refuseLeaver(verified, deps);
  if (!left.ok) return left;
  // Only judged here: the session's tokens have the groups of their own time.
  const held = await withDirectoryGroups({ ...signedOn, id: newSessionId() }, signOn, now, deps);
  if (!held.ok) return held;
  const size = checkSignOnSize(held.value, now, deps.tokens);
  if (!size.ok) return size;
  const follows = await endEarlier(c, signedOn, signOn, deps);
  if (!follows.ok) return follows;
  const idTokenHint = idToken && (await sealHint(idToken, now, signOn.sessions, deps.tokens.keys));
  const rechecks =
    providerTokens && (await beginRecheck(c, signedOn, providerTokens, signOn.connections, deps));
  if (rechecks && !rechecks.ok) return rechecks;
  const details = {
    browser: c.req.header('user-agent') ?? '',
    now,
    limits: signOn.sessions,
    follows: follows.value,
    idTokenHint,
    byPasskey,
    leaverGenerations: left.value,
    recheck: rechecks?.value === undefined ? verified.recheck : { recheck: rechecks.value },
    ...generation,
  };
  const started = await beginSession(signedOn, details, deps.sessions);
  return started.ok ? started : err(storeUnavailable(started.error));
}

/**
 * Whether a session may begin by the rules now in force, which it gives: the identity provider may have taken longer to answer
 * than a change of the rules takes to be in force.
 */
async function admitSignOn(
  signedOn: SignedOn,
  generation: Pick<Session, 'generation'>,
  now: Date,
  deps: LoginDeps,
): Promise<Result<SignOnInForce, SignOnFailure>> {
  const { connection, subject } = signedOn;
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return signOn;
  if (!signOn.value.connections.some(({ id }) => id === connection))
    return err({ code: 'not_found', reason: 'connection-unknown' });
  if (isBlocked(signOn.value.blocked, personName(connection, subject), signedOn.person))
    return err({ code: 'sign_on_refused', reason: 'person-blocked' });
  const block = blockOfPerson(signedOn, signOn.value, now);
  if (block) return err({ code: 'sign_on_refused', reason: 'blocked', cause: block.id });
  // A session that would be refused when it is next read must not begin.
  if (!isOpen({ ...signedOn, ...generation, signedOnAt: now, lastSeenAt: now }, signOn.value, now))
    return err({ code: 'sign_on_refused', reason: 'sign-on-too-old' });
  return signOn;
}

/**
 * The generations of the person's leaver rows by now, for the session. Fails with `sign_on_refused` where the person left, or where a
 * passkey stands for a sign-on from before. It is read before the session begins: a person who leaves in between has a session
 * of an earlier generation, which opens nothing.
 */
async function refuseLeaver(
  { signedOn, byPasskey, leaverGenerations }: VerifiedSignOn,
  { leavers }: Pick<LoginDeps, 'leavers'>,
): Promise<Result<LeaverGenerations, SignOnFailure>> {
  const names = leaverNames(signedOn);
  const found = await leavers.find(names);
  if (!found.ok) return err(storeUnavailable(found.error));
  const state = leaverState(names, found.value);
  const reason = reasonToRefuse(state, byPasskey ? leaverGenerations : state.generations);
  return reason === undefined ? ok(state.generations) : err({ code: 'sign_on_refused', reason });
}

/**
 * Ends the browser's earlier session and gives it if it was the same person's; their command lines go on. Another person's
 * command lines end with it, since that person cannot sign out here any more.
 */
async function endEarlier(
  c: LoginContext,
  { connection, subject }: SignedOn,
  signOn: SignOnInForce,
  deps: LoginDeps,
): Promise<Result<Session | undefined, SignOnFailure>> {
  const found = await findSession(c, signOn, deps, judgeByRules(c.get('now'), signOn, deps));
  if (!found.ok || !found.value) return found.ok ? ok(undefined) : found;
  const { session: earlier } = found.value;
  const isSame = earlier.connection === connection && earlier.subject === subject;
  const ended = isSame ? await deps.sessions.end([earlier]) : await endWithCommandLines([earlier], deps);
  return ended.ok ? ok(isSame ? earlier : undefined) : err(storeUnavailable(ended.error));
}

/** Only after its audit row does the sign-on count as one that a passkey may stand for. */
async function recordSignOn(
  c: LoginContext,
  connection: string | undefined,
  { signedOn, byPasskey }: VerifiedSignOn,
  { session }: StartedSession,
  deps: LoginDeps,
): Promise<Result<void, SignOnFailure>> {
  const { subject } = signedOn;
  const { generation, leaverGenerations, recheck } = session;
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
    ...(leaverGenerations !== undefined && { leaverGenerations }),
    ...(recheck !== undefined && { recheck }),
  });
  return noted.ok ? noted : err(storeUnavailable(noted.error));
}
