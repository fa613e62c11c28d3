// The time to find a caller's grants, which must not grow with the number of grants. The local Tablestore holds 100, 10,000
// and 1,000,000 grants of others, and one caller whose own rows stay the same, read through the rules store that vend uses.
import { createRulesStore } from '../../shared/adapters/tablestore/access-store.ts';
import { ACCESS } from '../../shared/adapters/tablestore/tables.ts';
import type { RowWrite, TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { ProviderId, Revision } from '../../shared/kernel/names.ts';
import { type PrincipalSelector, principalKey } from '../../shared/rules/values/principal-key.ts';
import { type BenchRow, ratioAtMost } from './bench-row.ts';
import { fillRows, withTablestore } from './bench-tablestore.ts';
import { median } from './median.ts';

const SIZES = [100, 10_000, 1_000_000] as const;
const READS = 400;
/** Noise of a shared machine; a scan would be a factor of thousands. */
const MOST_GROWTH = 2;
const REVISION = Revision.parse('bench00000001');
const PROVIDER = ProviderId.parse('bench');
const ME: readonly PrincipalSelector[] = [
  { kind: 'sub', name: 'me' },
  { kind: 'group', name: 'mine' },
  { kind: 'any' },
];

function rowOf(selector: PrincipalSelector): RowWrite {
  return { table: ACCESS, key: [principalKey(REVISION, PROVIDER, selector)], columns: { g_a: '{}' } };
}

const otherRow = (i: number): RowWrite => rowOf({ kind: 'sub', name: `other-${i}` });

/** A store of its own each time, so that nothing is cached. */
async function medianReadMillis(rows: TablestoreRows): Promise<number> {
  const times: number[] = [];
  for (let read = 0; read < READS; read += 1) {
    const store = createRulesStore(rows, { now: () => new Date() });
    const startedAt = performance.now();
    const found = await store.grantRows(REVISION, PROVIDER, ME);
    times.push(performance.now() - startedAt);
    if (!found.ok) throw new Error('table-size bench: the rows could not be read');
  }
  return median(times);
}

export const benchTableSize = (): Promise<readonly BenchRow[]> =>
  withTablestore(async (rows) => {
    const table: BenchRow[] = [];
    await rows.putRows(ME.map(rowOf));
    let filled = 0;
    let floor: number | undefined;
    for (const size of SIZES) {
      await fillRows(rows, filled, size, otherRow);
      filled = size;
      const subject = await medianReadMillis(rows);
      floor ??= subject;
      const what = `a caller's grants among ${size.toLocaleString('en')} (floor: among ${SIZES[0]})`;
      table.push(
        ratioAtMost(MOST_GROWTH, { what, subject, floor, show: (value) => `${value.toFixed(2)} ms` }),
      );
    }
    return table;
  });
