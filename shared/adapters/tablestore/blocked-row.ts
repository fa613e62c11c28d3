// Who is blocked, as vend reads it: from the row of the section signOn, without what the rest of that takes to read.
import * as z from 'zod';
import type { Revision } from '../../kernel/names.ts';
import { readJson } from '../../kernel/read-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { SIGN_ON_SECTION, signOnKind } from './catalog-keys.ts';
import type { Row } from './tablestore-rows.ts';

const Section = z.object({ blocked: z.array(z.string()).default([]) });

/** Nobody where there is no such section. One that cannot be read may block anybody. */
export function readBlocked(
  revision: Revision,
  catalog: readonly Row[],
): Result<readonly string[], 'sign-on-row'> {
  const kind = signOnKind(revision);
  const row = catalog.find(({ key }) => key[0] === kind && key[1] === SIGN_ON_SECTION);
  if (!row) return ok([]);
  const section = readJson(Section, row.columns['json']);
  return section ? ok(section.blocked) : err('sign-on-row');
}
