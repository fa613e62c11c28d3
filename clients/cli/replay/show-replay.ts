// The result of a replay in lines: who would be refused, who newly allowed, what cannot be told, and what the trail does not hold.
import { showable } from '../../../shared/kernel/showable.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatTable } from '../base/terminal-text.ts';
import type { Replay, ReplayGroup } from './replay-audit.ts';

/** A person reads no more lines than this; --json has all. */
const MAX_SHOWN = 50;

const TITLES = {
  'would-be-refused': 'Would have been refused:',
  'newly-allowed': 'Would have been allowed, and were refused:',
  'not-decidable': 'Not decidable, because the audit trail does not hold what it needs:',
} as const satisfies Record<ReplayGroup['outcome'], string>;

const HEADINGS = ['TIMES', 'WHO', 'ROLE', 'LAST (UTC)', 'WHY'];

const ASSUMED =
  'A request is taken to have brought no policy of its own, and one that was refused to have asked for no longer than a grant gives: the trail holds neither.';

export function showReplay(replay: Replay, { out }: Pick<Terminal, 'out'>): void {
  const { requests, unchanged, notByRules, unreadable, ungrouped, since } = replay;
  out(`Replayed ${requests} requests for credentials since ${since}: ${unchanged} end as they did.`);
  for (const outcome of ['would-be-refused', 'newly-allowed', 'not-decidable'] as const) {
    const own = replay.groups.filter((group) => group.outcome === outcome);
    if (own.length > 0) showGroups(TITLES[outcome], own, out);
  }
  if (notByRules > 0)
    out(`${notByRules} more ended before or after the rules, or by a block, and are not replayed.`);
  if (unreadable > 0)
    out(`${unreadable} more are not decidable: their rows name no role that existed, or cannot be read.`);
  if (ungrouped > 0) out(`${ungrouped} more differ or are not decidable: replay a shorter time.`);
  out(ASSUMED);
}

function showGroups(title: string, groups: readonly ReplayGroup[], out: Terminal['out']): void {
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  out(`${title} ${total}`);
  const rows = groups
    .slice(0, MAX_SHOWN)
    .map(({ count, provider, subject, role, last, reason }) => [
      String(count),
      showable(`${provider}:${subject}`),
      role,
      last.slice(0, 19).replace('T', ' '),
      reason,
    ]);
  for (const line of formatTable(HEADINGS, rows)) out(`  ${line}`);
  if (groups.length > MAX_SHOWN) out(`  … and ${groups.length - MAX_SHOWN} more: --json shows all`);
}
