// Times one request: its parts, and the whole. What it measures becomes a number of the instance.
import type { TimedPart } from './number-names.ts';
import type { VendNumbers } from './numbers.ts';

export interface RequestWatch {
  /** Runs the work, and adds its time to the part. */
  timed<T>(part: TimedPart, work: () => Promise<T>): Promise<T>;
  /** The last byte has come: what a caller holds back is not Stint's time. */
  received(): void;
  /** The answer's HTTP status. A second call, after a deadline or a bug, counts nothing. */
  ended(status: number): void;
}

export function watchRequest(numbers: VendNumbers): RequestWatch {
  const { stopwatch } = numbers;
  let from = stopwatch();
  let hasEnded = false;
  return {
    async timed(part, work) {
      const before = stopwatch();
      try {
        return await work();
      } finally {
        numbers.took(part, stopwatch() - before);
      }
    },
    received() {
      from = stopwatch();
    },
    ended(status) {
      if (hasEnded) return;
      hasEnded = true;
      numbers.requestEnded(status, stopwatch() - from);
    },
  };
}
