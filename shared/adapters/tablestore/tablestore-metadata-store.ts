// Identity providers' metadata as rows of table `idp_metadata`, one a connection. A row that cannot be read counts as none, and is
// replaced: the metadata are read anew.
import { randomUUID } from 'node:crypto';
import type { CheckedMetadata } from '../../checks/check-metadata.ts';
import { readJson } from '../../kernel/read-json.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import { KeptMetadata, type MetadataStore } from '../../people/idp-metadata.ts';
import { IDP_METADATA } from './tables.ts';
import { toStoreFault } from './tablestore-fault.ts';
import type { Row, TablestoreRows } from './tablestore-rows.ts';

const VERSION = 'version';
/** Ids of connections begin with a letter or a digit: `{` follows both in byte order. */
const ALL_CONNECTIONS = ['', '{'] as const;

const keptIn = (row: Row | undefined): KeptMetadata | undefined =>
  readJson(KeptMetadata, row?.columns['json']);

/** The port to the metadata that login keeps. */
export function createMetadataStore(rows: Pick<TablestoreRows, 'getRows' | 'putRowIf'>): MetadataStore {
  return {
    async read(connection) {
      const found = await rows.getRows(IDP_METADATA, [[connection]]);
      if (!found.ok) return toStoreFault(found.error);
      const [row] = found.value;
      return ok({ kept: keptIn(row), version: row?.columns[VERSION] });
    },
    async write(connection, kept, version) {
      const columns = { json: JSON.stringify(kept), [VERSION]: randomUUID() };
      const expected = version === undefined ? 'absent' : { column: VERSION, value: version };
      const put = await rows.putRowIf({ table: IDP_METADATA, key: [connection], columns }, expected);
      return put.ok ? put : toStoreFault(put.error);
    },
  };
}

/** For the checks: what is kept of each connection. */
export async function readKeptMetadata(
  rows: Pick<TablestoreRows, 'getRange'>,
): Promise<Result<ReadonlyMap<string, CheckedMetadata>, StoreFault>> {
  const found = await rows.getRange(IDP_METADATA, ...ALL_CONNECTIONS);
  if (!found.ok) return toStoreFault(found.error);
  const kept = new Map<string, CheckedMetadata>();
  for (const row of found.value) {
    const metadata = keptIn(row);
    if (metadata) kept.set(row.key[0] ?? '', { fault: metadata.fault, good: metadata.good });
  }
  return ok(kept);
}
