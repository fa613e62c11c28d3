// Concurrent callers that ask for the same thing share one piece of work. Its promise is dropped when it settles, and at the
// deadline in any case: otherwise one that never settles would be given to all later callers.
import { type WithinDeadline, withinDeadline } from './within-deadline.ts';

class DeadlinePassed extends Error {}

export interface SingleFlight<T> {
  /**
   * The outcome of the work that is under way for this key, or else of `work`. Gives `onDeadline()` when it takes longer than the
   * deadline; rejects only when the work does.
   */
  run(key: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  isUnderWay(key: string): boolean;
}

/** `within` ends the work at the deadline; a simulation gives one that waits on its own clock. */
export function createSingleFlight<T>(
  deadlineMs: number,
  onDeadline: () => T,
  within: WithinDeadline = withinDeadline,
): SingleFlight<T> {
  const flights = new Map<string, Promise<T>>();

  const start = async (key: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await within(deadlineMs, work, () => new DeadlinePassed());
    } catch (error) {
      if (error instanceof DeadlinePassed) return onDeadline();
      throw error;
    } finally {
      flights.delete(key);
    }
  };

  return {
    run(key, work) {
      const shared = flights.get(key);
      if (shared !== undefined) return shared;
      const started = start(key, work);
      flights.set(key, started);
      return started;
    },
    isUnderWay: (key) => flights.has(key),
  };
}
