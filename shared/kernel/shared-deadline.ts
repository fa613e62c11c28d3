// A deadline for work that always waits equally long, with one timer for all of it. A timer and an AbortController for each
// request, as within-deadline.ts has them, would cost an instance a fifth of the requests that it can serve.

interface Waiter {
  readonly endsAt: number;
  readonly end: () => void;
}

/** Rejects with `onDeadline()` after the milliseconds; the outcome of the work after that is ignored. */
type WithinShared = <T>(work: () => Promise<T>, onDeadline: () => Error) => Promise<T>;

export function createSharedDeadline(milliseconds: number): WithinShared {
  /** In the order in which they end, since all wait equally long. */
  const waiting = new Set<Waiter>();
  let timer: NodeJS.Timeout | undefined;

  const endThoseThatAreLate = (): void => {
    timer = undefined;
    const now = performance.now();
    for (const waiter of waiting) {
      if (waiter.endsAt > now) {
        start(waiter.endsAt - now);
        return;
      }
      waiting.delete(waiter);
      waiter.end();
    }
  };
  const start = (afterMs: number): void => {
    timer = setTimeout(endThoseThatAreLate, Math.ceil(afterMs));
    timer.unref();
  };

  return (work, onDeadline) =>
    new Promise((resolve, reject) => {
      const waiter: Waiter = {
        endsAt: performance.now() + milliseconds,
        end: () => reject(onDeadline()),
      };
      waiting.add(waiter);
      if (timer === undefined) start(milliseconds);
      work().then(
        (value) => {
          waiting.delete(waiter);
          resolve(value);
        },
        (error) => {
          waiting.delete(waiter);
          reject(error);
        },
      );
    });
}
