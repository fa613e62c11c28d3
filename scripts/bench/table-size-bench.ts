// The time to find a caller's grants, which must not grow with the number of grants. The local Tablestore holds 100, 10,000
// and 1,000,000 grants of others, and one caller whose own rows stay the same, read through the rules store that vend uses.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudCaller } from '../../local/iam/identity.ts';
import { startTablestore } from '../../local/tablestore/server.ts';
import { createRulesStore } from '../../shared/adapters/tablestore/access-store.ts';
import { createTables } from '../../shared/adapters/tablestore/create-tables.ts';
import { ACCESS } from '../../shared/adapters/tablestore/tables.ts';
import {
  openRows,
  type RowWrite,
  type TablestoreRows,
} from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { ProviderId, Revision } from '../../shared/kernel/names.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { type PrincipalSelector, principalKey } from '../../shared/rules/values/principal-key.ts';
import { type BenchRow, ratioAtMost } from './bench-row.ts';
import { median } from './median.ts';

const SIZES = [100, 10_000, 1_000_000] as const;
const READS = 400;
const BATCH = 200;
const PARALLEL = 4;
/** Noise of a shared machine; a scan would be a factor of thousands. */
const MOST_GROWTH = 2;
const INSTANCE = 'bench';
const REVISION = Revision.parse('bench00000001');
const PROVIDER = ProviderId.parse('bench');
const ME: readonly PrincipalSelector[] = [
  { kind: 'sub', name: 'me' },
  { kind: 'group', name: 'mine' },
  { kind: 'any' },
];

const secret = 'bench-secret-bench-secret';
const everyone: CloudCaller = {
  accountId: '1',
  arn: 'acs:ram::1:root',
  accessKeyId: 'LTAIbench',
  accessKeySecret: secret,
  may: () => true,
};

function rowOf(selector: PrincipalSelector): RowWrite {
  return { table: ACCESS, key: [principalKey(REVISION, PROVIDER, selector)], columns: { g_a: '{}' } };
}

async function fill(rows: TablestoreRows, from: number, to: number): Promise<void> {
  let next = from;
  const work = async (): Promise<void> => {
    while (next < to) {
      const first = next;
      next = Math.min(first + BATCH, to);
      const others = Array.from({ length: next - first }, (_, i) => `other-${first + i}`);
      const written = await rows.putRows(others.map((name) => rowOf({ kind: 'sub', name })));
      if (!written.ok) throw new Error(`table-size bench: ${written.error.code}`);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}

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

export async function benchTableSize(): Promise<readonly BenchRow[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'stint-bench-size-'));
  const callers = { find: () => ({ kind: 'found', caller: everyone }) as const };
  const server = await startTablestore({ dataDir, instance: INSTANCE, callers });
  const credentials = () => ({
    accessKeyId: 'bench',
    accessKeySecret: new Secret(secret),
    securityToken: undefined,
  });
  const sdk = openTablestore({ endpoint: server.url, instance: INSTANCE, credentials });
  const rows = openRows(sdk);
  const table: BenchRow[] = [];
  try {
    await createTables(sdk);
    await rows.putRows(ME.map(rowOf));
    let filled = 0;
    let floor: number | undefined;
    for (const size of SIZES) {
      await fill(rows, filled, size);
      filled = size;
      const subject = await medianReadMillis(rows);
      floor ??= subject;
      const what = `a caller's grants among ${size.toLocaleString('en')} (floor: among ${SIZES[0]})`;
      table.push(
        ratioAtMost(MOST_GROWTH, { what, subject, floor, show: (value) => `${value.toFixed(2)} ms` }),
      );
    }
  } finally {
    await server.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
  return table;
}
