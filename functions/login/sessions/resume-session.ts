// A cookie → its session, if there still is one. Notes the use, and gives the browser a new secret from time to time.
import type { SignOn } from '../../../shared/access/sign-on/sign-on.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SessionStore, StoreFault } from '../../../shared/ports.ts';
import { endWithCommandLines } from './end-with-command-lines.ts';
import { hashSecret, isSecretOf, newSecret, type SessionHandle } from './session-cookie.ts';
import { absoluteEnd, isOpen } from './session-limits.ts';

/** A write a minute is enough to tell an idle hour. */
const NOTE_USE_AFTER_MS = 60_000;
/** A stolen cookie is worth this much, unless the thief uses it first; then its owner's next use ends the session. */
const ROTATE_AFTER_MS = 900_000;
/** Requests that left the browser together with the one that was answered with the new secret. */
const OVERLAP_MS = 60_000;

export interface Resumed {
  readonly session: Session;
  /** Its tokens end by then. */
  readonly endsAt: Date;
  /** For the browser, in place of what it has. */
  readonly newSecret?: string;
}

type Resumption = Promise<Result<Resumed | undefined, StoreFault>>;
type Proof = 'current' | 'previous' | 'stolen' | 'wrong';

const passed = (since: Date, now: Date): number => now.getTime() - since.getTime();

function judge(session: Session, secret: string, now: Date): Proof {
  if (isSecretOf(secret, session.secretHash)) return 'current';
  if (!isSecretOf(secret, session.previousHash)) return 'wrong';
  return passed(session.rotatedAt, now) < OVERLAP_MS ? 'previous' : 'stolen';
}

function renewed(session: Session, proof: Proof, now: Date): { after: Session; secret?: string } | undefined {
  const after: Session = { ...session, lastSeenAt: now, version: session.version + 1 };
  if (proof === 'current' && passed(session.rotatedAt, now) >= ROTATE_AFTER_MS) {
    const secret = newSecret();
    const hashes = { secretHash: hashSecret(secret), previousHash: session.secretHash };
    return { after: { ...after, ...hashes, rotatedAt: now }, secret };
  }
  return passed(session.lastSeenAt, now) >= NOTE_USE_AFTER_MS ? { after } : undefined;
}

/** Undefined: there is no such session, or no more. */
export async function resumeSession(
  handle: SessionHandle,
  now: Date,
  signOn: SignOn,
  store: SessionStore,
): Resumption {
  const found = await store.find(handle.person, handle.id);
  if (!found.ok) return found;
  const session = found.value;
  // A refresh token is no cookie: what it may do is less, and it is watched in another way.
  if (!session || session.commandLine) return ok(undefined);
  const proof = judge(session, handle.secret, now);
  if (proof === 'wrong') return ok(undefined);
  if (proof === 'stolen') {
    const ended = await endWithCommandLines([session], store);
    return ended.ok ? ok(undefined) : ended;
  }
  if (!isOpen(session, signOn, now)) {
    const ended = await store.end([session]);
    return ended.ok ? ok(undefined) : ended;
  }
  const endsAt = absoluteEnd(session, signOn.sessions);
  const renewal = renewed(session, proof, now);
  if (!renewal) return ok({ session, endsAt });
  const { after, secret } = renewal;
  const replaced = await store.replace(session, after);
  if (!replaced.ok) return replaced;
  if (replaced.value === 'replaced')
    return ok({ session: after, endsAt, ...(secret === undefined ? {} : { newSecret: secret }) });
  // Written by another request of this browser, or ended: what stands there now decides.
  const again = await store.find(handle.person, handle.id);
  if (!again.ok) return again;
  const opens = again.value && ['current', 'previous'].includes(judge(again.value, handle.secret, now));
  return ok(again.value && opens ? { session: again.value, endsAt } : undefined);
}
