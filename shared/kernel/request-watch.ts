// Times one request: its parts, and the whole. What it measures becomes a number of the instance and, where traces are sent, a span.
import type { TimedPart } from './number-names.ts';
import type { VendNumbers } from './numbers.ts';
import type { RequestSpan, SpanDescription } from './tracer.ts';

export interface RequestWatch {
  /** Runs the work, and adds its time to the part. */
  timed<T>(part: TimedPart, work: () => Promise<T>): Promise<T>;
  /** The last byte has come: what a caller holds back is not Stint's time. */
  received(): void;
  /** The answer's HTTP status. `describe` is called for a span only. A second call, after a deadline or a bug, counts nothing. */
  ended(status: number, describe: () => SpanDescription): void;
}

/** `span`: undefined where no traces are sent. */
export function watchRequest(numbers: VendNumbers, span?: RequestSpan): RequestWatch {
  const { stopwatch } = numbers;
  let from = stopwatch();
  let hasEnded = false;
  return {
    async timed(part, work) {
      const before = stopwatch();
      try {
        return await work();
      } finally {
        const after = stopwatch();
        numbers.took(part, after - before);
        span?.part(part, before, after);
      }
    },
    received() {
      from = stopwatch();
    },
    ended(status, describe) {
      if (hasEnded) return;
      hasEnded = true;
      const now = stopwatch();
      numbers.requestEnded(status, now - from);
      span?.end(now, status, describe());
    },
  };
}
