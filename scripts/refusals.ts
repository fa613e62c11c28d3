// Writes docs/refusals.md. test/architecture/refusals.test.ts fails when the page is out of date.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderRefusals } from './refusals/render-refusals.ts';

writeFileSync(fileURLToPath(new URL('../docs/refusals.md', import.meta.url)), renderRefusals());
