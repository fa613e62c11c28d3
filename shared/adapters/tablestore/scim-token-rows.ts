// The tokens of SCIM clients, as rows of table `catalog`, which administrators write and login reads: so login needs no permission
// to make one.
import { readJson } from '../../kernel/read-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { ScimToken, type ScimTokenId, type ScimTokenStore } from '../../people/scim-token.ts';
import { SCIM_TOKEN_KIND } from './catalog-keys.ts';
import { CATALOG } from './tables.ts';
import { type TablestoreFault, toStoreFault } from './tablestore-fault.ts';
import type { Row, RowWrite, TablestoreRows } from './tablestore-rows.ts';

const COLUMN = 'json';

const rowOf = (token: ScimToken): RowWrite => ({
  table: CATALOG,
  key: [SCIM_TOKEN_KIND, token.id],
  columns: { [COLUMN]: JSON.stringify(token) },
});

/** Undefined for a row that cannot be read, or that stands in another's place. */
function readToken(row: Row): ScimToken | undefined {
  const token = readJson(ScimToken, row.columns[COLUMN]);
  return token?.id === row.key[1] ? token : undefined;
}

/** The port to tokens. A row that cannot be read is no token. */
export const createScimTokenStore = (rows: Pick<TablestoreRows, 'getRows'>): ScimTokenStore => ({
  async find(id) {
    const found = await rows.getRows(CATALOG, [[SCIM_TOKEN_KIND, id]]);
    if (!found.ok) return toStoreFault(found.error);
    const [row] = found.value;
    return ok(row && readToken(row));
  },
});

type Done<T> = Promise<Result<T, TablestoreFault>>;

/** Stores a new token. `IdConflict`: there is one of this id. */
export async function addScimToken(rows: Pick<TablestoreRows, 'putRowIf'>, token: ScimToken): Done<void> {
  const put = await rows.putRowIf(rowOf(token), 'absent');
  if (!put.ok) return put;
  return put.value === 'written' ? ok(undefined) : err({ code: 'IdConflict', requestId: undefined });
}

/** All tokens, those that were revoked too, in the order of their ids. */
export async function listScimTokens(rows: Pick<TablestoreRows, 'getRange'>): Done<readonly ScimToken[]> {
  // A space follows the kind in byte order, and no kind begins with both.
  const found = await rows.getRange(CATALOG, SCIM_TOKEN_KIND, `${SCIM_TOKEN_KIND} `);
  return found.ok ? ok(found.value.flatMap((row) => readToken(row) ?? [])) : found;
}

/** The token as it was revoked, by this or by an earlier call; undefined if there is none of this id. */
export async function revokeScimToken(
  rows: Pick<TablestoreRows, 'getRows' | 'putRows'>,
  id: ScimTokenId,
  revoked: { readonly at: Date; readonly by: string },
): Done<ScimToken | undefined> {
  const found = await rows.getRows(CATALOG, [[SCIM_TOKEN_KIND, id]]);
  if (!found.ok) return found;
  const [row] = found.value;
  const token = row && readToken(row);
  if (!token || token.revokedAt) return ok(token);
  const after = { ...token, revokedAt: revoked.at, revokedBy: revoked.by };
  const put = await rows.putRows([rowOf(after)]);
  return put.ok ? ok(after) : put;
}
