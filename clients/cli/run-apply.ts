// `stint apply` and `stint plan`: the same steps, with and without the writing at the end.
import { resolve } from 'node:path';
import { sayChange } from '../../shared/access/diff.ts';
import { openRamPolicies } from '../../shared/adapters/ram-policies.ts';
import { openRows } from '../../shared/adapters/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore-sdk.ts';
import { type Applied, applyDocument, type Plan } from './apply-document.ts';
import { readCloudSettings } from './cloud-settings.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { explainApplyFault, explainStoreFault } from './explain-fault.ts';
import { readTextFile } from './read-text-file.ts';
import type { Terminal } from './terminal.ts';

export interface ApplyOptions {
  readonly env?: string;
  readonly json?: boolean;
  readonly dryRun: boolean;
  readonly offlinePolicies?: boolean;
}

/** Fewer rows are written before a person would wonder. */
const SHOW_PROGRESS_FROM_ROWS = 1_000;

function showPlan({ changes, unreadable }: Plan, { out, note }: Terminal): void {
  for (const change of changes) out(sayChange(change));
  if (unreadable > 0)
    note(`${unreadable} entries of the rules in force cannot be read; applying replaces them.`);
}

const CONCLUSIONS = {
  planned: () => 'Nothing was written: this is what stint apply would change.',
  unchanged: () => 'Nothing to change: these rules are in force.',
  applied: (revision) => `Applied as revision ${revision}; in force everywhere within 5 seconds.`,
} as const satisfies Record<Applied['result'], (revision: string | undefined) => string>;

function showOutcome(applied: Applied, options: ApplyOptions, { out, note }: Terminal): void {
  if (applied.cleanup)
    note(`Old rows could not be deleted; the next apply will. ${explainStoreFault(applied.cleanup)}`);
  if (options.json) {
    const { result, revision, changes, unreadable } = applied;
    out(JSON.stringify({ result, revision: revision ?? null, unreadable, changes }, null, 2));
  } else out(CONCLUSIONS[applied.result](applied.revision));
}

export async function runApply(file: string, options: ApplyOptions, terminal: Terminal): Promise<ExitCode> {
  const { env, folder, note, out } = terminal;
  const text = await readTextFile(resolve(folder, file), file);
  const settings = readCloudSettings(options.env, terminal);
  if (!text.ok || !settings.ok) {
    for (const given of [text, settings]) if (!given.ok) note(given.error);
    return EXIT.usage;
  }
  if (options.offlinePolicies) note('Pinned policies are not compared with RAM: --offline-policies.');
  const user = env['USER'] ?? env['USERNAME'] ?? 'unknown';
  const applied = await applyDocument({
    rows: openRows(openTablestore(settings.value)),
    file,
    text: text.value,
    appliedBy: `${user} (${settings.value.credentials().accessKeyId})`,
    now: new Date(),
    ram: options.offlinePolicies ? undefined : openRamPolicies(settings.value.ram),
    dryRun: options.dryRun,
    onPlan: (plan) => options.json || showPlan(plan, terminal),
    onProgress: (written, total) =>
      total >= SHOW_PROGRESS_FROM_ROWS && note(`written ${written} of ${total} rows`),
  });
  if (applied.ok) {
    showOutcome(applied.value, options, terminal);
    return EXIT.ok;
  }
  const { message, exitCode } = explainApplyFault(applied.error);
  if (options.json) out(JSON.stringify({ result: applied.error.kind, fault: applied.error }, null, 2));
  note(message);
  return exitCode;
}
