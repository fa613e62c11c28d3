// Writes docs/log.md from the list of the lines that the functions log. test/architecture/log-page.test.ts fails when the page is
// out of date.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderLogPage } from './log-page/render-log-page.ts';

writeFileSync(fileURLToPath(new URL('../docs/log.md', import.meta.url)), renderLogPage());
