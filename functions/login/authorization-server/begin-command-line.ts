// Begins a session for a command line, from the browser's session in which the person approved it. It has the groups and claims
// of that session, and ends by the time of the same sign-on.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import { type PersonKey, personKey } from '../../../shared/people/person.ts';
import type { Session, SessionId } from '../../../shared/people/session.ts';
import type { SessionStore } from '../../../shared/people/session-store.ts';
import type { SessionLimits } from '../../../shared/rules/sign-on/sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { noteActivity, record } from '../request/record.ts';
import {
  type CommandLineReason,
  type TokenFault,
  type TokenFaultReason,
  unavailable,
} from '../request/token-fault.ts';
import { admitSession, newFormToken } from '../sessions/begin-session.ts';
import { rootOf } from '../sessions/end-sessions.ts';
import { hashSecret, newFamily, newSecret } from '../sessions/session-cookie.ts';
import type { GrantContext } from './oauth-parameters.ts';
import type { CommandLineSession } from './refresh-token.ts';

export type GrantedSession = Promise<Result<CommandLineSession, TokenFault>>;

interface NewSession {
  readonly id: SessionId;
  readonly device: string | undefined;
  readonly isCloudSso: boolean;
  readonly now: Date;
  readonly limits: SessionLimits;
}

function newSession(approvedIn: Session, { id, device, isCloudSso, now }: NewSession): CommandLineSession {
  // A command line does not sign out at the identity provider, so it needs no ID token hint.
  const { cookie: _, root: __, idTokenHint: ___, ...inherited } = approvedIn;
  const person = personKey(inherited.connection, inherited.subject);
  const token = { person, id, family: newFamily(), secret: newSecret() };
  const session: Session = {
    ...inherited,
    id,
    lastSeenAt: now,
    secretHash: hashSecret(token.secret),
    rotatedAt: now,
    // Required in a session, and never shown: a command line has no pages.
    formToken: newFormToken(),
    commandLine: {
      approvedIn: rootOf(approvedIn),
      startedAt: now,
      familyHash: hashSecret(token.family),
      ...(device === undefined ? {} : { device }),
      ...(isCloudSso && { cloudSso: {} }),
    },
    version: 1,
  };
  return { session, token };
}

async function beginCommandLine(
  approvedIn: Session,
  details: NewSession,
  store: SessionStore,
): Promise<Result<CommandLineSession, StoreFault>> {
  const started = newSession(approvedIn, details);
  const admitted = await admitSession(started.session, details.limits, details.now, store);
  return admitted.ok ? ok(started) : admitted;
}

/** What a person approved in a browser. */
export interface Approved {
  readonly person: PersonKey;
  /** The browser's session in which the person approved. */
  readonly approvedIn: SessionId;
  /** The id of the session to begin. It is known before, so that a second use of the code finds what the first one began. */
  readonly session: SessionId;
  readonly device?: string | undefined;
  /** The client speaks the CloudSSO dialect. */
  readonly isCloudSso?: boolean;
}

/** `invalid_grant`, with an audit row for the person who approved. */
export const refuseApproved = (reason: CommandLineReason, { approvedIn }: Approved) =>
  err({ error: 'invalid_grant', reason, about: { session: approvedIn } } as const);

/** The browser's session in which the person approved, if it is still open. */
async function findApproving(
  approved: Approved,
  { judge }: GrantContext,
  { sessions }: LoginDeps,
): Promise<Result<Session, TokenFault>> {
  const found = await sessions.find(approved.person, approved.approvedIn);
  if (!found.ok) return err(unavailable(found.error));
  if (!found.value) return refuseApproved('approval-ended', approved);
  const counts = await judge(found.value);
  if (!counts.ok) return err(unavailable(counts.error));
  return counts.value ? ok({ ...found.value, ...counts.value }) : refuseApproved('approval-ended', approved);
}

/**
 * Begins the session that a person approved. Fails with `invalid_grant` if the approving session has ended, before or
 * meanwhile, and with `temporarily_unavailable`.
 */
export async function beginApproved(
  approved: Approved,
  context: GrantContext,
  deps: LoginDeps,
): GrantedSession {
  const approving = await findApproving(approved, context, deps);
  if (!approving.ok) return approving;
  const { session: id, device, isCloudSso = false } = approved;
  const details = { id, device, isCloudSso, now: context.now, limits: context.signOn.sessions };
  const started = await beginCommandLine(approving.value, details, deps.sessions);
  if (!started.ok) return err(unavailable(started.error));
  // A sign-out may have ended the approving session meanwhile: see endWithCommandLines.
  const still = await findApproving(approved, context, deps);
  return still.ok ? started : still;
}

/** Ends the session that an earlier use of the same code began, if there is one. */
export async function endApproved(
  { person, session }: Approved,
  { sessions }: LoginDeps,
): Promise<Result<void, TokenFault>> {
  const found = await sessions.find(person, session);
  const ended = found.ok ? await sessions.end(found.value ? [found.value] : []) : found;
  return ended.ok ? ok(undefined) : err(unavailable(ended.error));
}

/** Writes the audit row before the response. Without it, the session ends again. */
export async function recordSignOn(
  c: LoginContext,
  granted: GrantedSession,
  deps: LoginDeps,
): GrantedSession {
  const started = await granted;
  if (!started.ok) return started;
  const { session } = started.value;
  const { connection, subject, id } = session;
  const entry = { action: 'command-line-sign-on', connection, subject, session: id } as const;
  const recorded = await record(c, entry, deps);
  if (!recorded.ok) {
    const ended = await deps.sessions.end([session]);
    return err(
      unavailable(ended.ok ? { reason: 'audit-lost', cause: recorded.error.cause ?? '' } : ended.error),
    );
  }
  const device = session.commandLine?.device ?? '';
  await noteActivity(c, session, { kind: 'command_line', subject: device }, deps);
  return started;
}

/**
 * Only a refusal that concerns a known person or session has an audit row; anybody can send a made-up code. It counts against
 * the limit for strangers, with a good token too: otherwise the holder of one could fill the table.
 */
export async function recordRefusal(
  c: LoginContext,
  { about, reason }: { readonly about?: TokenFault['about'] | undefined; readonly reason: TokenFaultReason },
  action: 'command-line-sign-on' | 'command-line-refresh',
  deps: LoginDeps,
): Promise<void> {
  if (!about) return;
  c.set('hasProved', false);
  const failure = { code: 'sign_on_refused', reason: 'command-line-refused', cause: reason } as const;
  // The request is refused even if the row cannot be written.
  await record(c, { action, ...about, failure }, deps);
}
