// `stint diff`: what one revision of the rules changed against another, for people and entry by entry.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { countChanges, formatTotals } from '../../../shared/rules/review/count-changes.ts';
import { diffAccess, formatChange } from '../../../shared/rules/review/diff.ts';
import { formatAccessChange, planAccess } from '../../../shared/rules/review/plan-access.ts';
import type { CommandFault } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { openRevisions, readWhole, type WholeRevision } from './read-revisions.ts';

export interface DiffOptions {
  readonly env?: string;
  readonly json?: boolean;
}

/** `to` is undefined for the revision in force. */
export async function diffRevisions(
  from: string,
  to: string | undefined,
  { env, json }: DiffOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const opened = await openRevisions(env, terminal);
  if (!opened.ok) return opened;
  const read = await readWhole(opened.value, [from, to]);
  if (!read.ok) return read;
  const [before, after] = read.value;
  if (before && after) showDiff(before, after, json ?? false, terminal);
  return ok(undefined);
}

function showDiff(before: WholeRevision, after: WholeRevision, json: boolean, { out }: Terminal): void {
  const changes = diffAccess(rulesOf(before), rulesOf(after));
  const totals = countChanges(changes);
  const access = planAccess(before.access, after.access);
  if (json) {
    const [from, to] = [before.number, after.number];
    out(formatJson({ format: 1, from, to, totals, access, changes }, 2));
    return;
  }
  const said = formatTotals(totals);
  out(`From revision ${before.number} to ${after.number}: ${said ?? 'no difference'}.`);
  for (const change of access) out(formatAccessChange(change));
  for (const change of changes) out(formatChange(change));
}

const rulesOf = ({ access, supplement }: WholeRevision) => ({ ...access, ...supplement });
