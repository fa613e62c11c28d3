// A map in memory that is also on disk, so that a second start finds what the first one knew. Reads never wait;
// a write is on disk once `close` of the store has resolved.
import type { Database } from 'lmdb';

export interface KeptMap<R, V> {
  get(key: string): V | undefined;
  set(key: string, record: R): V;
  delete(key: string): void;
  entries(): IterableIterator<[string, V]>;
  readonly size: number;
}

/** `revive` turns what is stored into what is used. */
export function keptMap<R, V>(database: Database<R, string>, revive: (record: R) => V): KeptMap<R, V> {
  const values = new Map<string, V>();
  for (const { key, value } of database.getRange()) values.set(key, revive(value));
  return {
    get: (key) => values.get(key),
    set(key, record) {
      const value = revive(record);
      values.set(key, value);
      void database.put(key, record);
      return value;
    },
    delete(key) {
      values.delete(key);
      void database.remove(key);
    },
    entries: () => values.entries(),
    get size() {
      return values.size;
    },
  };
}
