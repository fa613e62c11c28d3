// `stint leavers`: who left, who said so and why, and who came back.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import { hasLeft, type Leaver } from '../../../shared/people/leaver.ts';
import { readCloudSettings } from '../base/cloud-settings.ts';
import { type CommandFault, serviceFailed } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson, formatTable } from '../base/terminal-text.ts';
import { explainFault, openLeaveStores } from './leave-stores.ts';

export interface LeaversOptions {
  readonly env?: string;
  readonly json?: boolean;
  /** Also those who came back. */
  readonly all?: boolean;
  readonly from?: string;
  readonly limit: number;
}

/** Rows of one read. */
const PAGE_ROWS = 100;
const HEADINGS = ['NAME', 'SINCE', 'SAID BY', 'AUTHOR', 'BACK SINCE', 'REASON'];
const SECONDS_LENGTH = 'yyyy-mm-ddThh:mm:ss'.length;
const NEVER = '-';
const shortTime = (at: Date | undefined): string => at?.toISOString().slice(0, SECONDS_LENGTH) ?? NEVER;

/** Prints up to `limit` leavers by name, and with which name to go on. */
export async function listLeavers(
  { env, json = false, all = false, from = '', limit }: LeaversOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const settings = readCloudSettings(env, terminal);
  if (!settings.ok) return settings;
  const { leavers } = openLeaveStores(settings.value);
  const found: Leaver[] = [];
  let next: string | undefined = from;
  while (next !== undefined && found.length < limit) {
    const page = await leavers.page(next, Math.min(PAGE_ROWS, limit - found.length));
    if (!page.ok) return serviceFailed(explainFault(page.error));
    found.push(...page.value.leavers.filter((leaver) => all || hasLeft(leaver)));
    next = page.value.next;
  }
  if (json) terminal.out(formatJson({ format: 1, leavers: found, next: next ?? null }, 2));
  else if (found.length === 0) terminal.out('No person has left.');
  else for (const line of formatTable(HEADINGS, found.flatMap(toLines))) terminal.out(line);
  if (next !== undefined && !json) terminal.note(`There are more: stint leavers --from ${showable(next)}`);
  return ok(undefined);
}

const toLines = ({ name, leaves }: Leaver): readonly (readonly string[])[] =>
  leaves.map(({ since, source, by, ended, reason }) => [
    ...[name, shortTime(since), source, by],
    ...[shortTime(ended?.at), reason],
  ]);
