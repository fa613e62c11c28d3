// Writes docs/settings.md from the code that reads the variables. test/architecture/settings.test.ts fails when the page is
// out of date.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderSettings } from './settings/render-settings.ts';

writeFileSync(fileURLToPath(new URL('../docs/settings.md', import.meta.url)), renderSettings());
