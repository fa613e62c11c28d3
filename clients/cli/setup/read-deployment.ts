// The deployment of a folder, for the commands that look after one: its file, and the environment before it.
import { join } from 'node:path';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { checkDeploymentEndpoint, DEPLOYMENT_FILE } from '../base/cloud-settings.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { readSettingsFile, type SettingsFile, type SettingValues } from './deployment-settings.ts';

/** Undefined: the folder has none. */
export function readDeploymentFile(folder: string): Result<SettingsFile | undefined, CommandFault> {
  const file = readSettingsFile(join(folder, DEPLOYMENT_FILE));
  return file.ok
    ? file
    : wrongUsage(`${DEPLOYMENT_FILE} cannot be read: ${file.error}. Mend it, or move it away.`);
}

const TABLES = 'STINT_TABLESTORE_ENDPOINT';
const ENDPOINT = /^STINT_\w+_ENDPOINT$/;
/** Both become parts of the names of hosts. */
const HOST_PARTS = ['STINT_REGION', 'STINT_TABLESTORE_INSTANCE'];
const HOST_PART = /^[A-Za-z0-9-]{0,63}$/;

/** What of the file may say where requests with the person's keys go: as for `stint apply`, no endpoint but Tablestore's. */
function trustedOf(values: SettingValues, env: Terminal['env']): Result<SettingValues, CommandFault> {
  const odd = HOST_PARTS.find((name) => !HOST_PART.test(values[name] ?? ''));
  if (odd) return wrongUsage(`${DEPLOYMENT_FILE}: ${odd} must have letters, digits and hyphens alone`);
  const tables = env[TABLES] || values[TABLES];
  const checked = tables && tables === values[TABLES] ? checkDeploymentEndpoint(tables) : ok(undefined);
  if (!checked.ok) return checked;
  const trusted = Object.entries(values).filter(([name]) => name === TABLES || !ENDPOINT.test(name));
  return ok(Object.fromEntries(trusted));
}

export interface Deployment {
  /** What npm run deploy would pass to s.yaml. */
  readonly given: Terminal['env'];
  /** What a connection to the cloud may use. */
  readonly trusted: Terminal['env'];
}

/** Undefined: the folder has no file. A variable of the environment comes before the file's. */
export function readDeployment({
  folder,
  env,
}: Pick<Terminal, 'folder' | 'env'>): Result<Deployment | undefined, CommandFault> {
  const file = readDeploymentFile(folder);
  if (!file.ok || file.value === undefined) return file.ok ? ok(undefined) : file;
  const { values } = file.value;
  const trusted = trustedOf(values, env);
  return trusted.ok ? ok({ given: { ...values, ...env }, trusted: { ...trusted.value, ...env } }) : trusted;
}
