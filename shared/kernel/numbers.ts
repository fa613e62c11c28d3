// The numbers of one instance: what it did since the last line, as one line of the log. A line for each request would cost a
// vend more than its signature check, and Function Compute freezes an instance between requests, so no timer writes it: the
// request that ends after an interval does.
import type { Logger } from './logger.ts';
import {
  LOGIN_NUMBERS,
  type LoginNumber,
  type RequestNumber,
  type TimedPart,
  VEND_NUMBERS,
  type VendNumber,
} from './number-names.ts';

/** Milliseconds. The numbers of an instance that dies without a signal are lost for this time at most. */
const INTERVAL_MS = 10_000;

/** Milliseconds of a clock that never goes back; only differences mean something. */
export type Stopwatch = () => number;

interface Output {
  readonly stopwatch: Stopwatch;
  readonly logger: Logger;
}

export interface Numbers<Name extends string> {
  readonly stopwatch: Stopwatch;
  count(name: Name): void;
  /** A request ended with this HTTP status, so many milliseconds after its last byte had come. May write the line. */
  requestEnded(status: number, milliseconds: number): void;
  /** Writes what no line has told yet. For the end of the process. */
  flush(): void;
}

export interface VendNumbers extends Numbers<VendNumber> {
  took(part: TimedPart, milliseconds: number): void;
}

/** Microseconds are enough: a line is read by people too. */
const rounded = (milliseconds: number): number => Math.round(milliseconds * 1000) / 1000;

/** Each request adds to a plain object; nothing else is kept. */
function createCounts<Name extends string>(
  names: readonly (Name | RequestNumber)[],
  { stopwatch }: Pick<Output, 'stopwatch'>,
  write: (counts: Readonly<Record<Name | RequestNumber, number>>, seconds: number) => void,
) {
  type Counts = Record<Name | RequestNumber, number>;
  const zero = (): Counts => Object.fromEntries(names.map((name) => [name, 0])) as Counts;
  let counts = zero();
  let since = stopwatch();
  // An instance that answers a single request tells of it.
  let writtenAt = Number.NEGATIVE_INFINITY;

  const flush = (): void => {
    if (counts.requests === 0) return;
    const now = stopwatch();
    for (const name of names) counts[name] = rounded(counts[name]);
    write(counts, rounded((now - since) / 1000));
    counts = zero();
    since = now;
    writtenAt = now;
  };
  const took = (sum: Name | RequestNumber, most: Name | RequestNumber, milliseconds: number): void => {
    counts[sum] += milliseconds;
    if (milliseconds > counts[most]) counts[most] = milliseconds;
  };

  return {
    stopwatch,
    took,
    flush,
    count: (name: Name | RequestNumber): void => {
      counts[name] += 1;
    },
    requestEnded(status: number, milliseconds: number): void {
      counts.requests += 1;
      if (status >= 500) counts.failed += 1;
      else if (status >= 400) counts.refused += 1;
      took('requestMs', 'requestMaxMs', milliseconds);
      if (milliseconds > 100) counts.over100ms += 1;
      if (milliseconds > 1000) counts.over1000ms += 1;
      if (milliseconds > 5000) counts.over5000ms += 1;
      if (stopwatch() - writtenAt >= INTERVAL_MS) flush();
    },
  };
}

export function createVendNumbers({ stopwatch, logger }: Output): VendNumbers {
  const counts = createCounts<VendNumber>(VEND_NUMBERS, { stopwatch }, (told, seconds) =>
    logger.log('info', 'vend-numbers', { seconds, ...told }),
  );
  return { ...counts, took: (part, milliseconds) => counts.took(`${part}Ms`, `${part}MaxMs`, milliseconds) };
}

export const createLoginNumbers = ({ stopwatch, logger }: Output): Numbers<LoginNumber> =>
  createCounts<LoginNumber>(LOGIN_NUMBERS, { stopwatch }, (told, seconds) =>
    logger.log('info', 'login-numbers', { seconds, ...told }),
  );
