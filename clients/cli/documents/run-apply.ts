// `stint apply` and `stint plan`: the same steps, with and without the writing at the end.
import { openRamPolicies } from '../../../shared/adapters/alibaba-cloud/ram-policies.ts';
import { openRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { readCloudSettings } from '../base/cloud-settings.ts';
import { EXIT, type ExitCode } from '../base/exit-code.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { formatAuthor } from '../base/who-does-this.ts';
import { type ApplyOutcome, applyDocument, type MayRemove } from './apply-document.ts';
import { countRemovals } from './count-removals.ts';
import { explainApplyFault, explainStoreFault } from './explain-apply-fault.ts';
import { readDocumentFiles } from './read-document-files.ts';
import { planAsJson, showPlan } from './show-plan.ts';

export interface ApplyOptions {
  readonly env?: string;
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly dryRun: boolean;
  readonly offlinePolicies?: boolean;
  /** Removals were meant. */
  readonly yes?: boolean;
}

/** Fewer rows are written before a person would wonder. */
const SHOW_PROGRESS_FROM_ROWS = 1_000;

const CONCLUSIONS = {
  planned: (_, removes) =>
    `Nothing was written: this is what stint apply would change.${removes === undefined ? '' : ` It removes ${removes}: stint apply asks first, and where nobody can be asked needs --yes.`}`,
  unchanged: () => 'Nothing to change: these rules are in force.',
  applied: (revision) => `Applied as revision ${revision}; in force everywhere within 5 seconds.`,
} as const satisfies Record<
  ApplyOutcome['result'],
  (revision: string | undefined, removes: string | undefined) => string
>;

async function askToRemove(what: string, { ask, note }: Terminal): Promise<MayRemove> {
  if (!ask) return 'nobody-asked';
  note(`This removes ${what}.`);
  return (await ask('Type yes to apply it: ')).trim() === 'yes' ? 'yes' : 'no';
}

function showOutcome(applied: ApplyOutcome, options: ApplyOptions, { out, note }: Terminal): void {
  if (applied.cleanup)
    note(`Old rows could not be deleted; the next apply will. ${explainStoreFault(applied.cleanup)}`);
  if (options.json) out(planAsJson(applied));
  else out(CONCLUSIONS[applied.result](applied.revision, countRemovals(applied.changes)));
}

export async function runApply(
  paths: readonly string[],
  options: ApplyOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { folder, note, out } = terminal;
  const files = await readDocumentFiles(paths, folder);
  const settings = readCloudSettings(options.env, terminal);
  if (!files.ok || !settings.ok) {
    for (const given of [files, settings]) if (!given.ok) note(given.error);
    return EXIT.usage;
  }
  if (options.offlinePolicies) note('Pinned policies are not compared with RAM: --offline-policies.');
  const applied = await applyDocument({
    rows: openRows(openTablestore(settings.value)),
    files: files.value,
    appliedBy: formatAuthor(terminal, settings.value),
    now: new Date(),
    ram: options.offlinePolicies ? undefined : openRamPolicies(settings.value.ram),
    dryRun: options.dryRun,
    strict: options.strict ?? false,
    ...(options.yes ? {} : { mayRemove: (what: string) => askToRemove(what, terminal) }),
    onPlan: (plan) => options.json || showPlan(plan, terminal),
    onProgress: (written, total) =>
      total >= SHOW_PROGRESS_FROM_ROWS && note(`written ${written} of ${total} rows`),
  });
  if (applied.ok) {
    showOutcome(applied.value, options, terminal);
    return applied.value.tests.failed > 0 ? EXIT.document : EXIT.ok;
  }
  const { message, exitCode } = explainApplyFault(applied.error);
  if (options.json) out(formatJson({ result: applied.error.kind, fault: applied.error }, 2));
  note(message);
  return exitCode;
}
