// How many calls an account may make in a second, whichever of its keys signs them.

export interface CallBudget {
  /** False when this account's second is used up. */
  spend(accountId: string, now: number): boolean;
}

/** Counts by the seconds of the clock. */
export function createCallBudget(callsPerSecond: number): CallBudget {
  let second = 0;
  const spent = new Map<string, number>();
  return {
    spend(accountId, now) {
      const current = Math.floor(now / 1000);
      if (current !== second) {
        second = current;
        spent.clear();
      }
      const calls = (spent.get(accountId) ?? 0) + 1;
      spent.set(accountId, calls);
      return calls <= callsPerSecond;
    },
  };
}
