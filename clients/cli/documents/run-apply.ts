// `stint apply` and `stint plan`: reads the documents and the settings, shows what changes, asks before it removes
// something, and says how it ended. The two differ only in `dryRun`.
import { openRamPolicies } from '../../../shared/adapters/alibaba-cloud/ram-policies.ts';
import { openRows, type TablestoreRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { NO_TABLE_PERMISSION } from '../../../shared/checks/cloud-reader.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import type { Block } from '../../../shared/rules/blocks/block.ts';
import { formatBlockOfRenamed } from '../../../shared/rules/review/blocks-of-renamed.ts';
import { formatBlockWithoutTarget } from '../../../shared/rules/review/blocks-without-target.ts';
import { explainRemovals, formatRemovals, formatTotals } from '../../../shared/rules/review/count-changes.ts';
import { formatChange } from '../../../shared/rules/review/diff.ts';
import { formatAccessChange } from '../../../shared/rules/review/plan-access.ts';
import {
  type CloudSettings,
  formatAuthor,
  readAuditorSettings,
  readCloudSettings,
} from '../base/cloud-settings.ts';
import { type CommandFault, EXIT, type ExitCode } from '../base/command-fault.ts';
import { explainStoreFault, storeFailed } from '../base/explain-cloud-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { type Replay, replayAudit } from '../replay/replay-audit.ts';
import { showReplay } from '../replay/show-replay.ts';
import {
  type AccessPlan,
  type ApplyOutcome,
  type ApplyRequest,
  applyDocument,
  type MayRemove,
} from './apply-document.ts';
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
  /** The command that would write what a plan shows. Default: `stint apply`. */
  readonly command?: string;
  /** Decides the requests of so many past seconds again, by the new rules. */
  readonly replay?: number;
  /** Where the auditor's key is; default: that of `env`. */
  readonly auditEnv?: string;
  /** Removals need no confirmation. */
  readonly yes?: boolean;
  /** The person has agreed to this plan already. */
  readonly agreed?: (plan: AccessPlan) => boolean;
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
  const { folder, note } = terminal;
  if (options.auditEnv !== undefined && options.replay === undefined) {
    note('--audit-env goes with --replay: without it, no past request is decided again');
    return EXIT.usage;
  }
  const files = await readDocumentFiles(paths, folder);
  const settings = readCloudSettings(options.env, terminal);
  if (!files.ok || !settings.ok) {
    for (const given of [files, settings]) if (!given.ok) note(given.error.message);
    return EXIT.usage;
  }
  const rows = openRows(openTablestore(settings.value));
  return applyAndShow({ rows, files: files.value }, settings.value, options, terminal);
}

/** The same for documents that are read already. A rollback is an apply of the documents of an earlier revision. */
export async function applyAndShow(
  source: Pick<ApplyRequest, 'rows' | 'files' | 'rollbackOf'>,
  settings: CloudSettings,
  options: ApplyOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { note, out } = terminal;
  if (options.offlinePolicies) note('Pinned policies are not compared with RAM: --offline-policies.');
  let agreed = false;
  const applied = await applyDocument({
    ...source,
    appliedBy: formatAuthor(terminal, settings),
    now: new Date(),
    ram: options.offlinePolicies ? undefined : openRamPolicies(settings.ram),
    dryRun: options.dryRun,
    strict: options.strict ?? false,
    ...(options.yes
      ? {}
      : { mayRemove: async (what: string) => (agreed ? 'yes' : askToRemove(what, terminal)) }),
    onPlan: (plan) => {
      agreed = options.agreed?.(plan) ?? false;
      if (!options.json) showPlan(plan, terminal);
    },
    onProgress: (written, total) =>
      total >= SHOW_PROGRESS_FROM_ROWS && note(`written ${written} of ${total} rows`),
  });
  if (applied.ok) {
    const replayed = await replayIfAsked(applied.value, source.rows, options, terminal);
    if (!replayed.ok) {
      note(replayed.error.message);
      return replayed.error.exitCode;
    }
    showOutcome(applied.value, replayed.value, options, terminal);
    if (source.rollbackOf !== undefined) noteRollback(applied.value, note);
    return applied.value.tests.failed > 0 ? EXIT.document : EXIT.ok;
  }
  const { message, exitCode } = explainApplyFault(applied.error);
  if (options.json) out(formatJson({ format: 1, result: applied.error.kind, fault: applied.error }, 2));
  note(message);
  return exitCode;
}

/** Undefined where it was not asked for. The audit trail needs an auditor's key: an administrator's may not read it. */
async function replayIfAsked(
  { wanted }: ApplyOutcome,
  rules: TablestoreRows,
  { replay: seconds, env, auditEnv, json }: ApplyOptions,
  terminal: Terminal,
): Promise<Result<Replay | undefined, CommandFault>> {
  if (seconds === undefined) return ok(undefined);
  // The trail of one deployment says nothing about the rules of another: --env without --audit-env counts for both.
  const settings = readAuditorSettings(auditEnv ?? env, terminal);
  if (!settings.ok) return settings;
  const until = new Date();
  const replayed = await replayAudit({
    rules,
    audit: openRows(openTablestore(settings.value)),
    access: wanted,
    since: new Date(until.getTime() - seconds * 1_000),
    until,
    onProgress: (rows) => terminal.note(`read ${rows} rows of the audit trail`),
  });
  if (!replayed.ok) {
    if (replayed.error.code === NO_TABLE_PERMISSION)
      terminal.note('--replay reads the table audit: name a file with the key of an auditor in --audit-env.');
    return storeFailed(replayed.error);
  }
  if (!json) showReplay(replayed.value, terminal);
  return replayed;
}

/** RAM and the documents stay as they are, so the rules may name roles that vend cannot assume any more. */
function noteRollback({ result, changes }: ApplyOutcome, note: Terminal['note']): void {
  if (result !== 'applied') return;
  const roles = changes
    .filter(({ kind, change, replaces }) => kind === 'role' && (change === 'added' || replaces))
    .map(({ id }) => id);
  if (roles.length > 0)
    note(
      `Back in the rules: role ${roles.join(', ')}. RAM was not changed: what stint role remove took away there is still gone. stint export --out FILE, then stint role list --document FILE says what does not fit.`,
    );
  note('Your documents were not changed: the next stint apply of one that says otherwise undoes this.');
}

async function askToRemove(what: string, { ask, note }: Terminal): Promise<MayRemove> {
  if (!ask) return 'not-asked';
  note(`This removes ${what}.`);
  return (await ask('Type yes to apply it: ')).trim() === 'yes' ? 'yes' : 'no';
}

/** What would change, in lines: first the totals, then what the changes mean for people, then entry by entry. */
export function showPlan(plan: AccessPlan, { out, note }: Pick<Terminal, 'out' | 'note'>): void {
  showTotals(plan, out);
  for (const { file, owner } of plan.owners) out(`${file} belongs to ${showable(owner)}`);
  for (const line of formatSome(plan.access, formatAccessChange)) out(line);
  for (const line of formatSome(plan.changes, formatChange)) out(line);
  if (plan.tests.passed + plan.tests.failed > 0)
    out(`Tests of the document: ${formatTestCount(plan.tests)}.`);
  for (const line of [...formatFailures(plan.tests), ...formatWarnings(plan.warnings)]) note(line);
  showBlocks(plan, note);
  if (plan.unreadable > 0)
    note(`${plan.unreadable} entries of the rules in force cannot be read; applying replaces them.`);
}

function showBlocks(
  { blocksWithoutTarget: blocks, blocksOfRenamed: renamed }: AccessPlan,
  note: Terminal['note'],
): void {
  if (blocks === undefined)
    note(
      'The blocks in force cannot be read, so it is not known whether they fit these rules: stint blocks.',
    );
  for (const block of blocks ?? []) note(`warning: ${showable(formatBlockWithoutTarget(block))}`);
  for (const block of renamed ?? []) note(`warning: ${showable(formatBlockOfRenamed(block))}`);
}

/** First, because a long plan scrolls: a person who sees one line sees this. */
function showTotals({ totals }: AccessPlan, out: Terminal['out']): void {
  const said = formatTotals(totals);
  if (said !== undefined) out(`${said.charAt(0).toUpperCase()}${said.slice(1)}.`);
  for (const line of explainRemovals(totals)) out(line);
}

function formatSome<T>(changes: readonly T[], format: (change: T) => string): readonly string[] {
  const lines = changes.slice(0, MAX_SHOWN).map(format);
  const more = changes.length - lines.length;
  return more > 0 ? [...lines, `… and ${more} more: --json shows all`] : lines;
}

function conclude({ result, revision, number, totals }: ApplyOutcome, command: string): string {
  const removes = formatRemovals(totals);
  switch (result) {
    case 'planned':
      return `Nothing was written: this is what ${command} would change.${removes === undefined ? '' : ` It removes ${removes}: ${command} asks first, and where nobody can be asked needs --yes.`}`;
    case 'unchanged':
      return 'Nothing to change: these rules are in force.';
    case 'applied':
      return `Applied as revision ${number} (${revision}); in force everywhere within 5 seconds.`;
  }
}

function showOutcome(
  outcome: ApplyOutcome,
  replay: Replay | undefined,
  options: ApplyOptions,
  { out, note }: Terminal,
): void {
  if (outcome.cleanup)
    note(`Old rows could not be deleted; the next apply will. ${explainStoreFault(outcome.cleanup)}`);
  if (options.json) out(outcomeAsJson(outcome, replay));
  else out(conclude(outcome, options.command ?? 'stint apply'));
}

const blocksAsJson = (blocks: readonly Block[] | undefined) =>
  blocks?.map(({ id, kind, name, until }) => ({ id, kind, name, until })) ?? null;

/** docs/access-document.md describes this shape, which programs rely on. */
function outcomeAsJson(outcome: ApplyOutcome, replay: Replay | undefined): string {
  const { result, revision, number, access, changes, totals, unreadable, owners, tests, warnings } = outcome;
  const blocks = {
    blocksWithoutTarget: blocksAsJson(outcome.blocksWithoutTarget),
    blocksOfRenamed: blocksAsJson(outcome.blocksOfRenamed),
  };
  const head = { format: 1, result, revision: revision ?? null, number: number ?? null, unreadable, owners };
  const more = replay === undefined ? {} : { replay };
  return formatJson({ ...head, totals, access, changes, tests, warnings, ...blocks, ...more }, 2);
}
