// A cookie → its session, if there still is one. Notes the use, and sends the browser a new secret from time to time.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SessionStore } from '../../../shared/people/session-store.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import type { SessionKeys } from '../keys/session-keys.ts';
import { endWithCommandLines } from './end-with-command-lines.ts';
import { judgeCookie } from './judge-cookie.ts';
import type { SessionHandle } from './session-cookie.ts';
import { absoluteEnd, isOpen } from './session-limits.ts';

/** One that loses finds what the winner wrote; of a browser's requests of one moment few have something to add. */
const MAX_ATTEMPTS = 5;

export type Resumed =
  | {
      readonly kind: 'open';
      readonly session: Session;
      /** Its tokens end by then. */
      readonly endsAt: Date;
      /** For the browser, in place of what it has. */
      readonly newSecret?: string;
    }
  /** A copy of a cookie was used: the session has been ended. */
  | { readonly kind: 'stolen'; readonly session: Session };

type Resumption = Result<Resumed | undefined, StoreFault>;

interface Asking {
  readonly handle: SessionHandle;
  readonly now: Date;
  readonly signOn: SignOnInForce;
  readonly store: SessionStore;
  readonly keys: SessionKeys;
}

async function endStolen(session: Session, store: SessionStore): Promise<Resumption> {
  const ended = await endWithCommandLines([session], store);
  return ended.ok ? ok({ kind: 'stolen', session }) : ended;
}

async function endOver(session: Session, store: SessionStore): Promise<Resumption> {
  const ended = await store.end([session]);
  return ended.ok ? ok(undefined) : ended;
}

/** `changed`: another request wrote or ended the session since it was read. */
async function attempt({ handle, now, signOn, store, keys }: Asking): Promise<Resumption | 'changed'> {
  const found = await store.find(handle.person, handle.id);
  if (!found.ok) return found;
  const session = found.value;
  if (!session) return ok(undefined);
  const judged = judgeCookie(session, handle, now, keys);
  if (judged.kind === 'opens-nothing') return ok(undefined);
  if (judged.kind === 'copy') return endStolen(session, store);
  if (!isOpen(session, signOn, now)) return endOver(session, store);
  const { after, secret } = judged;
  const replaced = after === session ? ok('replaced') : await store.replace(session, after);
  if (!replaced.ok) return replaced;
  if (replaced.value === 'changed') return 'changed';
  const newSecret = secret === undefined ? {} : { newSecret: secret };
  return ok({ kind: 'open', session: after, endsAt: absoluteEnd(after, signOn.sessions), ...newSecret });
}

/** Undefined: there is no such session, or no more. */
export async function resumeSession(asking: Asking): Promise<Resumption> {
  for (let i = 0; i < MAX_ATTEMPTS; i++) {
    const attempted = await attempt(asking);
    if (attempted !== 'changed') return attempted;
  }
  return err({ reason: 'store-failed', cause: 'changed' });
}
