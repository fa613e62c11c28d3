// Sign-in requests of devices, as rows of a table of their own, because anyone can make one: the service deletes them after
// a day. A row is written only if it is still as it was read, so that of two writes one wins.
import { readJson } from '../../kernel/read-json.ts';
import { ok } from '../../kernel/result.ts';
import { DeviceRequest } from '../../people/device-request.ts';
import type { DeviceStore } from '../../people/device-store.ts';
import { DEVICES } from './tables.ts';
import { toStoreFault } from './tablestore-fault.ts';
import type { Row, RowWrite, TablestoreRows } from './tablestore-rows.ts';

const toRow = (request: DeviceRequest): RowWrite => ({
  table: DEVICES,
  key: [request.key],
  columns: { version: String(request.version), json: JSON.stringify(request) },
});

/** An unreadable row is not a request. */
const fromRow = (row: Row | undefined): DeviceRequest | undefined =>
  readJson(DeviceRequest, row?.columns['json']);

/** The port to the requests of command lines that sign in by a code. */
export function createDeviceStore(rows: Pick<TablestoreRows, 'getRows' | 'putRowIf'>): DeviceStore {
  return {
    async add(request) {
      const put = await rows.putRowIf(toRow(request), 'absent');
      if (!put.ok) return toStoreFault(put.error);
      return ok(put.value === 'written' ? 'added' : 'known');
    },

    async find(key) {
      const found = await rows.getRows(DEVICES, [[key]]);
      return found.ok ? ok(fromRow(found.value[0])) : toStoreFault(found.error);
    },

    async replace(before, after) {
      const put = await rows.putRowIf(toRow(after), { column: 'version', value: String(before.version) });
      if (!put.ok) return toStoreFault(put.error);
      return ok(put.value === 'written' ? 'replaced' : 'changed');
    },
  };
}
