// `stint history`: who put which rules in force, when, from which files, and what changed.
import type { KeptRevision } from '../../../shared/adapters/tablestore/revision-history.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { formatTotals } from '../../../shared/rules/review/count-changes.ts';
import type { CommandFault } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson, formatTable } from '../base/terminal-text.ts';
import { openRevisions } from './read-revisions.ts';

export interface HistoryOptions {
  readonly env?: string;
  readonly json?: boolean;
}

export async function showHistory(
  { env, json }: HistoryOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const opened = await openRevisions(env, terminal);
  if (!opened.ok) return opened;
  const { history } = opened.value;
  if (json) terminal.out(formatJson({ format: 1, revisions: history.map(toJson(history)) }, 2));
  else if (history.length === 0) terminal.out('No rules are in force yet: run stint apply.');
  else for (const line of formatTable(HEADINGS, history.map(toCells(history)))) terminal.out(line);
  return ok(undefined);
}

const HEADINGS = ['revision', 'name', 'applied', 'by', 'files', 'what it did'];

/** Names of files that a line still holds. */
const MAX_SHOWN_FILES = 3;

function formatFiles(files: readonly string[]): string {
  const more = files.length - MAX_SHOWN_FILES;
  const shown = files.slice(0, MAX_SHOWN_FILES).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

const numberOf = (history: readonly KeptRevision[], name: string | undefined): number | undefined =>
  history.find(({ revision }) => revision === name)?.number;

function describe({ record, isInForce }: KeptRevision, history: readonly KeptRevision[]): string {
  const again = record?.rollbackOf;
  const what = [
    ...(isInForce ? ['in force'] : []),
    ...(again === undefined ? [] : [`back to ${numberOf(history, again) ?? again}`]),
    (record && formatTotals(record.totals)) ?? '',
  ];
  return what.filter((part) => part !== '').join('; ');
}

const toCells = (history: readonly KeptRevision[]) => (past: KeptRevision) => {
  const { number, revision, record, unrecorded } = past;
  return [
    String(number),
    revision,
    record?.appliedAt ?? unrecorded?.appliedAt.toISOString() ?? 'unknown',
    record?.appliedBy ?? unrecorded?.appliedBy ?? 'unknown',
    formatFiles(record?.files ?? []),
    describe(past, history),
  ];
};

/** docs/access-document.md describes this shape, which programs rely on. */
const toJson = (history: readonly KeptRevision[]) => (past: KeptRevision) => {
  const { number, revision, record, unrecorded, isInForce } = past;
  return {
    number,
    revision,
    inForce: isInForce,
    appliedAt: record?.appliedAt ?? unrecorded?.appliedAt ?? null,
    appliedBy: record?.appliedBy ?? unrecorded?.appliedBy ?? null,
    files: record?.files ?? [],
    documentSha256: record?.documentSha256 ?? unrecorded?.documentSha256 ?? null,
    totals: record?.totals ?? null,
    rollbackOf: record?.rollbackOf ?? null,
    rollbackOfNumber: numberOf(history, record?.rollbackOf) ?? null,
  };
};
