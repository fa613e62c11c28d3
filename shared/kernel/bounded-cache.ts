// A cache of so many entries, the least recently used going first. It grows as it fills: lru-cache's own count of entries
// reserves room for all of them at once, which takes milliseconds of a cold start for each cache.
import { LRUCache } from 'lru-cache';

export const boundedCache = <Value extends object | string | true>(
  maxEntries: number,
): LRUCache<string, Value> => new LRUCache({ maxSize: maxEntries, sizeCalculation: () => 1 });
