// Token buckets of many keys in bounded memory, by the generic cell rate algorithm (ITU-T I.371): what a bucket holds
// is told by the time at which it is full again. Asks no clock: `now` is an argument.
import { boundedCache } from '../../kernel/bounded-cache.ts';

export interface Rate {
  readonly perSecond: number;
  /** Tokens of a full bucket. */
  readonly burst: number;
}

export interface TokenBuckets {
  /** Milliseconds until the key has a token; 0 when it has one now. */
  wait(key: string, rate: Rate, now: Date): number;
  /** Takes a token if there is one, and tells what `wait` told before. */
  take(key: string, rate: Rate, now: Date): number;
  /** Puts back a token that was taken; a bucket never holds more than a burst. */
  giveBack(key: string, rate: Rate, now: Date): void;
}

/** Half of what the clock can tell. Sums of intervals round, and would cost the last token of a burst. */
const ROUNDING_MS = 0.5;

interface Bucket {
  readonly fullAt: number;
  readonly seenAt: number;
}

/** A key that is forgotten has a full bucket again, so whoever fills the memory with keys slows nobody down. */
export function createTokenBuckets(maxKeys: number): TokenBuckets {
  const buckets = boundedCache<Bucket>(maxKeys);

  const look = (key: string, { perSecond, burst }: Rate, now: Date) => {
    const interval = 1000 / perSecond;
    const at = now.getTime();
    const { fullAt, seenAt } = buckets.get(key) ?? { fullAt: at, seenAt: at };
    // A clock that was set back takes nothing out of a bucket, and nobody waits for it to catch up.
    const full = Math.max(fullAt - Math.max(0, seenAt - at), at);
    // An empty bucket at most, also when the rate is another than before.
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
      if (!bucket) return; // forgotten since, so it is full
      // A time in the past means a full bucket: `look` never counts from before `now`.
      buckets.set(key, { fullAt: bucket.fullAt - 1000 / perSecond, seenAt: now.getTime() });
    },
  };
}
