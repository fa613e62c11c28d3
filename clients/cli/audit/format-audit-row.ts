// One row of the audit trail as a line: columns of a fixed width, so that lines can be shown while more are read.
import type { AuditRow } from '../../../shared/adapters/tablestore/audit-reader.ts';
import { fitColumn } from '../base/terminal-text.ts';
import { eventMember } from './audit-filter.ts';

const GAP = '  ';
const UNKNOWN = '-';
/** `yyyy-mm-dd hh:mm:ss`, in UTC. */
const TIME_COLUMNS = 19;
const OUTCOME_COLUMNS = 7;
/** Of a terminal whose width is unknown, as where the output goes into a file. */
const DEFAULT_WIDTH = 160;
/** Narrower windows wrap the lines. */
const MIN_WIDTH = 80;

const HEADINGS = ['TIME (UTC)', 'OUTCOME', 'ACTION', 'WHO', 'ROLE', 'GRANT AND KEY, OR REASON'];
/** How the rest of a line is shared out. */
const SHARES = [0.15, 0.27, 0.2];

/** Gives the widths of the columns for a window; the last takes what is left. */
function widthsFor(window: number | undefined): readonly number[] {
  const width = Math.max(window ?? DEFAULT_WIDTH, MIN_WIDTH) - GAP.length * (HEADINGS.length - 1);
  const rest = width - TIME_COLUMNS - OUTCOME_COLUMNS;
  const shared = SHARES.map((share) => Math.floor(rest * share));
  return [TIME_COLUMNS, OUTCOME_COLUMNS, ...shared, rest - shared.reduce((sum, one) => sum + one, 0)];
}

/** Gives the heading, and a line for each row. `window` is in columns. */
export function auditLines(window: number | undefined): {
  readonly heading: string;
  readonly lineOf: (row: AuditRow) => string;
} {
  const widths = widthsFor(window);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => fitColumn(cell, widths[i] ?? 0))
      .join(GAP)
      .trimEnd();
  return { heading: line(HEADINGS), lineOf: (row) => line(cellsOf(row)) };
}

function cellsOf(row: AuditRow): readonly string[] {
  const time = row.at.slice(0, TIME_COLUMNS).replace('T', ' ');
  if (!row.event) return [time, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, `unreadable row ${row.request}`];
  const member = (name: string): string => eventMember(row, name) ?? UNKNOWN;
  return [time, member('outcome'), member('action'), whoOf(row), member('role'), detailOf(row)];
}

function whoOf(row: AuditRow): string {
  // Of a SCIM client, the name of its token.
  const subject = eventMember(row, 'subject') ?? eventMember(row, 'client');
  const place =
    eventMember(row, 'provider') ?? eventMember(row, 'connection') ?? eventMember(row, 'directory');
  // Of a sign-in that was refused, often only the connection is known, and it may be what to correct.
  if (subject === undefined) return place ?? UNKNOWN;
  return place === undefined ? subject : `${place}:${subject}`;
}

/** What was given, or why nothing was. */
function detailOf(row: AuditRow): string {
  const granted = eventMember(row, 'outcome') === 'granted';
  const names = granted
    ? ['grant', 'accessKeyId', 'resource', 'members']
    : ['reason', 'cause', 'providerError', 'grant'];
  const parts = names.flatMap((name) => eventMember(row, name) ?? []);
  return parts.length === 0 ? UNKNOWN : parts.join(' ');
}
