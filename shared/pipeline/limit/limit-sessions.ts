// May this caller have a new session, which takes one of the account's calls of AssumeRole? A share of the calls for
// each provider, counted here; sessions of each caller, counted by all instances together.
import { createHash } from 'node:crypto';
import { boundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Failure } from '../../kernel/failure.ts';
import type { Logger } from '../../kernel/logger.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Limits } from '../../rules/values/limits.ts';
import { type Caller, callerKey } from './caller.ts';
import type { Counters } from './counters.ts';
import { rateLimited, withinLimit } from './rate-limited.ts';
import { createTokenBuckets, type Rate } from './token-buckets.ts';

const HOUR_SECONDS = 3_600;
const HOUR_MS = HOUR_SECONDS * 1000;
/** A cold instance's first callers come together; more would let a flood through before the share bites. */
const SHARE_BURST_SECONDS = 2;
/** About 200 bytes each, so some 5 MB. */
const MAX_KEYS = 20_000;

export type AdmitSession = (caller: Caller, limits: Limits) => Promise<Result<void, Failure>>;

export interface SessionLimitContext {
  readonly counters: Counters;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Hour {
  readonly counter: string;
  readonly endsAt: number;
}

/** Each caller's hours begin at a minute of its own, or all who had to wait would come back at once. */
function hourOf(caller: Caller, now: number): Hour {
  const digest = createHash('sha256').update(callerKey(caller)).digest();
  const shift = digest.readUInt32BE(0) % HOUR_MS;
  const number = Math.floor((now + shift) / HOUR_MS);
  // The hash in front spreads the rows over partitions; the key of a hot caller is no name that others can read.
  return {
    counter: `${digest.toString('base64url')}|sessions|${number}`,
    endsAt: (number + 1) * HOUR_MS - shift,
  };
}

const rateOfShare = ({ stsCallsPerSecond }: Limits): Rate => ({
  perSecond: stsCallsPerSecond,
  burst: stsCallsPerSecond * SHARE_BURST_SECONDS,
});

export function createSessionLimits({ counters, clock, logger }: SessionLimitContext): AdmitSession {
  const shares = createTokenBuckets(MAX_KEYS);
  const alone = createTokenBuckets(MAX_KEYS);
  /** Counters that were found over a limit: until their hour ends nobody needs to be asked again. */
  const usedUp = boundedCache<true>(MAX_KEYS);

  /** Without the shared count this instance counts for itself: a bound that is looser by the number of instances. */
  const countAlone = (caller: Caller, { sessionsPerCallerPerHour: most }: Limits, now: Date) => {
    const rate = { perSecond: most / HOUR_SECONDS, burst: most };
    return withinLimit('session-limit', alone.take(callerKey(caller), rate, now));
  };

  const overLimit = ({ endsAt }: Hour, now: Date) => rateLimited('session-limit', endsAt - now.getTime());

  const countSession = async (
    caller: Caller,
    limits: Limits,
    hour: Hour,
    now: Date,
  ): Promise<Result<void, Failure>> => {
    const counted = await counters.add(hour.counter);
    if (!counted.ok) {
      logger.log('error', 'counter-failed', { cause: counted.error.cause, provider: caller.provider });
      return countAlone(caller, limits, now);
    }
    const most = limits.sessionsPerCallerPerHour;
    if (counted.value <= most) return ok(undefined);
    usedUp.set(`${hour.counter}|${most}`, true);
    return overLimit(hour, now);
  };

  return async (caller, limits) => {
    const now = clock.now();
    const hour = hourOf(caller, now.getTime());
    if (usedUp.has(`${hour.counter}|${limits.sessionsPerCallerPerHour}`)) return overLimit(hour, now);

    // Looked at, so that a refusal costs the caller no session, but not taken before the caller's own limit was asked:
    // a caller over it would take the share of all others of its provider.
    const share = rateOfShare(limits);
    const wait = shares.wait(caller.provider, share, now);
    if (wait > 0) return rateLimited('sts-share', wait);

    const own = await countSession(caller, limits, hour, now);
    if (!own.ok) return own;
    // Time has passed with the counter: others may have taken what was there.
    return withinLimit('sts-share', shares.take(caller.provider, share, clock.now()));
  };
}
