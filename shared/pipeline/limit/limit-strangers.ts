// How often unauthenticated callers ("strangers") may ask this instance: by address, and in total, because an address may be
// unknown and an attacker may have many. A request that authenticates in the end is taken back from the count.
import { addressKey } from './rate-limit.ts';
import { createTokenBuckets, type Rate } from './token-buckets.ts';

/** Addresses that are kept in memory; about 200 bytes each, so some 5 MB. */
const MAX_KEYS = 20_000;
const ALL = 'all';

export interface StrangerRates {
  readonly address: Rate;
  readonly all: Rate;
}

/** `address` is undefined when unknown: such a request counts in the total only. */
export interface StrangerLimits {
  /** Milliseconds until the address may ask again. Counts nothing. */
  waitOf(address: string | undefined, now: Date): number;
  /**
   * Counts one request of the address, and in total, and returns 0. Over either limit it counts nothing, and returns the
   * milliseconds to wait.
   */
  take(address: string | undefined, now: Date): number;
  /** Takes back a request that `take` counted and that authenticated after all. */
  giveBack(address: string | undefined, now: Date): void;
}

export function createStrangerLimits({ address: ofAddress, all: ofAll }: StrangerRates): StrangerLimits {
  const [addresses, all] = [createTokenBuckets(MAX_KEYS), createTokenBuckets(1)];
  const waitOf = (address: string | undefined, now: Date): number =>
    address === undefined ? 0 : addresses.wait(addressKey(address), ofAddress, now);
  return {
    waitOf,
    take(address, now) {
      const wait = waitOf(address, now);
      if (wait > 0) return wait;
      const waitOfAll = all.take(ALL, ofAll, now);
      if (waitOfAll > 0) return waitOfAll;
      if (address !== undefined) addresses.take(addressKey(address), ofAddress, now);
      return 0;
    },
    giveBack(address, now) {
      all.giveBack(ALL, ofAll, now);
      if (address !== undefined) addresses.giveBack(addressKey(address), ofAddress, now);
    },
  };
}
