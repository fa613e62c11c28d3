// `stint scim token`: the bearer tokens of SCIM clients. A token is shown once; table `catalog` has its SHA-256, and who made it.
import { randomBytes } from 'node:crypto';
import {
  addScimToken,
  listScimTokens,
  revokeScimToken,
} from '../../../shared/adapters/tablestore/scim-token-rows.ts';
import { openRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { createSignOnStore } from '../../../shared/adapters/tablestore/tablestore-sign-on-store.ts';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { sha256 } from '../../../shared/kernel/sha256.ts';
import {
  MAX_TOKEN_NAME_CHARACTERS,
  type ScimToken,
  ScimTokenId,
  ScimTokenName,
  writeScimToken,
} from '../../../shared/people/scim-token.ts';
import { formatAuthor, readCloudSettings } from '../base/cloud-settings.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { storeFailed } from '../base/explain-cloud-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson, formatTable } from '../base/terminal-text.ts';

const ID_BYTES = 8;
const SECRET_BYTES = 32;
/** Longer than a provider's certificate lives: one that is not renewed is likely forgotten. */
const MAX_SECONDS = 2 * 365 * 86_400;
const DEFAULT_SECONDS = 365 * 86_400;

export interface CreateTokenOptions {
  readonly name: string;
  /** Seconds. */
  readonly expires?: number;
  readonly env?: string;
  readonly json?: boolean;
}

interface Wanted {
  readonly directory: string;
  readonly name: ScimToken['name'];
  readonly seconds: number;
}

function readWanted(
  id: string,
  { name, expires = DEFAULT_SECONDS }: CreateTokenOptions,
): Result<Wanted, CommandFault> {
  const directory = ConnectionId.safeParse(id).data;
  if (directory === undefined)
    return wrongUsage('give the id of a directory of signOn.directories, such as corporate');
  const named = ScimTokenName.safeParse(name).data;
  if (named === undefined)
    return wrongUsage(`give the token a name of 1 to ${MAX_TOKEN_NAME_CHARACTERS} visible characters`);
  return expires <= MAX_SECONDS
    ? ok({ directory, name: named, seconds: expires })
    : wrongUsage(`a token lasts ${MAX_SECONDS / 86_400}d at most`);
}

/** Makes a token for a directory and shows it. The directory need not be in force yet. */
export async function createClientToken(
  id: string,
  options: CreateTokenOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const wanted = readWanted(id, options);
  if (!wanted.ok) return wanted;
  const settings = readCloudSettings(options.env, terminal);
  if (!settings.ok) return settings;
  const rows = openRows(openTablestore(settings.value));
  const { directory, name, seconds } = wanted.value;
  const [now, secret] = [new Date(), randomBytes(SECRET_BYTES).toString('base64url')];
  const token: ScimToken = {
    id: ScimTokenId.parse(randomBytes(ID_BYTES).toString('hex')),
    directory,
    name,
    hash: sha256(secret, 'base64url'),
    createdAt: now,
    createdBy: formatAuthor(terminal, settings.value),
    expiresAt: new Date(now.getTime() + seconds * 1000),
  };
  const added = await addScimToken(rows, token);
  if (!added.ok) return storeFailed(added.error);
  const signOn = await createSignOnStore(rows, { now: () => now }).current();
  const isKnown = signOn.ok && signOn.value?.directories.some((one) => one.id === directory);
  if (!isKnown) terminal.note(`No directory ${directory} is in force: check the name, or apply it.`);
  terminal.note(
    `It is shown this once, and works until ${token.expiresAt.toISOString()}. Its id is ${token.id}.`,
  );
  const text = writeScimToken({ id: token.id, secret });
  const shown = {
    format: 1,
    id: token.id,
    directory,
    name,
    expiresAt: token.expiresAt.toISOString(),
    token: text,
  };
  terminal.out(options.json ? formatJson(shown, 2) : text);
  return ok(undefined);
}

export interface ListTokensOptions {
  readonly env?: string;
  readonly json?: boolean;
}

/** What is known of a token, without its hash. */
const shownToken = ({
  id,
  directory,
  name,
  createdAt,
  createdBy,
  expiresAt,
  revokedAt,
  revokedBy,
}: ScimToken) => ({
  id,
  directory,
  name,
  createdAt: createdAt.toISOString(),
  createdBy,
  expiresAt: expiresAt.toISOString(),
  ...(revokedAt && { revokedAt: revokedAt.toISOString(), revokedBy: revokedBy ?? '' }),
});

function stateOf({ revokedAt, expiresAt }: ReturnType<typeof shownToken>, now: Date): string {
  if (revokedAt !== undefined) return `revoked ${revokedAt}`;
  return expiresAt <= now.toISOString() ? 'expired' : `until ${expiresAt}`;
}

/** Prints every token: whose, since when, until when. */
export async function listClientTokens(
  { env, json = false }: ListTokensOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const settings = readCloudSettings(env, terminal);
  if (!settings.ok) return settings;
  const found = await listScimTokens(openRows(openTablestore(settings.value)));
  if (!found.ok) return storeFailed(found.error);
  const tokens = found.value.map(shownToken);
  if (json) terminal.out(formatJson({ format: 1, tokens }, 2));
  else if (tokens.length === 0) terminal.out('There is no token: make one by stint scim token create.');
  else
    for (const line of formatTable(
      ['ID', 'DIRECTORY', 'NAME', 'BY', 'STATE'],
      tokens.map((token) => [
        token.id,
        token.directory,
        token.name,
        token.createdBy,
        stateOf(token, new Date()),
      ]),
    ))
      terminal.out(line);
  return ok(undefined);
}

/** Revokes a token. Revoking it again is no fault. */
export async function revokeClientToken(
  id: string,
  env: string | undefined,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const parsed = ScimTokenId.safeParse(id).data;
  if (parsed === undefined) return wrongUsage('give the id of a token, as stint scim token list shows it');
  const settings = readCloudSettings(env, terminal);
  if (!settings.ok) return settings;
  const by = formatAuthor(terminal, settings.value);
  const revoked = await revokeScimToken(openRows(openTablestore(settings.value)), parsed, {
    at: new Date(),
    by,
  });
  if (!revoked.ok) return storeFailed(revoked.error);
  if (!revoked.value) return wrongUsage(`there is no token ${id}: look at stint scim token list`);
  terminal.out(
    `Revoked the token ${revoked.value.name} of directory ${revoked.value.directory}. login refuses it from now on.`,
  );
  return ok(undefined);
}
