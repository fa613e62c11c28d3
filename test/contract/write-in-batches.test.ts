// Rows are written in batches that Tablestore takes: none is lost, none is written twice, and a long document needs
// little memory.
import { describe, expect, it } from 'vitest';
import { ACCESS } from '../../shared/adapters/tablestore/tables.ts';
import { putInBatches, toBatches } from '../../shared/adapters/tablestore/write-in-batches.ts';
import { FakeRows } from '../support/fake-rows.ts';

const sizes = (items: readonly number[]) => [...toBatches(items, (size) => size)];

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
    const batches = [...toBatches(items, () => 0)];
    expect(batches.map((batch) => batch.length)).toEqual([200, 200, 1]);
    expect(batches.flat()).toEqual(items);
  });
});

describe('putInBatches', () => {
  it('makes rows only as they are written, so that a long document takes little memory', async () => {
    let [made, written, ahead] = [0, 0, 0];
    function* rows() {
      for (; made < 3_000; made += 1) {
        ahead = Math.max(ahead, made - written);
        yield { table: ACCESS, key: [String(made)], columns: { g_a: '1' } };
      }
    }
    const fake = new FakeRows();
    await putInBatches(fake, rows(), (count) => {
      written += count;
    });
    expect(fake.rows(ACCESS)).toHaveLength(3_000);
    expect(ahead).toBeLessThanOrEqual(1_000); // four batches under way, and one row that begins the next
  });
});
