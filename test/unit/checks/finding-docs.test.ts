// Guarantees: docs/operations.md names every finding with its meaning and its remedy, as the code has them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FINDING_KINDS } from '../../../shared/checks/finding.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/operations.md'), 'utf8');

it('names each finding, how bad it is, what it means and what to do, in the order of the code', () => {
  const rows = Object.entries(FINDING_KINDS).map(
    ([name, { severity, means, remedy }]) => `| \`${name}\` | ${severity} | ${means} | ${remedy} |`,
  );
  expect(page.split('\n').filter((line) => rows.includes(line))).toEqual(rows);
});
