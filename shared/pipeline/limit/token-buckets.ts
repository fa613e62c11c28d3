// Token buckets of many keys in bounded memory, by the generic cell rate algorithm (ITU-T I.371): the time at which a bucket
// is full again says how many tokens it holds. `now` is an argument: the buckets have no clock of their own.
import { boundedCache } from '../../kernel/bounded-cache.ts';

export interface Rate {
  readonly perSecond: number;
  /** Tokens of a full bucket. */
  readonly burst: number;
}

export interface TokenBuckets {
  /** Milliseconds until the key has a token; 0 when it has one now. Takes nothing. */
  wait(key: string, rate: Rate, now: Date): number;
  /** Takes a token if there is one. Returns the `wait` from before: 0 when a token was taken. */
  take(key: string, rate: Rate, now: Date): number;
  /** Puts back a token that was taken. A bucket never holds more than `burst` tokens. */
  giveBack(key: string, rate: Rate, now: Date): void;
}

/** Half the resolution of the clock. Sums of intervals are rounded, which would otherwise cost the last token of a burst. */
const ROUNDING_MS = 0.5;

/** Times in milliseconds since the epoch. */
interface Bucket {
  readonly fullAt: number;
  readonly seenAt: number;
}

/**
 * `maxKeys`: beyond it, the key that was used least recently is forgotten. Its bucket is then full again, so a caller that
 * fills the memory with keys delays no other caller.
 */
export function createTokenBuckets(maxKeys: number): TokenBuckets {
  const buckets = boundedCache<Bucket>(maxKeys);

  const look = (key: string, { perSecond, burst }: Rate, now: Date) => {
    const interval = 1000 / perSecond;
    const at = now.getTime();
    const { fullAt, seenAt } = buckets.get(key) ?? { fullAt: at, seenAt: at };
    // A clock that was set back takes no tokens out of a bucket, and no key waits for the clock to catch up.
    const full = Math.max(fullAt - Math.max(0, seenAt - at), at);
    // Never emptier than empty, even when the rate has changed since.
    const emptyUntil = at + burst * interval;
    const next = Math.min(full, emptyUntil) + interval;
    const wait = next - emptyUntil;
    return { at, next, wait: wait > ROUNDING_MS ? wait : 0 };
  };

  return {
    wait: (key, rate, now) => look(key, rate, now).wait,
    take(key, rate, now) {
      const { at, next, wait } = look(key, rate, now);
      if (wait === 0) buckets.set(key, { fullAt: next, seenAt: at });
      return wait;
    },
    giveBack(key, { perSecond }, now) {
      const bucket = buckets.get(key);
      if (!bucket) return; // forgotten meanwhile, so it is full
      // A time in the past stands for a full bucket: `look` counts from `now` at the earliest.
      buckets.set(key, { fullAt: bucket.fullAt - 1000 / perSecond, seenAt: now.getTime() });
    },
  };
}
