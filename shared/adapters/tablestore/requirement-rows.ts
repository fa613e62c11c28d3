// What each connection requires, as vend reads it: from the connections' rows, without what the rest of them takes to read.
import * as z from 'zod';
import type { Revision } from '../../kernel/names.ts';
import { readJson } from '../../kernel/read-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { RequiredClaims, requirementName } from '../../rules/values/required-claims.ts';
import { connectionKind } from './catalog-keys.ts';
import type { Row } from './tablestore-rows.ts';

const Requiring = z.object({ require: RequiredClaims.optional() });

/** A connection that cannot be read may require anything. */
export function readRequirements(
  revision: Revision,
  catalog: readonly Row[],
): Result<ReadonlyMap<string, string>, 'connection-row'> {
  const requirements = new Map<string, string>();
  for (const { key, columns } of catalog) {
    const [kind, id = ''] = key;
    if (kind !== connectionKind(revision)) continue;
    const connection = readJson(Requiring, columns['json']);
    if (!connection) return err('connection-row');
    const name = requirementName(connection.require);
    if (name !== undefined) requirements.set(id, name);
  }
  return ok(requirements);
}
