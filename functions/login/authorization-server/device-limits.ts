// How often a device may poll and a person guess. Counted by each instance: none of them decides who gets what, and a count that
// all share would cost a write for every request of a stranger.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { PersonKey } from '../../../shared/people/person.ts';
import { createTokenBuckets, type Rate } from '../../../shared/pipeline/limit/token-buckets.ts';

/** RFC 8628 section 3.2: the device waits this long between two questions. */
export const POLL_SECONDS = 5;
/** Half a second less, for answers that were long on their way. */
const POLLS: Rate = { perSecond: 1 / (POLL_SECONDS - 0.5), burst: 1 };
/** With 34 bits, a day of guessing finds one code in some millions (RFC 8628 section 5.1). */
const CODES_OF_PERSON: Rate = { perSecond: 1 / 6, burst: 10 };

/** About 200 bytes each, so some 5 MB. */
const MAX_KEYS = 20_000;

const seconds = (wait: number): Result<void, number> =>
  wait === 0 ? ok(undefined) : err(Math.ceil(wait / 1000));

/** Each answers with the seconds to wait, if any. */
export interface DeviceLimits {
  /** By what the device has: nobody else can use up its turn. */
  poll(deviceCode: string, now: Date): Result<void, number>;
  tryCode(person: PersonKey, now: Date): Result<void, number>;
}

export function createDeviceLimits(): DeviceLimits {
  const [polls, people] = [createTokenBuckets(MAX_KEYS), createTokenBuckets(MAX_KEYS)];
  return {
    poll: (deviceCode, now) => seconds(polls.take(deviceCode, POLLS, now)),
    tryCode: (person, now) => seconds(people.take(person, CODES_OF_PERSON, now)),
  };
}
