// Stage 2: how often one address, one caller and one provider may ask this instance. Local: a round trip to count requests
// would cost more than it saves, and an instance that is added adds what it can answer.

import type { Failure } from '../../kernel/failure.ts';
import { err, type Result } from '../../kernel/result.ts';
import type { Limits } from '../../rules/values/limits.ts';
import { addressKey } from './address-key.ts';
import { type Caller, callerKey } from './caller.ts';
import { createStrangerLimits } from './limit-strangers.ts';
import { withinLimit } from './rate-limited.ts';
import { createTokenBuckets, type Rate } from './token-buckets.ts';

/** Several seconds' worth at once: a fleet of jobs starts together, and stock clients fetch once a thread. */
const CALLER_BURST_SECONDS = 10;
/** Many callers even each other out. */
const PROVIDER_BURST_SECONDS = 2;

/**
 * Requests from one address that proved nothing. A whole office may be behind one address, and its tokens may expire
 * together; somebody who tries tokens out, or wants audit rows written, needs thousands.
 */
export const FAILURES_OF_ADDRESS: Rate = { perSecond: 10, burst: 100 };
/**
 * The same, of all addresses together and of unknown ones: each writes an audit row, which costs money for as long as the
 * rows are kept. Whoever has a proof is answered all the same.
 */
const FAILURES_OF_ALL: Rate = { perSecond: 50, burst: 500 };
/** A row shows that a limit was reached; a thousand rows of one flood show nothing more. */
const ROWS_OF_REFUSED: Rate = { perSecond: 1, burst: 10 };
/** About 200 bytes each, so some 5 MB. */
const MAX_KEYS = 20_000;

export interface RequestLimits {
  /** Before anything of the request is read. An unknown address is not limited: there is nothing to tell it by. */
  admitAddress(address: string | undefined, now: Date): Result<void, Failure>;
  /** A request from this address proved nothing. Refused: there are too many such requests for each to have its audit row. */
  recordFailure(address: string | undefined, now: Date): Result<void, Failure>;
  /** Once the caller is proved. */
  admitCaller(caller: Caller, limits: Limits, now: Date): Result<void, Failure>;
}

const rateOf = (perSecond: number, seconds: number): Rate => ({ perSecond, burst: perSecond * seconds });

const unrecorded = (admitted: Result<void, Failure>): Result<void, Failure> =>
  admitted.ok || admitted.error.code !== 'rate_limited'
    ? admitted
    : err({ ...admitted.error, unrecorded: true });

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
      // The caller first: what it asks beyond its own limit takes nothing from the others of its provider.
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
