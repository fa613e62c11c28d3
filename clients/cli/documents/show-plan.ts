// What would change, in lines: first for people, then entry by entry.

import { showable } from '../../../shared/kernel/showable.ts';
import { formatChange } from '../../../shared/rules/review/diff.ts';
import { formatAccessChange } from '../../../shared/rules/review/format-access-change.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import type { AccessPlan, ApplyOutcome } from './apply-document.ts';
import { formatFailures, formatTestCount } from './format-test-result.ts';
import { formatWarnings } from './warnings.ts';

/** Nobody reads more; --json has all. */
const MAX_SHOWN = 200;

function atMost<T>(changes: readonly T[], say: (change: T) => string): readonly string[] {
  const lines = changes.slice(0, MAX_SHOWN).map(say);
  const more = changes.length - lines.length;
  return more > 0 ? [...lines, `… and ${more} more: --json shows all`] : lines;
}

export function showPlan(plan: AccessPlan, { out, note }: Pick<Terminal, 'out' | 'note'>): void {
  for (const { file, owner } of plan.owners) out(`${file} belongs to ${showable(owner)}`);
  for (const line of atMost(plan.access, formatAccessChange)) out(line);
  for (const line of atMost(plan.changes, formatChange)) out(line);
  if (plan.tests.passed + plan.tests.failed > 0)
    out(`Tests of the document: ${formatTestCount(plan.tests)}.`);
  for (const line of [...formatFailures(plan.tests), ...formatWarnings(plan.warnings)]) note(line);
  if (plan.unreadable > 0)
    note(`${plan.unreadable} entries of the rules in force cannot be read; applying replaces them.`);
}

/** Described in docs/access-document.md; programs rely on it. */
export function planAsJson({
  result,
  revision,
  access,
  changes,
  unreadable,
  owners,
  tests,
  warnings,
}: ApplyOutcome) {
  const shape = { format: 1, result, revision: revision ?? null, unreadable, owners };
  return formatJson({ ...shape, access, changes, tests, warnings }, 2);
}
