import { describe, expect, it } from 'vitest';
import { toBatches } from '../../shared/adapters/write-in-batches.ts';

const sizes = (items: readonly number[]) => toBatches(items, (size) => size);

describe('toBatches', () => {
  it.each([
    ['nothing', [], []],
    ['what fits together', [400_000, 600_000], [[400_000, 600_000]]],
    ['one byte too many', [400_000, 600_001], [[400_000], [600_001]]],
    ['one that alone is larger than a batch should be', [1, 1_500_000, 1], [[1], [1_500_000], [1]]],
  ])('splits %s', (_name, items, batches) => {
    expect(sizes(items)).toEqual(batches);
  });

  it('puts at most 200 rows in a batch and loses none', () => {
    const items = Array.from({ length: 401 }, (_, i) => i);
    const batches = toBatches(items, () => 0);
    expect(batches.map((batch) => batch.length)).toEqual([200, 200, 1]);
    expect(batches.flat()).toEqual(items);
  });
});
