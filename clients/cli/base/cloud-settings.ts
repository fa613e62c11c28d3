// Where the tables and RAM are and with which key they are reached: from the environment or from one file, never mixed.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import type { RamOptions } from '../../../shared/adapters/alibaba-cloud/ram-policies.ts';
import type { TablestoreOptions } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { isEndpointUrl } from '../../../shared/kernel/endpoint-url.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { type EnvVariables, readEnvFile } from './read-env-file.ts';
import type { Terminal } from './terminal.ts';
import { PROXY_VARIABLES } from './use-proxies.ts';

/** Written by the local cloud when it starts. */
const LOCAL_ENV_FILE = '.stint/admin.env';

const text = z.string().min(1);

const endpoint = z.string().refine(isEndpointUrl, 'must be an https URL (http only for this machine)');

const RamVariables = z.object({
  STINT_RAM_ENDPOINT: endpoint
    .default('https://ram.aliyuncs.com')
    .describe('The endpoint of RAM, which is asked for pinned policies.'),
  ALIBABA_CLOUD_ACCESS_KEY_ID: text.describe('The access key id of the administrator.'),
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: text.describe('Secret. The access key secret.'),
  ALIBABA_CLOUD_SECURITY_TOKEN: text.optional().describe('Secret. The security token of temporary keys.'),
});

/** docs/settings.md is generated from this. */
export const AdministratorVariables = RamVariables.extend({
  STINT_TABLESTORE_ENDPOINT: endpoint.describe(
    'The endpoint of the Tablestore instance. `stint policy` asks RAM alone and does not need it, nor the next one.',
  ),
  STINT_TABLESTORE_INSTANCE: text.describe('The name of the Tablestore instance.'),
});

export interface CloudSettings extends TablestoreOptions {
  readonly ram: RamOptions;
}

/** A file is used alone: a key from elsewhere would otherwise sign requests to an endpoint that it was not meant for. */
function chooseEnvironment(
  envFile: string | undefined,
  { env, folder, note }: Terminal,
): Result<EnvVariables, string> {
  if (envFile !== undefined) return readEnvFile(resolve(folder, envFile));
  const local = resolve(folder, LOCAL_ENV_FILE);
  const isChosen = (env['STINT_TABLESTORE_ENDPOINT'] ?? env['STINT_RAM_ENDPOINT']) !== undefined;
  if (isChosen || !existsSync(local)) return ok(env);
  note(`using the local cloud: ${LOCAL_ENV_FILE}`);
  return readEnvFile(local);
}

const HELP = `set them in the environment, name a file with --env, or run npm start for a local cloud (${LOCAL_ENV_FILE})`;

/** Their SDKs open connections of their own. */
function noteUnusedProxy({ env, note }: Terminal): void {
  const proxy = PROXY_VARIABLES.find((name) => env[name]);
  if (proxy !== undefined) note(`${proxy} is not used for Tablestore and RAM: they are asked directly.`);
}

function readVariables<T>(
  schema: z.ZodType<T>,
  envFile: string | undefined,
  terminal: Terminal,
): Result<T, string> {
  const environment = chooseEnvironment(envFile, terminal);
  if (!environment.ok) return environment;
  const parsed = schema.safeParse(environment.value);
  if (parsed.success) {
    noteUnusedProxy(terminal);
    return ok(parsed.data);
  }
  const faults = parsed.error.issues.map(({ path, code, message }) =>
    code === 'custom' ? `${path.join()} ${message}` : `${path.join()} is missing`,
  );
  return err(`${faults.join('\n')}\n${HELP}`);
}

function ramOptions(variables: z.infer<typeof RamVariables>): RamOptions {
  const token = variables.ALIBABA_CLOUD_SECURITY_TOKEN;
  const credentials = {
    accessKeyId: variables.ALIBABA_CLOUD_ACCESS_KEY_ID,
    accessKeySecret: new Secret(variables.ALIBABA_CLOUD_ACCESS_KEY_SECRET),
    securityToken: token === undefined ? undefined : new Secret(token),
  };
  return { endpoint: variables.STINT_RAM_ENDPOINT, credentials: () => credentials };
}

/** Enough to ask RAM; asks for no tables. */
export function readRamSettings(envFile: string | undefined, terminal: Terminal): Result<RamOptions, string> {
  const variables = readVariables(RamVariables, envFile, terminal);
  return variables.ok ? ok(ramOptions(variables.value)) : variables;
}

export function readCloudSettings(
  envFile: string | undefined,
  terminal: Terminal,
): Result<CloudSettings, string> {
  const read = readVariables(AdministratorVariables, envFile, terminal);
  if (!read.ok) return read;
  const ram = ramOptions(read.value);
  return ok({
    endpoint: read.value.STINT_TABLESTORE_ENDPOINT,
    instance: read.value.STINT_TABLESTORE_INSTANCE,
    credentials: ram.credentials,
    ram,
  });
}
