// What a cookie is to its session, and which one the browser gets in its place. Pure. As with refresh tokens, every cookie
// of a session is of its family: one that is neither in use nor about to be is a copy. Other than a command line, a
// browser may come back long after an answer was lost, so a secret stays in use until its successor is shown.
import { randomBytes } from 'node:crypto';
import type { Session } from '../../../shared/people/session.ts';
import type { SessionKeys } from '../keys/session-keys.ts';
import { hashSecret, isSecretOf, nextSecrets, type SessionHandle } from './session-cookie.ts';

/** A write a minute is enough to tell an idle hour. */
const NOTE_USE_AFTER_MS = 60_000;
/** A copy of a cookie is worth this much, unless the thief uses it first; then its owner's next use ends the session. */
const ROTATE_AFTER_MS = 900_000;
/**
 * As long as a request and an answer are under way at most: a function ends after 30 seconds. Within it the same successor
 * is sent again, and the secret before is no copy.
 */
const OVERLAP_MS = 60_000;
/**
 * A browser that is opened again asks for all its tabs at once: what one of them wrote does for all, where else each would
 * wait for the others' writes. So much less of the overlap is left for a request that is under way.
 */
const SENT_JUST_NOW_MS = 5_000;
const SALT_BYTES = 16;

export type Judged =
  /** `after` differs from the session: it has to be written before anything is answered. */
  | { readonly kind: 'good'; readonly after: Session; readonly secret?: string }
  /** Made up, or of a request that was under way when the person proved more: it opens nothing, and harms nobody. */
  | { readonly kind: 'opens-nothing' }
  | { readonly kind: 'copy' };

type Cookie = NonNullable<Session['cookie']>;
type Next = NonNullable<Cookie['next']>;

const passed = (since: Date, now: Date): number => now.getTime() - since.getTime();

const good = (after: Session, secret?: string): Judged => ({
  kind: 'good',
  after,
  ...(secret === undefined ? {} : { secret }),
});

function sendNew(
  session: Session,
  cookie: Cookie,
  handle: SessionHandle,
  now: Date,
  keys: SessionKeys,
): Judged {
  const salt = randomBytes(SALT_BYTES).toString('base64url');
  const [secret] = nextSecrets(handle, salt, keys);
  if (secret === undefined) throw new Error('no key for cookies');
  const next = { hash: hashSecret(secret), sentAt: now, salt };
  return good({ ...session, cookie: { ...cookie, next } }, secret);
}

/** Undefined: it was for one answer alone, or the key that it was told by is gone. */
const sentBefore = ({ hash, salt }: Next, handle: SessionHandle, keys: SessionKeys): string | undefined =>
  salt === undefined ? undefined : nextSecrets(handle, salt, keys).find((one) => isSecretOf(one, hash));

/** For the secret in use. */
function succeed(
  session: Session,
  cookie: Cookie,
  handle: SessionHandle,
  now: Date,
  keys: SessionKeys,
): Judged {
  const { next } = cookie;
  const isOnItsWay = next !== undefined && passed(next.sentAt, now) < OVERLAP_MS;
  if (!isOnItsWay) {
    // The answers with `next` were lost, or this is a copy: then the owner shows `next`, which is a copy from now on.
    const isDue = passed(session.rotatedAt, now) >= ROTATE_AFTER_MS;
    return isDue ? sendNew(session, cookie, handle, now, keys) : good(session);
  }
  const secret = sentBefore(next, handle, keys);
  if (secret === undefined || passed(next.sentAt, now) < SENT_JUST_NOW_MS) return good(session, secret);
  return good({ ...session, cookie: { ...cookie, next: { ...next, sentAt: now } } }, secret);
}

/** The browser has it: from now on it is the secret in use. */
function adopt(session: Session, { familyHash }: Cookie, { hash, sentAt, proof }: Next) {
  const until = new Date(sentAt.getTime() + OVERLAP_MS);
  const previous = { hash: session.secretHash, until, opensNothing: proof !== undefined };
  const cookie: Cookie = { familyHash, previous };
  return { session: { ...session, ...proof, secretHash: hash, rotatedAt: sentAt, cookie }, cookie };
}

function judge(session: Session, handle: SessionHandle, now: Date, keys: SessionKeys): Judged {
  const { cookie } = session;
  const { family, secret } = handle;
  // A command line's session has none: a refresh token may do less, and is watched in another way.
  if (!cookie || !isSecretOf(family, cookie.familyHash)) return { kind: 'opens-nothing' };
  if (isSecretOf(secret, session.secretHash)) return succeed(session, cookie, handle, now, keys);
  const { next, previous } = cookie;
  if (next && isSecretOf(secret, next.hash)) {
    const adopted = adopt(session, cookie, next);
    return succeed(adopted.session, adopted.cookie, handle, now, keys);
  }
  const isUnderWay = previous && isSecretOf(secret, previous.hash) && now < previous.until;
  if (!isUnderWay) return { kind: 'copy' };
  return previous.opensNothing ? { kind: 'opens-nothing' } : good(session);
}

export function judgeCookie(session: Session, handle: SessionHandle, now: Date, keys: SessionKeys): Judged {
  const judged = judge(session, handle, now, keys);
  if (judged.kind !== 'good') return judged;
  const isNoted = passed(session.lastSeenAt, now) < NOTE_USE_AFTER_MS && judged.after === session;
  if (isNoted) return judged;
  return { ...judged, after: { ...judged.after, lastSeenAt: now, version: session.version + 1 } };
}

/** With the secret that the browser is sent for having proved more. What it was sent before may cross on the way. */
export function sendForProof(session: Session, secret: string, proof: Next['proof'], now: Date): Session {
  const { cookie } = session;
  if (!cookie) throw new Error('not a session of a browser');
  const until = new Date(now.getTime() + OVERLAP_MS);
  const crossing = cookie.next && { previous: { hash: cookie.next.hash, until, opensNothing: true } };
  const next: Next = { hash: hashSecret(secret), sentAt: now, ...(proof && { proof }) };
  return { ...session, cookie: { ...cookie, ...crossing, next }, version: session.version + 1 };
}
