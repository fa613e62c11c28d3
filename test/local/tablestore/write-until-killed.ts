// Run by durability.test.ts in a process of its own: writes rows and reports each one after its promise settled.
import { Store } from '../../../local/tablestore/store/store.ts';
import type { Table } from '../../../local/tablestore/store/table.ts';

const store = new Store(process.argv[2] ?? '');
const table: Table = {
  id: 1,
  name: 't',
  primaryKey: [{ name: 'id', type: 'integer' }],
  definedColumns: [],
  options: { timeToLive: -1, maxVersions: 1, maxTimeDeviation: 86_400, allowUpdate: true },
  reserved: { read: 0, write: 0 },
  reservedSince: 0,
};
await store.write(() => store.saveTable(table));
for (let n = 0; ; n++) {
  const primaryKey = [{ name: 'id', value: { type: 'integer' as const, value: BigInt(n) } }];
  await store.write(() => store.saveRow(table, { primaryKey, cells: [] }));
  process.send?.(n + 1);
}
