// A table as the store keeps it, for tests that work below the protocol.
import type { StoredTable } from '../../../local/tablestore/store/table.ts';

export const TABLE: StoredTable = {
  id: 1,
  name: 't',
  primaryKey: [{ name: 'id', type: 'integer' }],
  definedColumns: [],
  options: { timeToLive: -1, maxVersions: 1, maxTimeDeviation: 86_400, allowUpdate: true },
  reserved: { read: 0, write: 0 },
  reservedSince: 0,
};
