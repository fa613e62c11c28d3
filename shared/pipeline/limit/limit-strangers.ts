// How often people who have proved nothing may ask this instance: by address, and in total, because an address may be
// unknown and an attacker may have many. A proof gives back what its request took.
import { addressKey } from './address-key.ts';
import { createTokenBuckets, type Rate } from './token-buckets.ts';

/** About 200 bytes each, so some 5 MB. */
const MAX_KEYS = 20_000;
const ALL = 'all';

export interface StrangerRates {
  readonly address: Rate;
  readonly all: Rate;
}

/** `undefined` is an unknown address: it counts in total alone. */
export interface StrangerLimits {
  /** Milliseconds until the address may ask again; takes nothing. */
  waitOf(address: string | undefined, now: Date): number;
  /** Takes one request of the address and one of all; milliseconds to wait, and nothing taken, where either has none. */
  take(address: string | undefined, now: Date): number;
  /** The request that was taken for did prove something. */
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
