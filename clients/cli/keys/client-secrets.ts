// `stint secret`: the client secrets of connections, for login. A secret comes from a hidden prompt or the standard input, never from
// the command line, which other users of the machine see. The administrator's permissions write secrets and read none, so who set
// one and when stands in table `catalog`.
import { createKmsDataKeys } from '../../../shared/adapters/alibaba-cloud/kms-data-keys.ts';
import { CLIENT_SECRET_KIND } from '../../../shared/adapters/tablestore/catalog-keys.ts';
import { CATALOG, CLIENT_SECRETS } from '../../../shared/adapters/tablestore/tables.ts';
import { openRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { createSignOnStore } from '../../../shared/adapters/tablestore/tablestore-sign-on-store.ts';
import { isClientSecret, MAX_SECRET_CHARACTERS } from '../../../shared/kernel/client-secret.ts';
import { ConnectionId, KmsKey } from '../../../shared/kernel/names.ts';
import { clientSecretPlace } from '../../../shared/kernel/private-key-store.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { createKmsSeal, createPlainSeal, type Seal } from '../../../shared/kernel/seal.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { type CloudSettings, formatAuthor, readCloudSettings } from '../base/cloud-settings.ts';
import { type CommandFault, serviceFailed, wrongUsage } from '../base/command-fault.ts';
import { confirm } from '../base/confirm.ts';
import { storeFailed } from '../base/explain-cloud-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson, formatTable } from '../base/terminal-text.ts';

const IN_FORCE = 'login takes it within 30 seconds.';
const NOT_WRAPPED =
  'STINT_KMS_KEY is not set here: the secret stands unwrapped in table client_secrets, and a login that has a KMS key refuses it.';

const readConnection = (name: string): Result<string, CommandFault> => {
  const id = ConnectionId.safeParse(name);
  return id.success ? ok(id.data) : wrongUsage('give the id of a connection of signOn, such as corporate');
};

/** A line break at the end is that of a file or of echo. */
async function readSecret(
  connection: string,
  { askHidden, readInput }: Terminal,
): Promise<Result<Secret<string>, CommandFault>> {
  const text = askHidden ? await askHidden(`Client secret of ${connection}: `) : await readInput?.();
  if (text === undefined) return wrongUsage('nobody can be asked here: pipe the secret into the command');
  const secret = text.replace(/\r?\n$/, '');
  return isClientSecret(secret)
    ? ok(new Secret(secret))
    : wrongUsage(`a client secret has 1 to ${MAX_SECRET_CHARACTERS} characters on one line`);
}

/** A key without its endpoint, or an alias, is a mistake: the secret must not be stored unwrapped for it. No other command stops. */
function openSeal({ kms, credentials, instance }: CloudSettings): Result<Seal, CommandFault> {
  if (!kms) return ok(createPlainSeal());
  const { keyId, endpoint } = kms;
  const key = KmsKey.safeParse(keyId);
  if (!key.success)
    return wrongUsage(`STINT_KMS_KEY ${key.error.issues.map(({ message }) => message).join()}`);
  if (endpoint === undefined) return wrongUsage('STINT_KMS_ENDPOINT is missing: set it with STINT_KMS_KEY');
  return ok(createKmsSeal(createKmsDataKeys({ keyId, endpoint, credentials }), instance));
}

/** Asks for the secret of a connection and writes it. The connection need not be in force yet. */
export async function setSecret(
  name: string,
  env: string | undefined,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const connection = readConnection(name);
  if (!connection.ok) return connection;
  const settings = readCloudSettings(env, terminal);
  if (!settings.ok) return settings;
  const seal = openSeal(settings.value);
  if (!seal.ok) return seal;
  const secret = await readSecret(connection.value, terminal);
  if (!secret.ok) return secret;
  const sealed = await seal.value.seal(clientSecretPlace(connection.value), secret.value);
  if (!sealed.ok)
    return serviceFailed(
      `KMS: ${sealed.error.cause}: check STINT_KMS_KEY, STINT_KMS_ENDPOINT, and that the access key may kms:GenerateDataKey on the key`,
    );
  const rows = openRows(openTablestore(settings.value));
  const record = { set_at: new Date().toISOString(), set_by: formatAuthor(terminal, settings.value) };
  const put = await rows.putRows([
    { table: CLIENT_SECRETS, key: [connection.value], columns: { sealed: sealed.value } },
    { table: CATALOG, key: [CLIENT_SECRET_KIND, connection.value], columns: record },
  ]);
  if (!put.ok) return storeFailed(put.error);
  if (!settings.value.kms) terminal.note(NOT_WRAPPED);
  const signOn = await createSignOnStore(rows, { now: () => new Date() }).current();
  const isKnown = signOn.ok && signOn.value?.connections.some(({ id }) => id === connection.value);
  if (!isKnown) terminal.note(`No connection ${connection.value} is in force: check the name, or apply it.`);
  terminal.out(`Set the client secret of ${connection.value}. ${IN_FORCE}`);
  return ok(undefined);
}

export interface RemoveSecretOptions {
  readonly env?: string;
  readonly yes?: boolean;
}

/**
 * Removes the secret of a connection, and what is known about it, once a person confirms: no command can bring it back. Removing
 * one that is not there is no fault.
 */
export async function removeSecret(
  name: string,
  { env, ...options }: RemoveSecretOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const connection = readConnection(name);
  if (!connection.ok) return connection;
  const settings = readCloudSettings(env, terminal);
  if (!settings.ok) return settings;
  if (!options.yes)
    terminal.note(
      `A provider that requires the secret then refuses every sign-in at ${connection.value}, and Stint cannot give it back.`,
    );
  const confirmed = await confirm('Type yes to remove it: ', options, terminal);
  if (!confirmed.ok) return confirmed;
  const rows = openRows(openTablestore(settings.value));
  const deleted = await rows.deleteRows(CLIENT_SECRETS, [[connection.value]]);
  if (!deleted.ok) return storeFailed(deleted.error);
  const forgotten = await rows.deleteRows(CATALOG, [[CLIENT_SECRET_KIND, connection.value]]);
  if (!forgotten.ok) return storeFailed(forgotten.error);
  terminal.out(`Removed the client secret of ${connection.value}. login forgets it within 30 seconds.`);
  return ok(undefined);
}

export interface ListSecretsOptions {
  readonly env?: string;
  readonly json?: boolean;
}

/** Prints which connections have a secret, who set it and when. */
export async function listSecrets(
  { env, json = false }: ListSecretsOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const settings = readCloudSettings(env, terminal);
  if (!settings.ok) return settings;
  const rows = openRows(openTablestore(settings.value));
  // A space follows the kind in byte order, and no kind begins with both.
  const found = await rows.getRange(CATALOG, CLIENT_SECRET_KIND, `${CLIENT_SECRET_KIND} `);
  if (!found.ok) return storeFailed(found.error);
  const secrets = found.value.map(({ key: [, connection = ''], columns }) => ({
    connection,
    setAt: columns['set_at'] ?? '',
    setBy: columns['set_by'] ?? '',
  }));
  if (json) terminal.out(formatJson({ format: 1, secrets }, 2));
  else if (secrets.length === 0) terminal.out('No client secret is set.');
  else
    for (const line of formatTable(
      ['CONNECTION', 'SET AT', 'BY'],
      secrets.map(({ connection, setAt, setBy }) => [connection, setAt, setBy]),
    ))
      terminal.out(line);
  return ok(undefined);
}
