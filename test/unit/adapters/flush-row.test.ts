// Guarantees: no flush is lost, whatever else is flushed at the same moment and whatever the clocks say.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLUSH_KEY } from '../../../shared/adapters/tablestore/catalog-keys.ts';
import { toFlushes, writeFlush } from '../../../shared/adapters/tablestore/flush-row.ts';
import { CATALOG } from '../../../shared/adapters/tablestore/tables.ts';
import { NEVER_FLUSHED } from '../../../shared/kernel/flushes.ts';
import { FakeRows } from '../../support/fake-rows.ts';

const order = (signIns: boolean, at: number) => ({ signIns, flushedBy: 'test', now: new Date(at) });
const read = (rows: FakeRows) => toFlushes(rows.rows(CATALOG).find(({ key }) => key[1] === FLUSH_KEY[1]));

describe('a flush', () => {
  it('is none at first', () => expect(read(new FakeRows())).toEqual(NEVER_FLUSHED));

  it('of sign-ins flushes what instances keep as well, and not the other way round', async () => {
    const rows = new FakeRows();
    await writeFlush(rows, order(false, 5));
    expect(read(rows)).toEqual({ caches: 5, signIns: 0 });
    await writeFlush(rows, order(true, 6));
    expect(read(rows)).toEqual({ caches: 6, signIns: 6 });
    await writeFlush(rows, order(false, 7));
    expect(read(rows)).toEqual({ caches: 7, signIns: 6 });
  });

  it('makes its numbers grow, whatever the clocks of those who flush say', async () => {
    const flushes = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 8_640_000_000_000 })), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(flushes, async (all) => {
        const rows = new FakeRows();
        for (const [signIns, at] of all) {
          const before = read(rows) ?? NEVER_FLUSHED;
          await writeFlush(rows, order(signIns, at));
          const after = read(rows) ?? NEVER_FLUSHED;
          expect(after.caches).toBeGreaterThan(before.caches);
          if (signIns) expect(after.signIns).toBeGreaterThan(before.signIns);
          else expect(after.signIns).toBe(before.signIns);
        }
      }),
    );
  });

  it('at the same moment as another is in force as both are', async () => {
    const rows = new FakeRows();
    const answers = await Promise.all([writeFlush(rows, order(true, 9)), writeFlush(rows, order(false, 9))]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, true]);
    expect(read(rows)).toMatchObject({ caches: 10, signIns: expect.toSatisfy((number) => number >= 9) });
  });

  it('does not write over a row that it cannot read', async () => {
    const rows = new FakeRows();
    await rows.putRows([{ table: CATALOG, key: FLUSH_KEY, columns: { caches: 'x', sign_ins: '1' } }]);
    expect(await writeFlush(rows, order(true, 9))).toMatchObject({ error: { code: 'FlushUnreadable' } });
  });
});
