// A cache that drops the least recently used entry when it is full. It grows as it fills: the `max` of lru-cache reserves room
// for all entries at once, which takes milliseconds of a cold start for each cache.
import { LRUCache } from 'lru-cache';

export const boundedCache = <Value extends object | string | true>(
  maxEntries: number,
): LRUCache<string, Value> => new LRUCache({ maxSize: maxEntries, sizeCalculation: () => 1 });
