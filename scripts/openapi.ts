// Writes openapi.yaml from the code that answers requests. With --check it only compares, for CI. The file is not edited by
// hand.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { firstDifference } from './openapi/first-difference.ts';
import { renderOpenapi } from './openapi/render-openapi.ts';

const FILE = fileURLToPath(new URL('../openapi.yaml', import.meta.url));

function check(wanted: string): void {
  const present = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
  const difference = firstDifference(present, wanted);
  if (difference === undefined) return;
  process.stderr.write('openapi.yaml differs from the code. Run `npm run openapi` and commit the result.\n');
  process.stderr.write(`${difference}\n`);
  process.exitCode = 1;
}

const rendered = renderOpenapi();
if (process.argv.includes('--check')) check(rendered);
else writeFileSync(FILE, rendered);
