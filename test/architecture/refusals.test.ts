// docs/refusals.md has every reason for a refusal, as the code generates it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { firstDifference } from '../../scripts/openapi/first-difference.ts';
import { REFUSAL_TABLES, renderRefusals } from '../../scripts/refusals/render-refusals.ts';
import { ROOT } from './source-files.ts';

describe('docs/refusals.md', () => {
  test('is as the code generates it; if not, run npm run refusals and commit the result', () => {
    const page = readFileSync(join(ROOT, 'docs/refusals.md'), 'utf8');
    expect(firstDifference(page, renderRefusals())).toBeUndefined();
  });

  test('has the reasons of the unions, whose completeness the compiler holds', () => {
    const reasons = REFUSAL_TABLES.flatMap(({ rows }) => Object.keys(rows));
    expect(reasons.length).toBeGreaterThan(100);
    expect(reasons).toEqual(expect.arrayContaining(['no-grant', 'blocked', 'audit-lost', 'idp-error']));
  });
});
