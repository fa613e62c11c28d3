// Server nonces (RFC 9449 section 8): a proof that holds one cannot have been made long before it is sent. A nonce is a MAC of
// its time window. All instances share the key of the day through the once table: the first instance that needs one makes it.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type OnceStore, onceKey } from '../../../kernel/consume-once.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import { storeUnavailable } from '../../../kernel/store-fault.ts';

/** A nonce is good in the window in which it was given and in the next: for two to four minutes. */
const WINDOW_MS = 120_000;
const WINDOWS_OF_A_KEY = 720; // a day
const KEY_BYTES = 32;

const NONCE = /^([a-z0-9]{1,12})\.([A-Za-z0-9_-]{43})$/;

interface DpopNonces {
  /** The nonce that the next proof must hold. Fails with `store_unavailable`, as `accepts` does. */
  give(now: Date): Promise<Result<string, Failure>>;
  /** Whether it is a nonce of this service, and of the current window or one of its neighbours. */
  accepts(nonce: string, now: Date): Promise<Result<boolean, Failure>>;
}

const windowAt = (now: Date): number => Math.floor(now.getTime() / WINDOW_MS);

export function createDpopNonces(once: OnceStore): DpopNonces {
  /** By day. The key of the day before is kept, for windows on both sides of midnight. */
  const keys = new Map<number, string>();

  const keyFor = async (window: number): Promise<Result<string, Failure>> => {
    const day = Math.floor(window / WINDOWS_OF_A_KEY);
    const known = keys.get(day);
    if (known !== undefined) return ok(known);
    const own = randomBytes(KEY_BYTES).toString('base64url');
    const ends = new Date((day + 2) * WINDOWS_OF_A_KEY * WINDOW_MS);
    const stored = await once.putIfAbsent(onceKey('dpop-nonce-key', String(day)), own, ends);
    if (!stored.ok) return err(storeUnavailable(stored.error));
    for (const old of keys.keys()) if (old < day - 1) keys.delete(old);
    keys.set(day, stored.value);
    return stored;
  };

  const nonceOf = async (window: number): Promise<Result<string, Failure>> => {
    const key = await keyFor(window);
    if (!key.ok) return key;
    const name = window.toString(36);
    return ok(`${name}.${createHmac('sha256', key.value).update(name).digest('base64url')}`);
  };

  return {
    give: (now) => nonceOf(windowAt(now)),
    async accepts(nonce, now) {
      const window = Number.parseInt(NONCE.exec(nonce)?.[1] ?? '', 36);
      const age = windowAt(now) - window;
      // A nonce of the next window is accepted, since another instance's clock may be ahead.
      if (Number.isNaN(window) || age > 1 || age < -1) return ok(false);
      const expected = await nonceOf(window);
      if (!expected.ok) return expected;
      const [given, wanted] = [Buffer.from(nonce), Buffer.from(expected.value)];
      return ok(given.length === wanted.length && timingSafeEqual(given, wanted));
    },
  };
}
