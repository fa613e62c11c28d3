// Prints rows of the audit trail while they are read.
import { setTimeout } from 'node:timers/promises';
import {
  type AuditRange,
  type AuditRow,
  readAudit,
} from '../../../shared/adapters/tablestore/audit-reader.ts';
import { openRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { readAuditorSettings } from '../base/cloud-settings.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { explainStoreFault, storeFailed } from '../base/explain-cloud-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { type AuditFilter, matches } from './audit-filter.ts';
import { followAudit } from './follow-audit.ts';
import { auditLines } from './format-audit-row.ts';

/** How often a look is taken at new rows; a read of each shard, of some 16 in all. */
const LOOK_MS = 2_000;

export interface AuditOptions extends AuditFilter {
  readonly env?: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly until?: number;
  readonly outcome?: AuditRange['outcome'];
  /** Shows so many rows at most. */
  readonly limit?: number;
  readonly follow?: boolean;
  readonly json?: boolean;
}

/** Prints the rows, the earliest first, and with `follow` goes on until it is stopped. Fails when the settings or Tablestore do. */
export async function showAudit(
  options: AuditOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const { since, until, outcome, limit = Number.POSITIVE_INFINITY, follow = false } = options;
  if (follow && (until !== undefined || options.limit !== undefined))
    return wrongUsage('--follow goes on until you stop it: leave out --until and --limit');
  const settings = readAuditorSettings(options.env, terminal);
  if (!settings.ok) return settings;
  const rows = openRows(openTablestore(settings.value));
  const range = {
    since: new Date(since),
    ...(until !== undefined && { until: new Date(until) }),
    ...(outcome && { outcome }),
  };
  const print = printerFor(options, terminal);
  if (follow) {
    await followAudit({
      ...{ rows, range, clock: { now: () => new Date() } },
      show: (row) => void (matches(row, options) && print(row)),
      onFault: (fault) => terminal.note(`${explainStoreFault(fault)}; trying again`),
      pause: async () => {
        await setTimeout(LOOK_MS);
        return true;
      },
    });
    return ok(undefined);
  }
  let count = 0;
  for await (const read of readAudit(rows, range)) {
    if (!read.ok) return storeFailed(read.error);
    if (!matches(read.value, options)) continue;
    print(read.value);
    count += 1;
    if (count >= limit) return ok(undefined);
  }
  if (count === 0) terminal.note('No row matches: look further back with --since, or ask for less.');
  return ok(undefined);
}

/** The heading comes with the first row. With `json`, one object a line: the row's event. */
function printerFor({ json = false }: AuditOptions, { out, width }: Terminal): (row: AuditRow) => void {
  if (json)
    return ({ event, request, at }) => out(formatJson(event ?? { requestId: request, at, unreadable: true }));
  const { heading, lineOf } = auditLines(width);
  let isFirst = true;
  return (row) => {
    if (isFirst) out(heading);
    isFirst = false;
    out(lineOf(row));
  };
}
