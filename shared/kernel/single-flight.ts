// Concurrent callers who ask for the same thing share one piece of work. Its promise is dropped when it settles, and at a
// deadline in any case: a promise that never settles must not be what all later callers are given.
import { withinDeadline } from './within-deadline.ts';

class DeadlinePassed extends Error {}

export interface SingleFlight<T> {
  /** Gives `onDeadline()` when the work takes longer than the deadline; rejects only when the work does. */
  run(key: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  isUnderWay(key: string): boolean;
}

export function createSingleFlight<T>(deadlineMs: number, onDeadline: () => T): SingleFlight<T> {
  const flights = new Map<string, Promise<T>>();

  const start = async (key: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await withinDeadline(deadlineMs, work, () => new DeadlinePassed());
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
