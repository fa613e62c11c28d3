// `stint block`, `stint blocks` and `stint unblock`: writes and shows the blocks in force.
import { randomBytes } from 'node:crypto';
import { addBlock, endBlock, readBlocks } from '../../../shared/adapters/tablestore/block-row.ts';
import { countGrants } from '../../../shared/adapters/tablestore/count-grants.ts';
import { openRows, type TablestoreRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { createSignOnStore } from '../../../shared/adapters/tablestore/tablestore-sign-on-store.ts';
import type { Revision } from '../../../shared/kernel/names.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import {
  type Block,
  BlockId,
  type BlockKind,
  MAX_BLOCK_SECONDS,
  MAX_REASON_CHARACTERS,
} from '../../../shared/rules/blocks/block.ts';
import type { Recipient } from '../../../shared/rules/document/compiled-access.ts';
import { hasLoginIssuer } from '../../../shared/rules/providers/oidc.ts';
import { blocksWithoutTarget, explainNoTarget } from '../../../shared/rules/review/blocks-without-target.ts';
import { formatAuthor, readCloudSettings } from '../base/cloud-settings.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { confirm } from '../base/confirm.ts';
import { storeFailed } from '../base/explain-cloud-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson, formatTable } from '../base/terminal-text.ts';
import { readRulesInForce } from '../keys/rules-in-force.ts';
import { type KnownNames, readBlockTarget } from './block-target.ts';

export interface BlockOptions {
  readonly env?: string;
  /** Seconds. */
  readonly for: number;
  readonly reason: string;
  /** A provider, and a group that no caller comes with, is blocked without a question. */
  readonly yes?: boolean;
}

const MILLISECONDS = 1_000;
const ID_BYTES = 4;

const IN_FORCE = 'Within 5 seconds it is in force everywhere.';
const OUTSIDE =
  'Credentials that were handed out already work until they expire; to end them, contain the role: stint contain --help.';

/** Who is out, in a sentence. */
const WHO = {
  subject: 'This subject gets no credentials, and cannot sign in or go on with a session.',
  group: 'Its members get no credentials, and cannot sign in or go on with a session.',
  provider: 'Everybody whom it vouches for gets no credentials, and cannot sign in or go on with a session.',
  role: 'The role is handed out to no caller.',
} as const satisfies Record<BlockKind, string>;

/** Login knows its connections, and no provider that trusts its tokens: a block of such a provider is vend's alone. */
const BY_OWN_PROVIDER =
  'They get no credentials, and can still sign in at the portal. To keep them out there as well, block the connection, or name it in front of the group.';

const whoIsOut = ({ kind, name }: Pick<Block, 'kind' | 'name'>, { ownProviders }: KnownNames): string => {
  const [place = ''] = name.split(':');
  const isByOwn = (kind === 'provider' || kind === 'group') && ownProviders.includes(place);
  return isByOwn ? BY_OWN_PROVIDER : WHO[kind];
};

interface InForce {
  readonly known: KnownNames;
  readonly revision: Revision;
  readonly targets: Parameters<typeof blocksWithoutTarget>[1];
}

async function readInForce(rows: TablestoreRows): Promise<Result<InForce, CommandFault>> {
  const rules = await readRulesInForce(rows);
  if (!rules.ok) return storeFailed(rules.error);
  const signOn = await createSignOnStore(rows, { now: () => new Date() }).current();
  if (!signOn.ok) return storeFailed({ code: signOn.error.cause, requestId: undefined });
  const providers = [...rules.value.providersById.values()];
  const roles = [...rules.value.rolesById.values()];
  const known = {
    providers: providers.map(({ id }) => id),
    connections: signOn.value?.connections.map(({ id }) => id) ?? [],
    hasLinks: signOn.value?.connections.some(({ person }) => person !== undefined) ?? false,
    roles: roles.map(({ id }) => id),
    ownProviders: providers.flatMap((one) => ('issuer' in one && hasLoginIssuer(one) ? [one.id] : [])),
  };
  const { revision } = rules.value;
  const targets = { providers, roles, ...(signOn.value && { signOn: signOn.value }) };
  return ok({ known, revision, targets });
}

/** Puts a block in force. Fails when the target is not in force, when no person confirms, or when Tablestore does. */
export async function block(
  target: string,
  options: BlockOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  if (options.for > MAX_BLOCK_SECONDS)
    return wrongUsage(`a block lasts ${MAX_BLOCK_SECONDS / 86_400} days at most: change the rules instead`);
  if (options.reason.trim() === '' || options.reason.length > MAX_REASON_CHARACTERS)
    return wrongUsage(`give a reason of 1 to ${MAX_REASON_CHARACTERS} characters with --reason`);
  const settings = readCloudSettings(options.env, terminal);
  if (!settings.ok) return settings;
  const rows = openRows(openTablestore(settings.value));
  const inForce = await readInForce(rows);
  if (!inForce.ok) return inForce;
  const { known } = inForce.value;
  const read = readBlockTarget(target, known);
  if (!read.ok) return wrongUsage(showable(read.error));
  const now = new Date();
  const made: Block = {
    id: BlockId.parse(`b-${randomBytes(ID_BYTES).toString('hex')}`),
    ...read.value,
    reason: options.reason,
    blockedBy: formatAuthor(terminal, settings.value),
    since: now,
    until: new Date(now.getTime() + options.for * MILLISECONDS),
  };
  const confirmed = await confirmBlock(made, inForce.value, rows, options, terminal);
  if (!confirmed.ok) return confirmed;
  const added = await addBlock(rows, made);
  if (!added.ok) return storeFailed(added.error);
  terminal.out(`${made.id}: blocked ${made.kind} ${showable(made.name)} until ${made.until.toISOString()}.`);
  for (const line of [whoIsOut(made, known), IN_FORCE, `To end it before: stint unblock ${made.id}`, OUTSIDE])
    terminal.out(line);
  return ok(undefined);
}

/** An operator in a hurry waits no longer for a number. */
const COUNT_MS = 3_000;

/** In words: of a connection, the grants to its people and those to groups and anyone of a provider that trusts the sign-on. */
async function describeGrants(
  name: string,
  { known: { connections, ownProviders }, revision }: InForce,
  rows: TablestoreRows,
): Promise<string> {
  const isOfConnection = ({ provider, principal }: Recipient): boolean =>
    connections.includes(name) &&
    ownProviders.includes(provider) &&
    (principal.kind !== 'sub' || principal.name.startsWith(`${name}:`));
  const until = Date.now() + COUNT_MS;
  const counted = await countGrants(
    rows,
    revision,
    (recipient) => recipient.provider === name || isOfConnection(recipient),
    () => Date.now() >= until,
  );
  if (!counted.ok) return `How many grants they have cannot be read: Tablestore said ${counted.error.code}.`;
  const { grants, isWhole } = counted.value;
  const shown = grants === 1 ? '1 grant' : `${grants} grants`;
  return `They lose what ${isWhole ? '' : 'at least '}${shown} of the rules in force give them.`;
}

/** A provider is everybody whom it vouches for, and may be the administrator's own. A block that refuses nothing misleads its author. */
async function confirmBlock(
  made: Block,
  inForce: InForce,
  rows: TablestoreRows,
  options: BlockOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  // A session from before the filter of groups may still have the group, so it may be meant.
  const [lost] = blocksWithoutTarget([made], inForce.targets);
  if (lost) terminal.note(`warning: ${showable(explainNoTarget(lost))}`);
  if ((made.kind !== 'provider' && !lost) || options.yes) return ok(undefined);
  if (made.kind === 'provider') {
    terminal.note(`This locks out everybody who comes by ${showable(made.name)}.`);
    terminal.note(await describeGrants(made.name, inForce, rows));
  }
  return confirm('Type yes to block it: ', options, terminal);
}

const HEADINGS = ['ID', 'KIND', 'SINCE (UTC)', 'UNTIL (UTC)', 'BY', 'NAME', 'REASON'];
const SECONDS_LENGTH = 'yyyy-mm-ddThh:mm:ss'.length;
const shortTime = (at: Date): string => at.toISOString().slice(0, SECONDS_LENGTH);

/** Prints the blocks in force. */
export async function listBlocks(
  { env, json = false }: { readonly env?: string; readonly json?: boolean },
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const settings = readCloudSettings(env, terminal);
  if (!settings.ok) return settings;
  const blocks = await readBlocks(openRows(openTablestore(settings.value)), new Date());
  if (!blocks.ok) return storeFailed(blocks.error);
  if (json) terminal.out(formatJson({ format: 1, blocks: blocks.value }, 2));
  else if (blocks.value.length === 0) terminal.out('Nothing is blocked.');
  else
    for (const line of formatTable(
      HEADINGS,
      blocks.value.map(({ id, kind, since, until, blockedBy, name, reason }) => [
        ...[id, kind, shortTime(since), shortTime(until)],
        ...[blockedBy, name, reason],
      ]),
    ))
      terminal.out(line);
  return ok(undefined);
}

/** Ends a block before its time. */
export async function unblock(
  text: string,
  { env }: { readonly env?: string },
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const id = BlockId.safeParse(text);
  if (!id.success) return wrongUsage('give the id as stint blocks shows it, such as b-1a2b3c4d');
  const settings = readCloudSettings(env, terminal);
  if (!settings.ok) return settings;
  const by = formatAuthor(terminal, settings.value);
  const ended = await endBlock(openRows(openTablestore(settings.value)), id.data, { by, at: new Date() });
  if (!ended.ok) return storeFailed(ended.error);
  if (!ended.value) return wrongUsage(`no block ${id.data} is in force: stint blocks lists them`);
  terminal.out(`${id.data}: ${ended.value.kind} ${showable(ended.value.name)} is blocked no more.`);
  terminal.out(IN_FORCE);
  return ok(undefined);
}
