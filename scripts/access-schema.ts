// Writes docs/access-document.schema.json from the schema that `stint` uses. With --check it writes nothing, and fails when the
// file's content differs. The formatter may lay the file out in another way.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { AccessDocument } from '../shared/rules/document/document.ts';

const FILE = fileURLToPath(new URL('../docs/access-document.schema.json', import.meta.url));

type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']>;

/** JSON has no undefined: a key that must be absent allows no value. Of other types nothing is left out. */
const writeAbsent: Override = ({ zodSchema, jsonSchema }) => {
  if (zodSchema._zod.def.type === 'undefined') jsonSchema.not = {};
  else if (Object.keys(jsonSchema).length === 0) throw new Error(`${zodSchema._zod.def.type} is not JSON`);
};

/** As plain JSON: zod adds properties that JSON does not show. */
export const accessSchema = (): unknown =>
  JSON.parse(
    JSON.stringify(
      z.toJSONSchema(AccessDocument, {
        target: 'draft-2020-12',
        io: 'input',
        unrepresentable: 'any',
        override: writeAbsent,
      }),
    ),
  );

function readFileOrNothing(): unknown {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes('--check')) writeFileSync(FILE, `${JSON.stringify(accessSchema(), null, 2)}\n`);
  else if (!isDeepStrictEqual(readFileOrNothing(), accessSchema())) {
    console.error('docs/access-document.schema.json is out of date: run npm run generate');
    process.exitCode = 1;
  }
}
