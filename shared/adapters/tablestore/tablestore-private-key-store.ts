// Login's own secrets as rows: its keys in `login_keys`, client secrets in `client_secrets`, and the orders of administrators in
// `catalog`, which login reads and cannot write. A row that cannot be parsed is a fault: nothing takes its place.
import * as z from 'zod';
import {
  KEY_KINDS,
  type OwnKeyKind,
  type PrivateKeyStore,
  type StoredKeys,
} from '../../kernel/private-key-store.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import { KEY_ORDER_COLUMN, KEY_ORDER_KIND } from './catalog-keys.ts';
import { CATALOG, CLIENT_SECRETS, LOGIN_KEYS } from './tables.ts';
import { toStoreFault } from './tablestore-fault.ts';
import type { Row, TablestoreRows } from './tablestore-rows.ts';

const Generation = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);
const Columns = z.object({
  sealed: z.string().min(1),
  generation: Generation,
  carried_out: z.string().optional(),
});

/** Ids of connections begin with a letter or a digit: `{` follows both in byte order. */
const ALL_CONNECTIONS = ['', '{'] as const;

type ReadRows = Pick<TablestoreRows, 'getRows' | 'getRange'>;

const unreadable = () => toStoreFault({ code: 'Unreadable', requestId: undefined });

function toKeys(row: Row): StoredKeys | undefined {
  const { data } = Columns.safeParse(row.columns);
  return data && { sealed: data.sealed, generation: data.generation, order: data.carried_out };
}

async function readKeys(rows: ReadRows): Promise<Result<ReadonlyMap<OwnKeyKind, StoredKeys>, StoreFault>> {
  const found = await rows.getRows(
    LOGIN_KEYS,
    KEY_KINDS.map((kind) => [kind]),
  );
  if (!found.ok) return toStoreFault(found.error);
  const keys = new Map<OwnKeyKind, StoredKeys>();
  for (const [i, kind] of KEY_KINDS.entries()) {
    const row = found.value[i];
    if (!row) continue;
    const read = toKeys(row);
    if (!read) return unreadable();
    keys.set(kind, read);
  }
  return ok(keys);
}

async function readOrders(rows: ReadRows): Promise<Result<ReadonlyMap<OwnKeyKind, string>, StoreFault>> {
  const found = await rows.getRows(
    CATALOG,
    KEY_KINDS.map((kind) => [KEY_ORDER_KIND, kind]),
  );
  if (!found.ok) return toStoreFault(found.error);
  const orders = new Map<OwnKeyKind, string>();
  for (const [i, kind] of KEY_KINDS.entries()) {
    const row = found.value[i];
    if (!row) continue;
    const order = row.columns[KEY_ORDER_COLUMN];
    if (order === undefined) return unreadable();
    orders.set(kind, order);
  }
  return ok(orders);
}

/** The port to login's own secrets. */
export function createPrivateKeyStore(
  rows: Pick<TablestoreRows, 'getRows' | 'getRange' | 'putRowIf'>,
): PrivateKeyStore {
  return {
    async read() {
      const [keys, orders, secrets] = await Promise.all([
        readKeys(rows),
        readOrders(rows),
        rows.getRange(CLIENT_SECRETS, ...ALL_CONNECTIONS),
      ]);
      if (!keys.ok) return keys;
      if (!orders.ok) return orders;
      if (!secrets.ok) return toStoreFault(secrets.error);
      const sealed = secrets.value.map(
        ({ key: [connection = ''], columns }) => [connection, columns['sealed'] ?? ''] as const,
      );
      return ok({ keys: keys.value, orders: orders.value, clientSecrets: new Map(sealed) });
    },
    async write(kind, { sealed, generation, order }, before) {
      const columns = {
        sealed,
        generation: String(generation),
        ...(order === undefined ? {} : { carried_out: order }),
      };
      const expected = before === undefined ? 'absent' : { column: 'generation', value: String(before) };
      const put = await rows.putRowIf({ table: LOGIN_KEYS, key: [kind], columns }, expected);
      return put.ok ? put : toStoreFault(put.error);
    },
  };
}
