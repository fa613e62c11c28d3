// The settings of one deployment: a file of variables that `stint setup` writes, and that every command of its folder reads. It
// holds no secret. It may have come with a stranger's folder, so it says little about where requests with the person's keys go.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { isLoopbackHost, parseEndpointUrl } from '../../../shared/kernel/endpoint-url.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, wrongUsage } from './command-fault.ts';
import { systemErrorCode } from './system-error.ts';
import type { Terminal } from './terminal.ts';

export const DEPLOYMENT_FILE = 'deployment.env';

export type SettingValues = Readonly<Record<string, string>>;

export interface SettingsFile {
  readonly text: string;
  readonly values: SettingValues;
}

/** Undefined: there is none. Fails, with the reason, where it cannot be read. */
export function readSettingsFile(path: string): Result<SettingsFile | undefined, string> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return ok(undefined);
    return err(error instanceof TypeError ? 'it is not UTF-8 text' : String(systemErrorCode(error)));
  }
  const values = Object.entries(parseEnv(text)).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return ok({ text, values: Object.fromEntries(values) });
}

/** Undefined: the folder has none. */
export function readDeploymentFile(folder: string): Result<SettingsFile | undefined, CommandFault> {
  const file = readSettingsFile(join(folder, DEPLOYMENT_FILE));
  return file.ok
    ? file
    : wrongUsage(`${DEPLOYMENT_FILE} cannot be read: ${file.error}. Mend it, or move it away.`);
}

/** Tablestore, "Endpoints": the instance, the region, and by which network. */
const INSTANCE_HOST =
  /^[^.]+\.([a-z]{2}(?:-[a-z0-9]+)+)\.(?:ots|ots-internal|vpc\.ots|tablestore|vpc\.tablestore)\.aliyuncs\.com$/;

/** Undefined: the endpoint is not one of Tablestore's own. */
export const regionOfTables = (endpoint: string): string | undefined =>
  INSTANCE_HOST.exec(parseEndpointUrl(endpoint)?.hostname ?? '')?.[1];

const TABLES = 'STINT_TABLESTORE_ENDPOINT';
const ENDPOINT = /^STINT_\w+_ENDPOINT$/;
/** The file holds no keys: with a stranger's, a person's client secrets would go into the stranger's tables. */
const CREDENTIALS = /^ALIBABA_CLOUD_/;
/** Both become parts of the names of hosts. */
const HOST_PARTS = ['STINT_REGION', 'STINT_TABLESTORE_INSTANCE'];
const HOST_PART = /^[A-Za-z0-9-]{0,63}$/;

const isOfTables = (endpoint: string): boolean =>
  regionOfTables(endpoint) !== undefined || isLoopbackHost(parseEndpointUrl(endpoint)?.hostname ?? '');

/** What of the file may say where requests with the person's keys go: no endpoint but Tablestore's own, or this machine's. */
function trustedOf(values: SettingValues, env: Terminal['env']): Result<SettingValues, CommandFault> {
  const odd = HOST_PARTS.find((name) => !HOST_PART.test(values[name] ?? ''));
  if (odd) return wrongUsage(`${DEPLOYMENT_FILE}: ${odd} must have letters, digits and hyphens alone`);
  const tables = env[TABLES] || values[TABLES];
  if (tables && tables === values[TABLES] && !isOfTables(tables))
    return wrongUsage(
      `${DEPLOYMENT_FILE} names no endpoint of Tablestore: correct it, or set ${TABLES} in the environment if another one is meant`,
    );
  // An empty one is not set, as in s.yaml.
  const set = Object.entries(values).filter(([, value]) => value !== '');
  const trusted = set.filter(([name]) => name === TABLES || !(ENDPOINT.test(name) || CREDENTIALS.test(name)));
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
