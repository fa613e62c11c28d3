// How many requests an instance works on at the same time. All that they wait in (rows to write, connections to Tablestore and
// STS, calls that they share) is bounded by it. A request that comes when the places are taken waits unread, for a short time,
// and is refused then: late answers are of use to no caller, and the work for them takes the time of those that are in time.

import { MAX_REQUESTS_AT_ONCE } from '../../kernel/requests-at-once.ts';

/** Unread: about 20 KB each with its connection, so 20 MB. */
const MAX_WAITING = 1_000;
/** A place is free again within milliseconds, unless a service behind is slow; a longer wait would find it slow as well. */
const MAX_WAIT_MS = 1_000;
/** What a sender has for its body while others wait for its place. It comes with the headers, or within a round trip. */
const MAX_ARRIVAL_MS = 1_000;

/** A request's place. */
export interface RequestPlace {
  /** The whole request has come. False: it took too long, and the place is lost. */
  keep(): boolean;
  /** Gives the place to the next. A second call does nothing. */
  leave(): void;
}

export interface ConcurrencyLimit {
  /**
   * Undefined: there is no place. `onLost` is called when the place is lost to another request, a second after `enter` and before
   * `keep`: senders that hold their requests back must not keep those out that are there.
   */
  enter(onLost: () => void): RequestPlace | Promise<RequestPlace | undefined>;
}

/** For tests, which wait for few. */
export interface ConcurrencyBounds {
  readonly atOnce: number;
  readonly waiting: number;
}

/** A request in its place, as long as it has not come whole. */
interface Arriving {
  readonly since: number;
  readonly lose: () => void;
}

interface Waiting {
  readonly onLost: () => void;
  readonly endsAt: number;
  readonly settle: (place: RequestPlace | undefined) => void;
}

const BOUNDS: ConcurrencyBounds = { atOnce: MAX_REQUESTS_AT_ONCE, waiting: MAX_WAITING };

export function createConcurrencyLimit(bounds = BOUNDS): ConcurrencyLimit {
  let taken = 0;
  /** In the order in which they came. */
  const arriving = new Set<Arriving>();
  /** The oldest first. */
  const waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;

  const free = (): void => {
    // The newest: it has waited least, so that its answer is in time. Served in turn, all would be late while there are too many.
    const next = waiting.pop();
    if (next) next.settle(placeFor(next.onLost));
    else taken -= 1;
  };

  const placeFor = (onLost: () => void): RequestPlace => {
    let isHeld = true;
    const lose = (): void => {
      isHeld = false;
      onLost();
    };
    const request = { since: performance.now(), lose };
    arriving.add(request);
    return {
      keep() {
        arriving.delete(request);
        return isHeld;
      },
      leave() {
        arriving.delete(request);
        if (isHeld) free();
        isHeld = false;
      },
    };
  };

  /** The place of the request that is arriving for longest, if that is too long. */
  const takeOver = (onLost: () => void): RequestPlace | undefined => {
    const [oldest] = arriving;
    if (!oldest || performance.now() - oldest.since < MAX_ARRIVAL_MS) return undefined;
    arriving.delete(oldest);
    oldest.lose();
    return placeFor(onLost);
  };

  const endLongWaits = (): void => {
    timer = undefined;
    const now = performance.now();
    for (let [oldest] = waiting; oldest; [oldest] = waiting) {
      if (oldest.endsAt > now) {
        wait(oldest.endsAt - now);
        return;
      }
      waiting.shift();
      oldest.settle(takeOver(oldest.onLost));
    }
  };
  const wait = (milliseconds: number): void => {
    timer ??= setTimeout(endLongWaits, Math.ceil(milliseconds));
    timer.unref();
  };

  return {
    enter(onLost) {
      if (taken < bounds.atOnce) {
        taken += 1;
        return placeFor(onLost);
      }
      const lost = takeOver(onLost);
      if (lost) return lost;
      if (waiting.length >= bounds.waiting) waiting.shift()?.settle(undefined);
      wait(MAX_WAIT_MS);
      return new Promise((settle) => {
        waiting.push({ onLost, endsAt: performance.now() + MAX_WAIT_MS, settle });
      });
    },
  };
}
