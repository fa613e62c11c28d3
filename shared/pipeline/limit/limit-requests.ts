// Stage 2: how often one address, one caller and one provider may ask this instance. The counts are local to the instance:
// a shared count would cost a round trip for every request, and each instance that is added can answer more requests.

import type { Failure } from '../../kernel/failure.ts';
import { err, type Result } from '../../kernel/result.ts';
import type { Limits } from '../../rules/values/provider-limits.ts';
import { createStrangerLimits } from './limit-strangers.ts';
import { addressKey, callerKey, type ProvedCaller, withinLimit } from './rate-limit.ts';
import { createTokenBuckets, type Rate } from './token-buckets.ts';

/** A fleet of jobs starts at the same time, and stock clients fetch credentials once per thread. */
const CALLER_BURST_SECONDS = 10;
/** Shorter than a caller's: the bursts of many callers rarely coincide. */
const PROVIDER_BURST_SECONDS = 2;

/**
 * Requests from one address that fail to authenticate. A whole office may share one address, and its tokens may expire at
 * the same time. An attacker who guesses tokens, or who wants to fill the audit table, needs thousands.
 */
export const FAILURES_OF_ADDRESS: Rate = { perSecond: 10, burst: 100 };
/**
 * The same for all addresses together, unknown ones included. Each of these requests writes an audit row, which costs money
 * for as long as the rows are kept. Requests that authenticate are never refused by this limit.
 */
const FAILURES_OF_ALL: Rate = { perSecond: 50, burst: 500 };
/** How many audit rows one key gets for refused requests. More rows of the same flood would tell the operator nothing new. */
const ROWS_OF_REFUSED: Rate = { perSecond: 1, burst: 10 };
/** Keys of each kind that are kept in memory; about 200 bytes each, so some 5 MB. */
const MAX_KEYS = 20_000;

/** Every refusal has the code `rate_limited`. `now` is an argument: the limits have no clock of their own. */
export interface RequestLimits {
  /** Called before the request is read. An unknown address is not limited here, since it has no key. */
  admitAddress(address: string | undefined, now: Date): Result<void, Failure>;
  /**
   * Counts a request that failed to authenticate. A refusal replaces the request's own failure and is marked `unrecorded`:
   * there are too many such requests to write an audit row for each.
   */
  recordFailure(address: string | undefined, now: Date): Result<void, Failure>;
  /** Called once the caller is authenticated. `limits` are those of the caller's provider. */
  admitCaller(caller: ProvedCaller, limits: Limits, now: Date): Result<void, Failure>;
}

const rateOf = (perSecond: number, seconds: number): Rate => ({ perSecond, burst: perSecond * seconds });

const unrecorded = (admitted: Result<void, Failure>): Result<void, Failure> =>
  admitted.ok || admitted.error.code !== 'rate_limited'
    ? admitted
    : err(Object.assign({ unrecorded: true }, admitted.error));

export function createRequestLimits(): RequestLimits {
  const strangers = createStrangerLimits({ address: FAILURES_OF_ADDRESS, all: FAILURES_OF_ALL });
  const refusals = createTokenBuckets(MAX_KEYS);
  const callers = createTokenBuckets(MAX_KEYS);
  const providers = createTokenBuckets(MAX_KEYS);
  const withinRows = (admitted: Result<void, Failure>, refused: string, now: Date) =>
    admitted.ok || refusals.take(refused, ROWS_OF_REFUSED, now) === 0 ? admitted : unrecorded(admitted);
  return {
    admitAddress(address, now) {
      const admitted = withinLimit('address-limit', strangers.waitOf(address, now));
      return address === undefined ? admitted : withinRows(admitted, addressKey(address), now);
    },
    recordFailure: (address, now) => unrecorded(withinLimit('total-limit', strangers.take(address, now))),
    admitCaller(caller, limits, now) {
      // The caller's own limit comes first: requests beyond it must not use up the limit that its provider's callers share.
      const own = rateOf(limits.requestsPerCallerPerSecond, CALLER_BURST_SECONDS);
      const key = callerKey(caller);
      const wait = callers.take(key, own, now);
      if (wait > 0) return withinRows(withinLimit('caller-limit', wait), key, now);
      const shared = rateOf(limits.requestsPerProviderPerSecond, PROVIDER_BURST_SECONDS);
      const admitted = withinLimit('provider-limit', providers.take(caller.provider, shared, now));
      return withinRows(admitted, caller.provider, now);
    },
  };
}
