// Run by durability.test.ts in a process of its own: writes rows and reports each one after its promise settled.
import { Store } from '../../../local/tablestore/store/store.ts';
import { TABLE } from './stored-table.ts';

const store = new Store(process.argv[2] ?? '');
await store.write(() => store.saveTable(TABLE));
for (let n = 0; ; n++) {
  const primaryKey = [{ name: 'id', value: { type: 'integer' as const, value: BigInt(n) } }];
  await store.write(() => store.saveRow(TABLE, { primaryKey, cells: [] }));
  process.send?.(n + 1);
}
