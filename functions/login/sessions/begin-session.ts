// Begins the session of a browser after a sign-on. Its id and secrets are always new, against session fixation (OWASP ASVS 5.0,
// 7.2.4).
import { randomBytes } from 'node:crypto';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import type { LeaverGenerations } from '../../../shared/people/leaver.ts';
import { personKey } from '../../../shared/people/person.ts';
import { type Session, SessionId, type SignedOn } from '../../../shared/people/session.ts';
import type { SessionStore } from '../../../shared/people/session-store.ts';
import type { SessionLimits } from '../../../shared/rules/sign-on/sign-on.ts';
import { rootOf } from './end-sessions.ts';
import { hashSecret, newFamily, newSecret, type SessionHandle } from './session-cookie.ts';
import { hasEnded } from './session-limits.ts';

const ID_BYTES = 16;
const FORM_TOKEN_BYTES = 16;
const MAX_BROWSER_CHARACTERS = 256;

const random = (bytes: number): string => randomBytes(bytes).toString('base64url');

/** A session with the cookie that opens it. */
export interface StartedSession {
  readonly session: Session;
  readonly handle: SessionHandle;
}

export const newSessionId = (): SessionId => SessionId.parse(random(ID_BYTES));
export const newFormToken = (): string => random(FORM_TOKEN_BYTES);

interface NewSession {
  /** The User-Agent header. */
  readonly browser: string;
  readonly now: Date;
  readonly limits: SessionLimits;
  /** As in Session. */
  readonly generation?: number;
  /** As in Session. */
  readonly leaverGenerations: LeaverGenerations;
  /** The person's session in this browser that this one replaces. */
  readonly follows?: Session | undefined;
  /** The ID token of the sign-on, sealed by sealHint. */
  readonly idTokenHint?: string | undefined;
  readonly byPasskey?: true | undefined;
  /** As in Session. */
  readonly recheck?: Pick<Session, 'recheck' | 'confirmedAt'> | undefined;
}

function newSession(
  signedOn: SignedOn,
  { browser, now, follows, generation, leaverGenerations, idTokenHint, byPasskey, recheck }: NewSession,
): StartedSession {
  const [family, secret] = [newFamily(), newSecret()];
  const session: Session = {
    ...signedOn,
    id: newSessionId(),
    signedOnAt: now,
    lastSeenAt: now,
    secretHash: hashSecret(secret),
    rotatedAt: now,
    formToken: newFormToken(),
    browser: browser.slice(0, MAX_BROWSER_CHARACTERS),
    ...(follows && { root: rootOf(follows) }),
    ...(byPasskey && { byPasskey }),
    ...(idTokenHint === undefined ? {} : { idTokenHint }),
    ...recheck,
    cookie: { familyHash: hashSecret(family) },
    ...(generation === undefined ? {} : { generation }),
    ...(leaverGenerations.every((one) => one === 0) ? {} : { leaverGenerations: [...leaverGenerations] }),
    version: 1,
  };
  const person = personKey(signedOn.connection, signedOn.subject);
  return { session, handle: { person, id: session.id, family, secret } };
}

/** Per person, for browsers and command lines each. A person who signs on in a loop ends their own oldest sessions. */
const MAX_SESSIONS = 20;

const isCommandLine = ({ commandLine }: Session): boolean => commandLine !== undefined;

/**
 * Stores a new session, and ends the person's sessions of the same kind that have expired or are beyond the 20 used last.
 * Fails if the store does.
 */
export async function admitSession(
  session: Session,
  limits: SessionLimits,
  now: Date,
  store: SessionStore,
): Promise<Result<Session, StoreFault>> {
  const all = await store.list(personKey(session.connection, session.subject));
  if (!all.ok) return all;
  const others = all.value.filter((other) => isCommandLine(other) === isCommandLine(session));
  const running = others.filter((other) => !hasEnded(other, limits, now));
  const newestFirst = running.toSorted((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime());
  const kept = new Set(newestFirst.slice(0, MAX_SESSIONS - 1));
  const ended = await store.end(others.filter((other) => !kept.has(other)));
  if (!ended.ok) return ended;
  const created = await store.create(session);
  return created.ok ? ok(session) : created;
}

/** Fails if the store does. */
export async function beginSession(
  signedOn: SignedOn,
  details: NewSession,
  store: SessionStore,
): Promise<Result<StartedSession, StoreFault>> {
  const started = newSession(signedOn, details);
  const admitted = await admitSession(started.session, details.limits, details.now, store);
  return admitted.ok ? ok(started) : admitted;
}
