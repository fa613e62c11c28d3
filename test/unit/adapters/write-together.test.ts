// Guarantees: rows that share a batch fail or succeed for their own callers, and no caller waits for ever.
import { describe, expect, it } from 'vitest';
import { AUDIT } from '../../../shared/adapters/tablestore/tables.ts';
import { createGroupWriter } from '../../../shared/adapters/tablestore/tablestore-audit-log.ts';
import type { TablestoreFault } from '../../../shared/adapters/tablestore/tablestore-fault.ts';
import type { RowWrite } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { gate } from '../../support/catalog-rows.ts';

const rowOf = (id: number): RowWrite => ({ table: AUDIT, key: ['0', '0', String(id)], columns: {} });

type Written = Result<void, TablestoreFault>;

function start(answer: (batch: number) => Promise<Written> = async () => ok(undefined)) {
  const batches: string[][] = [];
  const write = createGroupWriter({
    putRows: (writes) => answer(batches.push(writes.map(({ key }) => key[2] ?? '')) - 1),
  });
  const writeAll = (count: number) => Promise.all(Array.from({ length: count }, (_, id) => write(rowOf(id))));
  return { batches, write, writeAll };
}

const busy = err({ code: 'OTSServerBusy', requestId: undefined });

describe('rows of concurrent requests', () => {
  it('share a batch', async () => {
    const { batches, writeAll } = start();
    expect(await writeAll(3)).toEqual([ok(undefined), ok(undefined), ok(undefined)]);
    expect(batches).toEqual([['0', '1', '2']]);
  });

  it.each([
    [200, [200]],
    [201, [200, 1]],
    [450, [200, 200, 50]],
  ])('of number %i go as %j', async (count, sizes) => {
    const { batches, writeAll } = start();
    const written = await writeAll(count);
    expect(written.every((result) => result.ok)).toBe(true);
    expect(batches.map((batch) => batch.length)).toEqual(sizes);
    expect(new Set(batches.flat())).toHaveLength(count);
  });

  it('each wait for their own batch', async () => {
    const held = gate();
    const { batches, write } = start((batch) =>
      batch === 0 ? held.closed.then(() => ok(undefined)) : Promise.resolve(ok(undefined)),
    );
    const settled: number[] = [];
    const first = write(rowOf(1)).then(() => settled.push(1));
    await new Promise((resolve) => setImmediate(resolve));
    await write(rowOf(2)).then(() => settled.push(2));
    expect(settled).toEqual([2]);
    held.open();
    await first;
    expect([settled, batches]).toEqual([
      [2, 1],
      [['1'], ['2']],
    ]);
  });

  it('wait in one batch while two calls are under way', async () => {
    const held = gate();
    const { batches, write } = start((batch) =>
      batch < 2 ? held.closed.then(() => ok(undefined)) : Promise.resolve(ok(undefined)),
    );
    const all: Promise<Written>[] = [];
    for (const id of [1, 2, 3, 4]) {
      all.push(write(rowOf(id)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(batches).toEqual([['1'], ['2']]);
    held.open();
    await Promise.all(all);
    expect(batches).toEqual([['1'], ['2'], ['3', '4']]);
  });
});

describe('a failure of a batch', () => {
  it('reaches each of its callers and nobody else', async () => {
    const { writeAll, write } = start(async (batch) => (batch === 0 ? busy : ok(undefined)));
    expect(await writeAll(2)).toEqual([busy, busy]);
    expect(await write(rowOf(3))).toEqual(ok(undefined));
  });

  it('reaches each of its callers when it is thrown, and stops no later batch', async () => {
    const { writeAll, write } = start(async (batch) => {
      if (batch < 3) throw new Error('bug');
      return ok(undefined);
    });
    for (let round = 0; round < 3; round += 1) await expect(writeAll(2)).rejects.toThrow('bug');
    expect(await write(rowOf(3))).toEqual(ok(undefined));
  });
});
