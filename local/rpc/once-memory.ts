// Remembers what may be used once, for as long as it could be presented again.

export interface OnceMemory {
  /** False when the key was taken before and has not expired since. */
  take(key: string, now: number): boolean;
}

export function createOnceMemory(lifeMillis: number): OnceMemory {
  /** Insertion order is order of expiry, so the oldest are at the front. */
  const takenUntil = new Map<string, number>();
  return {
    take(key, now) {
      for (const [old, until] of takenUntil) {
        if (until > now) break;
        takenUntil.delete(old);
      }
      if (takenUntil.has(key)) return false;
      takenUntil.set(key, now + lifeMillis);
      return true;
    },
  };
}
