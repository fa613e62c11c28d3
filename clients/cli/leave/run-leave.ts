// `stint leave`: a person has left the company, or is back. Marks the person first, so that nothing can begin again, then ends what
// there is. It can be run again wherever it stopped.
import { randomUUID } from 'node:crypto';
import { createSignOnStore } from '../../../shared/adapters/tablestore/tablestore-sign-on-store.ts';
import { RequestId } from '../../../shared/kernel/names.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import {
  type EndedPerson,
  endPerson,
  findPerson,
  type KnownPerson,
  lookAtPerson,
  markAll,
  reinstateAll,
} from '../../../shared/people/leave.ts';
import { hasLeft, type Leaver, MAX_LEAVE_REASON_CHARACTERS } from '../../../shared/people/leaver.ts';
import { personName } from '../../../shared/people/person.ts';
import type { Rules } from '../../../shared/rules/document/rules.ts';
import type { SignOn } from '../../../shared/rules/sign-on/sign-on.ts';
import { formatAuthor, readCloudSettings } from '../base/cloud-settings.ts';
import { type CommandFault, serviceFailed, wrongUsage } from '../base/command-fault.ts';
import { confirm } from '../base/confirm.ts';
import { storeFailed } from '../base/explain-cloud-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { readRulesInForce } from '../keys/rules-in-force.ts';
import { credentialsEnd, directProviders, formatEnded, formatLeftOver } from './describe-leave.ts';
import { explainFault, type LeaveStores, openLeaveStores } from './leave-stores.ts';
import { type LeaverName, readLeaverName } from './read-leaver-name.ts';

export interface LeaveOptions {
  readonly env?: string;
  readonly reason?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly undo?: boolean;
}

interface Work {
  readonly person: LeaverName;
  readonly stores: LeaveStores;
  readonly rules: Rules;
  readonly connections: SignOn['connections'];
  /** The operator, for the rows. */
  readonly by: string;
  readonly now: Date;
  readonly options: LeaveOptions;
  readonly terminal: Terminal;
}

const IN_FORCE = 'Within 5 seconds it is in force everywhere.';

/** Marks a person as having left, or as back, and says what was ended. Fails where a part could not be done. */
export async function runLeave(
  text: string,
  options: LeaveOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const { reason = '', undo = false, dryRun: isDryRun = false } = options;
  const isNeeded = !undo && !isDryRun;
  if (reason.length > MAX_LEAVE_REASON_CHARACTERS || (isNeeded && reason.trim() === ''))
    return wrongUsage(`give a reason of 1 to ${MAX_LEAVE_REASON_CHARACTERS} characters with --reason`);
  const settings = readCloudSettings(options.env, terminal);
  if (!settings.ok) return settings;
  const stores = openLeaveStores(settings.value);
  const rules = await readRulesInForce(stores.rows);
  if (!rules.ok) return storeFailed(rules.error);
  const signOn = await createSignOnStore(stores.rows, { now: () => new Date() }).current();
  if (!signOn.ok) return serviceFailed(explainFault(signOn.error));
  const connections = signOn.value?.connections ?? [];
  const person = readLeaverName(text, rules.value, connections);
  if (!person.ok) return wrongUsage(showable(person.error));
  const by = formatAuthor(terminal, settings.value);
  const work: Work = {
    ...{ person: person.value, stores, rules: rules.value, connections },
    ...{ by, now: new Date(), options, terminal },
  };
  return undo ? bringBack(work) : letGo(work);
}

/** Where table `people` cannot be read, the given name is still marked. */
async function findKnown({ person, stores }: Work, failed: string[]): Promise<KnownPerson> {
  const known = await findPerson(person.read, stores);
  if (known.ok) return known.value;
  failed.push(`look for other names and for sessions: ${explainFault(known.error)}`);
  return { names: [person.name], people: 'link' in person.read ? [] : [person.read] };
}

async function letGo(work: Work): Promise<Result<void, CommandFault>> {
  const { stores, options, terminal, by, now } = work;
  const failed: string[] = [];
  const known = await findKnown(work, failed);
  if (options.dryRun) return dryRun(work, known, failed);
  if (!options.yes) for (const line of formatPlan(known)) terminal.note(line);
  const confirmed = await confirm('Type yes to let the person go: ', options, terminal);
  if (!confirmed.ok) return confirmed;
  const leave = { source: 'operator', by, reason: options.reason ?? '', at: now } as const;
  const marked = await markAll(known.names, leave, stores.leavers);
  // Without the marks the person could sign in again at once, and what was ended would not stay so.
  if (!marked.ok)
    return serviceFailed(
      `not every name was marked, and nothing was ended: ${explainFault(marked.error)}. Run it again.`,
    );
  const ended = await endAll(work, known, failed);
  await writeAudit(work, 'leave', known.names, failed);
  report(work, { leavers: marked.value, ended, failed });
  return failed.length === 0 ? ok(undefined) : unfinished('The person is marked and out.', failed);
}

const unfinished = (done: string, failed: readonly string[]): Result<never, CommandFault> =>
  serviceFailed(`${done} This could not be done; run it again:${failed.map((one) => `\n- ${one}`).join('')}`);

const formatPlan = ({ names }: KnownPerson): readonly string[] => [
  `This signs out, and keeps out, the person with these names: ${names.map(showable).join(', ')}.`,
  'Sessions, command lines and passkeys are deleted.',
];

async function endAll({ stores, now }: Work, { people }: KnownPerson, failed: string[]) {
  const ended: EndedPerson[] = [];
  for (const one of people) {
    const done = await endPerson(one, now, stores);
    if (done.ok) ended.push(done.value);
    else
      failed.push(
        `end all of ${showable(personName(one.connection, one.subject))}: ${explainFault(done.error)}`,
      );
  }
  return ended;
}

async function dryRun(work: Work, known: KnownPerson, failed: string[]): Promise<Result<void, CommandFault>> {
  const found: EndedPerson[] = [];
  for (const one of known.people) {
    const seen = await lookAtPerson(one, work.stores);
    if (!seen.ok) return serviceFailed(explainFault(seen.error));
    found.push(seen.value.ended);
  }
  if (failed.length > 0) return serviceFailed(failed.join('\n'));
  const { terminal, options } = work;
  if (options.json)
    terminal.out(formatJson({ format: 1, dryRun: true, names: known.names, people: found }, 2));
  else {
    terminal.out(`Would mark ${known.names.map(showable).join(', ')}.`);
    for (const one of found) terminal.out(formatEnded(one, 'would end'));
    terminal.out('Nothing was changed.');
  }
  return ok(undefined);
}

/** A row for each name, so that the audit trail finds it by any of them. */
async function writeAudit(
  { stores, by, now }: Work,
  action: 'leave' | 'reinstate',
  names: readonly string[],
  failed: string[],
): Promise<void> {
  const requestId = RequestId.parse(randomUUID());
  for (const [i, subject] of names.entries()) {
    const row = {
      requestId,
      at: now,
      action,
      subject,
      operator: by,
      stage: 'respond',
      outcome: 'granted',
    } as const;
    const recorded = await stores.auditLog.record({ ...row, ...(i > 0 && { part: i + 1 }) });
    if (!recorded.ok) {
      failed.push(`write the audit row: ${explainFault(recorded.error)}`);
      return;
    }
  }
}

interface Done {
  readonly leavers: readonly Leaver[];
  readonly ended: readonly EndedPerson[];
  readonly failed: readonly string[];
}

function report(work: Work, { leavers, ended, failed }: Done): void {
  const { terminal, options, rules, connections, now } = work;
  const until = credentialsEnd(rules, now);
  const direct = directProviders(rules, connections);
  if (options.json) {
    const body = { leavers, people: ended, credentialsUntil: until, directProviders: direct, failed };
    terminal.out(formatJson({ format: 1, ...body }, 2));
    return;
  }
  for (const { name, leaves } of leavers) {
    const since = leaves.find(({ source }) => source === 'operator')?.since ?? now;
    terminal.out(`${showable(name)}: left, since ${since.toISOString()}.`);
  }
  for (const one of ended) terminal.out(formatEnded(one, 'ended'));
  terminal.out(IN_FORCE);
  const names = leavers.map(({ name }) => name);
  for (const line of formatLeftOver({ names, until, direct })) terminal.out(line);
}

async function bringBack(work: Work): Promise<Result<void, CommandFault>> {
  const { stores, options, terminal, by, now, person } = work;
  const failed: string[] = [];
  const known = await findKnown(work, failed);
  const rows = await stores.leavers.find(known.names);
  if (!rows.ok) return serviceFailed(explainFault(rows.error));
  const left = rows.value.filter(hasLeft);
  if (left.length === 0)
    return wrongUsage(`${showable(person.name)} has not left: stint leavers lists who has`);
  const names = [
    ...new Set(left.flatMap(({ name, leaves }) => [name, ...leaves.flatMap(({ also }) => also)])),
  ];
  if (options.dryRun) {
    if (options.json) terminal.out(formatJson({ format: 1, dryRun: true, names }, 2));
    else terminal.out(`Would let ${names.map(showable).join(', ')} sign in again. Nothing was changed.`);
    return ok(undefined);
  }
  if (!options.yes)
    terminal.note(`This lets the person with these names sign in again: ${names.map(showable).join(', ')}.`);
  const confirmed = await confirm('Type yes to let the person in: ', options, terminal);
  if (!confirmed.ok) return confirmed;
  const back = await reinstateAll(names, { source: undefined, by, at: now }, stores.leavers);
  if (!back.ok) return serviceFailed(`${explainFault(back.error)}. Run it again.`);
  await writeAudit(
    work,
    'reinstate',
    back.value.map(({ name }) => name),
    failed,
  );
  if (options.json) terminal.out(formatJson({ format: 1, leavers: back.value, failed }, 2));
  else for (const line of formatBack(back.value, left)) terminal.out(line);
  return failed.length === 0 ? ok(undefined) : unfinished('The person is back.', failed);
}

/** `left`: the rows as they were before. */
function formatBack(back: readonly Leaver[], left: readonly Leaver[]): readonly string[] {
  const open = left.flatMap(({ leaves }) => leaves.filter(({ ended }) => ended === undefined));
  const others = [...new Set(open.map(({ source }) => source))].filter((source) => source !== 'operator');
  return [
    ...back.map(({ name }) => `${showable(name)}: may sign in again.`),
    'What the person signed on before stays void: they sign in at the company, and add passkeys anew.',
    ...others.map(
      (source) =>
        `${source} said that the person left, too. Where the user is not active in that directory, its connections go on refusing the person: activate the user there.`,
    ),
  ];
}
