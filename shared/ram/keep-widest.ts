// Drops the items of a list that others of it cover. The order of what is left is the order of what was given.

/** Of two that cover each other, the earlier stays. */
export function keepWidest<T>(items: readonly T[], isWithin: (narrow: T, wide: T) => boolean): readonly T[] {
  let kept: readonly T[] = [];
  for (const item of items) {
    if (kept.some((wide) => isWithin(item, wide))) continue;
    kept = [...kept.filter((narrow) => !isWithin(narrow, item)), item];
  }
  return kept;
}
