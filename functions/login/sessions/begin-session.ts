// Somebody signed on: a session of their own, with an id that nobody knew before (session fixation), and the room it
// needs among their others.
import { randomBytes } from 'node:crypto';
import type { SessionLimits } from '../../../shared/access/sign-on/sign-on.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { personKey } from '../../../shared/people/person.ts';
import { type Session, SessionId, type SignedOn } from '../../../shared/people/session.ts';
import type { SessionStore, StoreFault } from '../../../shared/ports.ts';
import { hashSecret, newSecret, type SessionHandle } from './session-cookie.ts';
import { hasEnded } from './session-limits.ts';

const ID_BYTES = 16;
const FORM_TOKEN_BYTES = 16;
/** A person's browsers; whoever signs on in a loop pushes out their own oldest and fills no table. */
const MAX_SESSIONS = 20;
const MAX_BROWSER_CHARACTERS = 256;

const random = (bytes: number): string => randomBytes(bytes).toString('base64url');

export interface Begun {
  readonly session: Session;
  readonly handle: SessionHandle;
}

function newSession(signedOn: SignedOn, browser: string, now: Date): Begun {
  const secret = newSecret();
  const session: Session = {
    ...signedOn,
    id: SessionId.parse(random(ID_BYTES)),
    signedOnAt: now,
    lastSeenAt: now,
    secretHash: hashSecret(secret),
    rotatedAt: now,
    formToken: random(FORM_TOKEN_BYTES),
    browser: browser.slice(0, MAX_BROWSER_CHARACTERS),
    version: 1,
  };
  const person = personKey(signedOn.connection, signedOn.subject);
  return { session, handle: { person, id: session.id, secret } };
}

export async function beginSession(
  signedOn: SignedOn,
  about: { readonly browser: string; readonly now: Date; readonly limits: SessionLimits },
  store: SessionStore,
): Promise<Result<Begun, StoreFault>> {
  const { browser, now, limits } = about;
  const begun = newSession(signedOn, browser, now);
  const others = await store.list(begun.handle.person);
  if (!others.ok) return others;
  const running = others.value.filter((session) => !hasEnded(session, limits, now));
  const newestFirst = running.toSorted((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime());
  const kept = new Set(newestFirst.slice(0, MAX_SESSIONS - 1));
  const ended = await store.end(others.value.filter((session) => !kept.has(session)));
  if (!ended.ok) return ended;
  const created = await store.create(begun.session);
  return created.ok ? ok(begun) : created;
}
