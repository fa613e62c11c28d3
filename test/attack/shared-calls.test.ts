// Concurrent requests share calls to Tablestore. A caller must never get another caller's grants or count by that, whatever
// Tablestore answers.
import fc from 'fast-check';
import type TableStore from 'tablestore';
import { describe, expect, it } from 'vitest';
import { createRulesStore } from '../../shared/adapters/tablestore/access-store.ts';
import { createCounters } from '../../shared/adapters/tablestore/tablestore-counters.ts';
import { FaultError } from '../../shared/adapters/tablestore/tablestore-fault.ts';
import { openRows, type TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { ProviderId } from '../../shared/kernel/names.ts';
import { err, ok } from '../../shared/kernel/result.ts';
import { principalKey } from '../../shared/rules/values/principal-key.ts';
import { REVISION } from '../support/builders.ts';
import { FakeClock } from '../support/fakes.ts';

const APP_USERS = ProviderId.parse('app-users');
type Answered = readonly TableStore.BatchRow[];
type Mangle = (rows: Answered) => Answered;

interface BatchRequest {
  readonly tables: readonly { readonly primaryKey?: readonly Key[]; readonly rows?: readonly Addition[] }[];
}
type Key = readonly Readonly<Record<string, string>>[];
interface Addition {
  readonly primaryKey: Key;
  readonly attributeColumns: readonly { readonly INCREMENT: readonly Readonly<Record<string, object>>[] }[];
}
const textOf = (key: Key): string => Object.values(key[0] ?? {})[0] ?? '';

/** An SDK whose batches are answered by `mangle`; one row alone is answered well. */
function rowsOver(
  read: (key: string) => Readonly<Record<string, string>> | undefined,
  mangle: Mangle,
): TablestoreRows {
  const counts = new Map<string, number>();
  const add = ({ primaryKey, attributeColumns }: Addition): TableStore.BatchRow => {
    const [name = '', by = 0] = Object.entries(attributeColumns[0]?.INCREMENT[0] ?? {})[0] ?? [];
    const count = (counts.get(textOf(primaryKey)) ?? 0) + Number(by);
    counts.set(textOf(primaryKey), count);
    return { isOk: true, attributes: [{ columnName: name, columnValue: String(count) }] };
  };
  const readOne = (key: Key): TableStore.BatchRow => {
    const columns = read(textOf(key));
    if (!columns) return { isOk: true };
    const attributes = Object.entries(columns).map(([columnName, columnValue]) => ({
      columnName,
      columnValue,
    }));
    return { isOk: true, primaryKey: [{ name: 'principal', value: textOf(key) }], attributes };
  };
  const batch = (rows: Answered): Answered => (rows.length > 1 ? mangle(rows) : rows);
  const client = {
    batchGetRow: async ({ tables }: BatchRequest) => ({
      tables: [batch((tables[0]?.primaryKey ?? []).map(readOne))],
    }),
    batchWriteRow: async ({ tables }: BatchRequest) => ({ tables: batch((tables[0]?.rows ?? []).map(add)) }),
    updateRow: async (
      row: Addition & { readonly updateOfAttributeColumns: Addition['attributeColumns'] },
    ) => ({
      row: add({ ...row, attributeColumns: row.updateOfAttributeColumns }),
    }),
  };
  return openRows({
    async call(_, operation) {
      try {
        // The SDK's class has many members more; these tests use three.
        return ok(await operation(client as never));
      } catch (error) {
        if (error instanceof FaultError) return err(error.fault);
        throw error;
      }
    },
  });
}

const busy: TableStore.BatchRow = { isOk: false, errorCode: 'OTSServerBusy', errorMessage: '' };

/** Rows in another order, missing, doubled or failed. */
const mangling: fc.Arbitrary<Mangle> = fc
  .array(fc.oneof(fc.nat(9), fc.constant('failed' as const)), { maxLength: 10 })
  .chain((picks) =>
    fc.constant((rows: Answered) => picks.map((pick) => (pick === 'failed' ? busy : (rows[pick] ?? busy)))),
  );
const disorder: fc.Arbitrary<Mangle> = fc.oneof(
  mangling,
  fc.infiniteStream(fc.double({ noNaN: true })).map(
    (order): Mangle =>
      (rows) => {
        const places = new Map(rows.map((row) => [row, order.next().value]));
        return rows.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
      },
  ),
  fc.nat(9).map(
    (at): Mangle =>
      (rows) =>
        rows.map((row, i) => (i === at ? busy : row)),
  ),
);

const people = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 2, maxLength: 10 });

describe('callers who share a call', () => {
  /**
   * @attack A caller that gets another caller's grants, because Tablestore answers rows out of order, twice or not at all
   * @removed the comparison of each row's key in `readRows`
   * @failed 1 of 3: get no grant of one another: `expected { g_own: 'b' } to deeply equal {}`
   */
  it('get no grant of one another', async () => {
    await fc.assert(
      fc.asyncProperty(people, disorder, async (names, mangle) => {
        const keyOf = (name: string) => principalKey(REVISION, APP_USERS, { kind: 'sub', name });
        const grants = new Map(
          names.map((name, i) => [keyOf(name), i % 3 === 2 ? undefined : { g_own: name }]),
        );
        const store = createRulesStore(
          rowsOver((key) => grants.get(key), mangle),
          new FakeClock(),
        );
        const read = await Promise.all(
          names.map((name) => store.grantRows(REVISION, APP_USERS, [{ kind: 'sub', name }, { kind: 'any' }])),
        );
        for (const [i, rows] of read.entries()) {
          if (!rows.ok) continue;
          expect([{}, { g_own: names[i] }]).toContainEqual(rows.value[0]);
          expect(rows.value[1]).toEqual({});
        }
      }),
    );
  });

  /**
   * @attack One row that cannot be read keeps out every caller who comes at the same time
   * @removed the calls of their own in `createAccessReader`
   * @failed 1 of 3: are not kept out by a row that only one of them needs: `expected [ false, false, false ] to
   *   deeply equal [ true, true, true ]`
   */
  it('are not kept out by a row that only one of them needs', async () => {
    const reading = (key: string) => ({ g_own: key });
    const rows = rowsOver(reading, (answered) => answered.map((row, i) => (i === 1 ? busy : row)));
    const store = createRulesStore(rows, new FakeClock());
    const read = await Promise.all(
      ['alice', 'bob', 'carol'].map((name) => store.grantRows(REVISION, APP_USERS, [{ kind: 'sub', name }])),
    );
    expect(read.map((one) => one.ok)).toEqual([true, true, true]);
  });

  /**
   * @attack A caller that is refused, or let go on, by another caller's count, because Tablestore answers out of order
   * @removed the name of the column in `readCount` (made: the first column)
   * @failed 1 of 3: get no count that is lower than their own, and none of one another: `expected 1 to be +0`
   */
  it('get no count that is lower than their own, and none of one another', async () => {
    await fc.assert(
      fc.asyncProperty(people, disorder, async (names, mangle) => {
        const counters = createCounters(rowsOver(() => undefined, mangle));
        // Counts so far apart that one is never taken for another.
        const apart = 100;
        for (const [i, name] of names.entries()) {
          for (let n = 0; n < i * apart; n += 1) await counters.add(name);
        }
        const counted = await Promise.all(names.map((name) => counters.add(name)));
        for (const [i, count] of counted.entries()) {
          expect(count.ok && Math.floor((count.value - 1) / apart)).toBe(i);
          expect(count.ok && (count.value - 1) % apart).toBeLessThan(2);
        }
      }),
      { numRuns: 30 },
    );
  });
});
