// `stint apply` and `stint plan`: reads the documents and the settings, shows what changes, asks before it removes
// something, and says how it ended. The two differ only in `dryRun`.
import { openRamPolicies } from '../../../shared/adapters/alibaba-cloud/ram-policies.ts';
import { openRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import { formatChange } from '../../../shared/rules/review/diff.ts';
import { formatAccessChange } from '../../../shared/rules/review/plan-access.ts';
import { formatAuthor, readCloudSettings } from '../base/cloud-settings.ts';
import { EXIT, type ExitCode } from '../base/command-fault.ts';
import { explainStoreFault } from '../base/explain-cloud-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { type AccessPlan, type ApplyOutcome, applyDocument, type MayRemove } from './apply-document.ts';
import { countRemovals } from './count-removals.ts';
import { explainApplyFault } from './explain-apply-fault.ts';
import { formatFailures, formatTestCount } from './format-test-result.ts';
import { readDocumentFiles } from './read-document-files.ts';
import { formatWarnings } from './warnings.ts';

export interface ApplyOptions {
  readonly env?: string;
  readonly json?: boolean;
  readonly strict?: boolean;
  /** Shows what would change, and writes nothing. */
  readonly dryRun: boolean;
  readonly offlinePolicies?: boolean;
  /** Removals need no confirmation. */
  readonly yes?: boolean;
}

/** A command that writes fewer rows ends before a person would wonder. */
const SHOW_PROGRESS_FROM_ROWS = 1_000;
/** A person reads no more lines than this; --json has all. */
const MAX_SHOWN = 200;

export async function runApply(
  paths: readonly string[],
  options: ApplyOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { folder, note, out } = terminal;
  const files = await readDocumentFiles(paths, folder);
  const settings = readCloudSettings(options.env, terminal);
  if (!files.ok || !settings.ok) {
    for (const given of [files, settings]) if (!given.ok) note(given.error.message);
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

async function askToRemove(what: string, { ask, note }: Terminal): Promise<MayRemove> {
  if (!ask) return 'nobody-asked';
  note(`This removes ${what}.`);
  return (await ask('Type yes to apply it: ')).trim() === 'yes' ? 'yes' : 'no';
}

/** What would change, in lines: first what the changes mean for people, then entry by entry. */
export function showPlan(plan: AccessPlan, { out, note }: Pick<Terminal, 'out' | 'note'>): void {
  for (const { file, owner } of plan.owners) out(`${file} belongs to ${showable(owner)}`);
  for (const line of formatSome(plan.access, formatAccessChange)) out(line);
  for (const line of formatSome(plan.changes, formatChange)) out(line);
  if (plan.tests.passed + plan.tests.failed > 0)
    out(`Tests of the document: ${formatTestCount(plan.tests)}.`);
  for (const line of [...formatFailures(plan.tests), ...formatWarnings(plan.warnings)]) note(line);
  if (plan.unreadable > 0)
    note(`${plan.unreadable} entries of the rules in force cannot be read; applying replaces them.`);
}

function formatSome<T>(changes: readonly T[], format: (change: T) => string): readonly string[] {
  const lines = changes.slice(0, MAX_SHOWN).map(format);
  const more = changes.length - lines.length;
  return more > 0 ? [...lines, `… and ${more} more: --json shows all`] : lines;
}

const CONCLUSIONS = {
  planned: (_, removes) =>
    `Nothing was written: this is what stint apply would change.${removes === undefined ? '' : ` It removes ${removes}: stint apply asks first, and where nobody can be asked needs --yes.`}`,
  unchanged: () => 'Nothing to change: these rules are in force.',
  applied: (revision) => `Applied as revision ${revision}; in force everywhere within 5 seconds.`,
} as const satisfies Record<
  ApplyOutcome['result'],
  (revision: string | undefined, removes: string | undefined) => string
>;

function showOutcome(outcome: ApplyOutcome, options: ApplyOptions, { out, note }: Terminal): void {
  if (outcome.cleanup)
    note(`Old rows could not be deleted; the next apply will. ${explainStoreFault(outcome.cleanup)}`);
  if (options.json) out(outcomeAsJson(outcome));
  else out(CONCLUSIONS[outcome.result](outcome.revision, countRemovals(outcome.changes)));
}

/** docs/access-document.md describes this shape, which programs rely on. */
function outcomeAsJson(outcome: ApplyOutcome): string {
  const { result, revision, access, changes, unreadable, owners, tests, warnings } = outcome;
  const head = { format: 1, result, revision: revision ?? null, unreadable, owners };
  return formatJson({ ...head, access, changes, tests, warnings }, 2);
}
