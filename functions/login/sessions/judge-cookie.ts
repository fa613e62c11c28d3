// Judges the cookie of a session, and rotates it. Pure. As with rotated refresh tokens (RFC 9700 section 4.14.2), all cookies of
// a session share its family, and a cookie whose secret is neither the current nor the next one is a copy. A browser may come
// back long after it lost a response, so a secret stays current until the browser shows its successor.
import { randomBytes } from 'node:crypto';
import type { Session } from '../../../shared/people/session.ts';
import type { SessionKeys } from '../keys/session-key-set.ts';
import { hashSecret, isSecretOf, nextSecrets, type SessionHandle } from './session-cookie.ts';

/** Notes the use of a session once a minute, which is exact enough for the idle limit. */
const NOTE_USE_AFTER_MS = 60_000;
/** Age at which a secret is replaced, and so the time that a stolen cookie works unless the thief uses it before its owner. */
const ROTATE_AFTER_MS = 900_000;
/**
 * The longest time that a request and its response take; a function ends after 30 seconds. Within it the same successor is sent
 * again, and the previous secret does not count as a copy.
 */
const OVERLAP_MS = 60_000;
/**
 * A browser that restores its tabs sends many requests at once. One write within this time is enough for all of them, so that
 * they do not wait for each other. It shortens the overlap for a request that is under way by as much.
 */
const SENT_JUST_NOW_MS = 5_000;
const SALT_BYTES = 16;

export type Judged =
  /** If `after` differs from the session, it must be stored before the response. */
  | { readonly kind: 'good'; readonly after: Session; readonly secret?: string }
  /** A forged cookie, or a request that was sent before the person proved more. It opens nothing, and ends nothing. */
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

/** The secret that was sent before. Undefined: it was for one response only, or its key has been removed. */
const sentBefore = ({ hash, salt }: Next, handle: SessionHandle, keys: SessionKeys): string | undefined =>
  salt === undefined ? undefined : nextSecrets(handle, salt, keys).find((one) => isSecretOf(one, hash));

/** The result for the current secret. */
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
    // The responses with `next` were lost, or this is a copy. A new `next` then turns the owner's into a copy.
    const isDue = passed(session.rotatedAt, now) >= ROTATE_AFTER_MS;
    return isDue ? sendNew(session, cookie, handle, now, keys) : good(session);
  }
  const secret = sentBefore(next, handle, keys);
  if (secret === undefined || passed(next.sentAt, now) < SENT_JUST_NOW_MS) return good(session, secret);
  return good({ ...session, cookie: { ...cookie, next: { ...next, sentAt: now } } }, secret);
}

/** The browser showed its next secret, which becomes the current one. */
function adopt(session: Session, { familyHash }: Cookie, { hash, sentAt, proof }: Next) {
  const until = new Date(sentAt.getTime() + OVERLAP_MS);
  const previous = { hash: session.secretHash, until, opensNothing: proof !== undefined };
  const cookie: Cookie = { familyHash, previous };
  return { session: { ...session, ...proof, secretHash: hash, rotatedAt: sentAt, cookie }, cookie };
}

function judge(session: Session, handle: SessionHandle, now: Date, keys: SessionKeys): Judged {
  const { cookie } = session;
  const { family, secret } = handle;
  // The session of a command line has no cookie, and a refresh token must not open it in a browser.
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

/** `good` notes the use of the session. Nothing is stored here. */
export function judgeCookie(session: Session, handle: SessionHandle, now: Date, keys: SessionKeys): Judged {
  const judged = judge(session, handle, now, keys);
  if (judged.kind !== 'good') return judged;
  const isNoted = passed(session.lastSeenAt, now) < NOTE_USE_AFTER_MS && judged.after === session;
  if (isNoted) return judged;
  return { ...judged, after: { ...judged.after, lastSeenAt: now, version: session.version + 1 } };
}

/**
 * The session with a next secret for a browser whose person proved more. Requests with a secret that was sent earlier may still
 * be under way; they open nothing.
 */
export function sendForProof(session: Session, secret: string, proof: Next['proof'], now: Date): Session {
  const { cookie } = session;
  if (!cookie) throw new Error('not a session of a browser');
  const until = new Date(now.getTime() + OVERLAP_MS);
  const crossing = cookie.next && { previous: { hash: cookie.next.hash, until, opensNothing: true } };
  const next: Next = { hash: hashSecret(secret), sentAt: now, ...(proof && { proof }) };
  return { ...session, cookie: { ...cookie, ...crossing, next }, version: session.version + 1 };
}
