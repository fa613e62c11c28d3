// How often one address, one caller and one provider may ask this instance. Local: a round trip to count requests would
// cost more than it saves, and an instance that is added adds what it can answer.
import type { Limits } from '../access/limits.ts';
import type { Failure } from '../errors.ts';
import type { Result } from '../kernel/result.ts';
import { addressKey } from './address-key.ts';
import { type Caller, callerKey } from './caller.ts';
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
const FAILURES_OF_ADDRESS: Rate = { perSecond: 10, burst: 100 };
/** About 200 bytes each, so some 5 MB. */
const MAX_KEYS = 20_000;

export interface RequestLimits {
  /** Before anything of the request is read. An unknown address is not limited: there is nothing to tell it by. */
  admitAddress(address: string | undefined, now: Date): Result<void, Failure>;
  /** A request from this address proved nothing. */
  blameAddress(address: string | undefined, now: Date): void;
  /** Once the caller is proved. */
  admitCaller(caller: Caller, limits: Limits, now: Date): Result<void, Failure>;
}

const rateOf = (perSecond: number, seconds: number): Rate => ({ perSecond, burst: perSecond * seconds });

export function createRequestLimits(): RequestLimits {
  const addresses = createTokenBuckets(MAX_KEYS);
  const callers = createTokenBuckets(MAX_KEYS);
  const providers = createTokenBuckets(MAX_KEYS);
  return {
    admitAddress(address, now) {
      const wait = address === undefined ? 0 : addresses.wait(addressKey(address), FAILURES_OF_ADDRESS, now);
      return withinLimit('address-limit', wait);
    },
    blameAddress(address, now) {
      if (address !== undefined) addresses.take(addressKey(address), FAILURES_OF_ADDRESS, now);
    },
    admitCaller(caller, limits, now) {
      // The caller first: what it asks beyond its own limit takes nothing from the others of its provider.
      const own = rateOf(limits.requestsPerCallerPerSecond, CALLER_BURST_SECONDS);
      const wait = callers.take(callerKey(caller), own, now);
      if (wait > 0) return withinLimit('caller-limit', wait);
      const shared = rateOf(limits.requestsPerProviderPerSecond, PROVIDER_BURST_SECONDS);
      return withinLimit('provider-limit', providers.take(caller.provider, shared, now));
    },
  };
}
