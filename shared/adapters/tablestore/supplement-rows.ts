// What the documents of a revision said beside the rules ↔ rows of `catalog`: JSON, compressed, in parts that a column holds.
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import type { Revision } from '../../kernel/names.ts';
import { readJson } from '../../kernel/read-json.ts';
import { AccessTest } from '../../rules/document/access-test.ts';
import type { Supplement } from '../../rules/document/compiled-access.ts';
import { PinnedPolicy, PolicyReference } from '../../rules/document/pinned-policy.ts';
import { supplementKind } from './catalog-keys.ts';
import { CATALOG } from './tables.ts';
import type { Row, RowWrite } from './tablestore-rows.ts';

/** Characters of base64. Tablestore takes 2 MB in a column and 4 MB in a batch. */
const PART_CHARACTERS = 500_000;
/** Ids of parts sort as numbers: 10,000 parts are 5 GB. */
const PART_DIGITS = 4;
/** An access document has 64 MB at most, and its JSON no more than a few times that. Longer text is damage, or an attack on memory. */
const MAX_JSON_BYTES = 256_000_000;

const PART = 'part';

const Stored = z.object({
  policies: z.array(PinnedPolicy),
  tests: z.array(AccessTest),
  references: z.array(z.tuple([z.string(), PolicyReference])),
});

/** No rows for documents that have neither tests nor pinned policies. */
export function supplementRows(revision: Revision, supplement: Supplement): readonly RowWrite[] {
  const { policies, tests, references } = supplement;
  if (policies.length + tests.length + references.size === 0) return [];
  const stored: z.infer<typeof Stored> = {
    policies: [...policies],
    tests: [...tests],
    references: [...references],
  };
  const text = gzipSync(JSON.stringify(stored)).toString('base64');
  const parts = Math.ceil(text.length / PART_CHARACTERS);
  return Array.from({ length: parts }, (_, i) => ({
    table: CATALOG,
    key: [supplementKind(revision), String(i).padStart(PART_DIGITS, '0')],
    columns: { [PART]: text.slice(i * PART_CHARACTERS, (i + 1) * PART_CHARACTERS) },
  }));
}

export const NO_SUPPLEMENT: Supplement = { policies: [], tests: [], references: new Map() };

/** `rows` in the order of their keys; without any, the documents said nothing more. Undefined when they cannot be read. */
export function readSupplement(rows: readonly Row[]): Supplement | undefined {
  if (rows.length === 0) return NO_SUPPLEMENT;
  const text = rows.map(({ columns }) => columns[PART] ?? '').join('');
  const stored = readJson(Stored, unzip(text));
  return stored && { ...stored, references: new Map(stored.references) };
}

function unzip(base64: string): string | undefined {
  try {
    return gunzipSync(Buffer.from(base64, 'base64'), { maxOutputLength: MAX_JSON_BYTES }).toString();
  } catch {
    return undefined;
  }
}
