// docs/log.md is as the code generates it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderLogPage } from '../../scripts/log-page/render-log-page.ts';
import { firstDifference } from '../../scripts/openapi/first-difference.ts';
import { ROOT } from './source-files.ts';

test('docs/log.md is as the code generates it; if not, run npm run log-page and commit the result', () => {
  const page = readFileSync(join(ROOT, 'docs/log.md'), 'utf8');
  expect(firstDifference(page, renderLogPage())).toBeUndefined();
});
