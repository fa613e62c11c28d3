// What every implementation of TablestoreRows must do. Run on the fake and on the real adapter.
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ACCESS, CATALOG, COUNTERS } from '../../shared/adapters/tablestore/tables.ts';
import type { Row, TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { must } from './must.ts';

export function describeTablestoreRows(name: string, open: () => Promise<TablestoreRows>): void {
  describe(`rows of ${name}`, () => {
    /** Tables are shared by the tests: each keeps to keys of its own. */
    const newKey = () => `t${randomUUID()}`;
    const access = (key: string, columns: Record<string, string>) => ({ table: ACCESS, key: [key], columns });

    it('returns rows in the order asked, and undefined for one that is missing', async () => {
      const rows = await open();
      const [a, b] = [newKey(), newKey()];
      must(await rows.putRows([access(a, { g_a: '1' }), access(b, { g_b: '2' })]));
      expect(must(await rows.getRows(ACCESS, [[b], [newKey()], [a]]))).toEqual([
        { key: [b], columns: { g_b: '2' } },
        undefined,
        { key: [a], columns: { g_a: '1' } },
      ]);
    });

    it('keeps every character of keys and values, and empty values', async () => {
      const rows = await open();
      const key = `${newKey()}|é😀|"\\\n`;
      must(await rows.putRows([access(key, { g_a: '', g_b: 'é😀"\\\n' })]));
      expect(must(await rows.getRows(ACCESS, [[key]]))).toEqual([
        { key: [key], columns: { g_a: '', g_b: 'é😀"\\\n' } },
      ]);
    });

    it('replaces the whole row when it is put again', async () => {
      const rows = await open();
      const key = newKey();
      must(await rows.putRows([access(key, { g_a: '1', g_b: '1' })]));
      must(await rows.putRows([access(key, { g_a: '2' })]));
      expect(must(await rows.getRows(ACCESS, [[key]]))[0]?.columns).toEqual({ g_a: '2' });
    });

    it('writes to several tables in one batch', async () => {
      const rows = await open();
      const key = newKey();
      const definition = { table: CATALOG, key: [key, 'x'], columns: { json: '{}' } };
      must(await rows.putRows([access(key, { g_a: '1' }), definition, access(`${key}2`, { g_a: '2' })]));
      expect(must(await rows.getRows(CATALOG, [[key, 'x']]))).toHaveLength(1);
      expect(must(await rows.getRows(ACCESS, [[`${key}2`]]))[0]?.columns).toEqual({ g_a: '2' });
    });

    it('ranges over the first key column, from the lower bound up to but without the upper, in byte order', async () => {
      const rows = await open();
      const key = newKey();
      const keys = [`${key}/a`, `${key}/b`, `${key}0`];
      must(
        await rows.putRows(
          ['z', 'y'].flatMap((id) =>
            keys.map((kind) => ({ table: CATALOG, key: [kind, id], columns: { json: kind } })),
          ),
        ),
      );
      const found = must(await rows.getRange(CATALOG, `${key}/`, `${key}0`));
      expect(found.map((row) => row.key)).toEqual([
        [`${key}/a`, 'y'],
        [`${key}/a`, 'z'],
        [`${key}/b`, 'y'],
        [`${key}/b`, 'z'],
      ]);
    });

    it('accepts a row of 1,000 columns and refuses one of 1,025', async () => {
      const rows = await open();
      const wide = (count: number) =>
        Object.fromEntries(Array.from({ length: count }, (_, i) => [`g_${i}`, 'x']));
      const key = newKey();
      must(await rows.putRows([access(key, wide(1000))]));
      expect(Object.keys(must(await rows.getRows(ACCESS, [[key]]))[0]?.columns ?? {})).toHaveLength(1000);
      expect(await rows.putRows([access(newKey(), wide(1025))])).toMatchObject({
        error: { code: 'OTSParameterInvalid' },
      });
    });

    it('takes 200 rows in one batch and ranges over all of them', async () => {
      const rows = await open();
      const key = newKey();
      const writes = Array.from({ length: 200 }, (_, i) => access(`${key}|${i}`, { g_a: String(i) }));
      must(await rows.putRows(writes));
      const found = must(await rows.getRange(ACCESS, `${key}|`, `${key}}`));
      expect(found).toHaveLength(200);
      const scanned: Row[] = [];
      must(await rows.scanRange(ACCESS, `${key}|`, `${key}}`, (row) => scanned.push(row)));
      expect(scanned).toEqual(found);
      must(
        await rows.deleteRows(
          ACCESS,
          writes.map((write) => write.key),
        ),
      );
      expect(must(await rows.getRange(ACCESS, `${key}|`, `${key}}`))).toEqual([]);
    });

    it.each([
      ['a read of 101 rows', (rows: TablestoreRows) => rows.getRows(ACCESS, Array(101).fill(['a']))],
      [
        'a write of 201 rows',
        (rows: TablestoreRows) =>
          rows.putRows(Array.from({ length: 201 }, (_, i) => access(`x${i}`, { g_a: '1' }))),
      ],
      [
        'a delete of 201 rows',
        (rows: TablestoreRows) =>
          rows.deleteRows(
            ACCESS,
            Array.from({ length: 201 }, (_, i) => [`x${i}`]),
          ),
      ],
    ])('refuses %s', async (_name, operation) => {
      expect(await operation(await open())).toMatchObject({ error: { code: 'OTSParameterInvalid' } });
    });

    it.each([
      ['a read', (rows: TablestoreRows) => rows.getRows(ACCESS, [])],
      ['a write', (rows: TablestoreRows) => rows.putRows([])],
      ['a delete', (rows: TablestoreRows) => rows.deleteRows(ACCESS, [])],
      ['a conditional delete', (rows: TablestoreRows) => rows.deleteRowsIf(ACCESS, [])],
    ])('fails %s of no rows', async (_name, operation) => {
      expect(await operation(await open())).toMatchObject({ ok: false });
    });

    it('deletes what is there and does not mind what is not', async () => {
      const rows = await open();
      const key = newKey();
      must(await rows.putRows([access(key, { g_a: '1' })]));
      must(await rows.deleteRows(ACCESS, [[newKey()], [key]]));
      expect(must(await rows.getRows(ACCESS, [[key]]))).toEqual([undefined]);
    });

    it('deletes only the rows of a batch whose column holds the expected value, and tells how many', async () => {
      const rows = await open();
      const [same, renewed, bare, gone] = [newKey(), newKey(), newKey(), newKey()];
      must(
        await rows.putRows([
          access(same, { g_a: '1' }),
          access(renewed, { g_a: '2' }),
          access(bare, { g_b: '1' }),
        ]),
      );
      const expected = { column: 'g_a', value: '1' };
      const deletions = [same, renewed, bare, gone].map((key) => ({ key: [key], expected }));
      expect(must(await rows.deleteRowsIf(ACCESS, deletions))).toBe(1);
      const found = must(await rows.getRows(ACCESS, [[same], [renewed], [bare]]));
      expect(found.map((row) => row?.key[0])).toEqual([undefined, renewed, bare]);
    });

    it('puts a row that must be absent only once', async () => {
      const rows = await open();
      const key = newKey();
      expect(must(await rows.putRowIf(access(key, { g_a: '1' }), 'absent'))).toBe('written');
      expect(must(await rows.putRowIf(access(key, { g_a: '2' }), 'absent'))).toBe('conflict');
      expect(must(await rows.getRows(ACCESS, [[key]]))[0]?.columns).toEqual({ g_a: '1' });
    });

    it('puts a row only while a column holds the expected value', async () => {
      const rows = await open();
      const key = newKey();
      must(await rows.putRows([access(key, { g_a: '1' })]));
      const putIf = (value: string, column: string, expected: string) =>
        rows.putRowIf(access(key, { g_a: value }), { column, value: expected });
      expect(must(await putIf('2', 'g_a', '0'))).toBe('conflict');
      expect(must(await putIf('2', 'g_missing', '1'))).toBe('conflict');
      expect(must(await putIf('2', 'g_a', '1'))).toBe('written');
      expect(must(await putIf('3', 'g_a', '1'))).toBe('conflict');
      expect(must(await rows.getRows(ACCESS, [[key]]))[0]?.columns).toEqual({ g_a: '2' });
    });

    it('does not create a row that is expected to hold a value', async () => {
      const rows = await open();
      const key = newKey();
      const expected = { column: 'g_a', value: '1' };
      expect(must(await rows.putRowIf(access(key, { g_a: '1' }), expected))).toBe('conflict');
      expect(must(await rows.getRows(ACCESS, [[key]]))).toEqual([undefined]);
    });

    it('counts a row up from nothing, each row alone', async () => {
      const rows = await open();
      const [a, b] = [newKey(), newKey()];
      const counts = [];
      for (const key of [a, a, b, a]) counts.push(must(await rows.increment(COUNTERS, [key])));
      expect(counts).toEqual([1, 2, 1, 3]);
    });

    it('loses none of many increments at one time', async () => {
      const rows = await open();
      const key = newKey();
      const counts = await Promise.all(Array.from({ length: 20 }, () => rows.increment(COUNTERS, [key])));
      expect(counts.map(must).sort((x, y) => x - y)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    });

    it('lets exactly one of many concurrent conditional puts win', async () => {
      const rows = await open();
      const key = newKey();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) => rows.putRowIf(access(key, { g_a: String(i) }), 'absent')),
      );
      expect(answers.map(must).filter((answer) => answer === 'written')).toHaveLength(1);
    });
  });
}
