// May this caller have a new session? Each one takes a call of AssumeRole, for which the account has a quota. Each provider
// has a share of the calls, counted by this instance. Each caller has a number of sessions an hour, counted by all instances.
import { createHash } from 'node:crypto';
import { boundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Failure } from '../../kernel/failure.ts';
import type { Logger } from '../../kernel/logger.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Limits } from '../../rules/values/provider-limits.ts';
import type { Counters } from './counters.ts';
import { callerKey, type ProvedCaller, rateLimited, withinLimit } from './rate-limit.ts';
import { createTokenBuckets, type Rate } from './token-buckets.ts';

const HOUR_SECONDS = 3_600;
const HOUR_MS = HOUR_SECONDS * 1000;
/** The first callers of a cold instance arrive together. A longer burst would let a flood through before the share applies. */
const SHARE_BURST_SECONDS = 2;
/** Keys of each kind that are kept in memory; about 200 bytes each, so some 5 MB. */
const MAX_KEYS = 20_000;

/**
 * Counts a new session of the caller and admits it, or refuses with `rate_limited`. `limits` are those of the caller's
 * provider. When the shared counter fails, this instance counts alone.
 */
export type AdmitSession = (caller: ProvedCaller, limits: Limits) => Promise<Result<void, Failure>>;

export interface SessionLimitContext {
  readonly counters: Counters;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Hour {
  /** The name of the shared counter. */
  readonly counter: string;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
}

/** Each caller's hours begin at a moment of its own. Otherwise all callers that had to wait would return at the same time. */
function hourOf(caller: ProvedCaller, now: number): Hour {
  const digest = createHash('sha256').update(callerKey(caller)).digest();
  const shift = digest.readUInt32BE(0) % HOUR_MS;
  const number = Math.floor((now + shift) / HOUR_MS);
  // The hash comes first to spread the rows over partitions. It also keeps the subject's name out of the table's key.
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
  /** Counters that are over their limit. Until the hour ends, the store need not be asked about them again. */
  const usedUp = boundedCache<true>(MAX_KEYS);

  /** Without the shared counter this instance counts alone: the bound is then looser by the number of instances. */
  const countAlone = (caller: ProvedCaller, { sessionsPerCallerPerHour: most }: Limits, now: Date) => {
    const rate = { perSecond: most / HOUR_SECONDS, burst: most };
    return withinLimit('session-limit', alone.take(callerKey(caller), rate, now));
  };

  const overLimit = ({ endsAt }: Hour, now: Date) => rateLimited('session-limit', endsAt - now.getTime());

  const countSession = async (
    caller: ProvedCaller,
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

    // The share is only read here, so that a refusal costs the caller no session. It is taken after the caller's own limit
    // was checked: a caller over that limit must not use up the share of its provider's other callers.
    const share = rateOfShare(limits);
    const wait = shares.wait(caller.provider, share, now);
    if (wait > 0) return rateLimited('sts-share', wait);

    const own = await countSession(caller, limits, hour, now);
    if (!own.ok) return own;
    // The counter took time, in which other requests may have taken the rest of the share.
    return withinLimit('sts-share', shares.take(caller.provider, share, clock.now()));
  };
}
