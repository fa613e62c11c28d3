// Which Tablestore and which RAM an administrator's command uses, and the access key that it signs with. The settings
// come from the environment or from one file, never from both, but for what the file of a deployment may say: a key from elsewhere
// would otherwise sign requests to an endpoint that it was not meant for.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import * as z from 'zod';
import type { RamOptions } from '../../../shared/adapters/alibaba-cloud/ram-policies.ts';
import type { TablestoreOptions } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { isEndpointUrl, isLoopbackHost, parseEndpointUrl } from '../../../shared/kernel/endpoint-url.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { type CommandFault, wrongUsage } from './command-fault.ts';
import { DEPLOYMENT_FILE, type Deployment, readDeployment, regionOfTables } from './deployment-file.ts';
import type { Terminal } from './terminal.ts';
import { noteUnusedProxy } from './use-proxies.ts';

/** `npm start` writes them. */
const LOCAL_ENV_FILE = '.stint/admin.env';
const LOCAL_AUDITOR_FILE = '.stint/auditor.env';

const text = z.string().min(1);

const endpoint = z.string().refine(isEndpointUrl, 'must be an https URL (http only for this machine)');

const AccessKeyVariables = z.object({
  ALIBABA_CLOUD_ACCESS_KEY_ID: text.describe('The access key id of the person who runs the command.'),
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: text.describe('Secret. The access key secret.'),
  ALIBABA_CLOUD_SECURITY_TOKEN: text.optional().describe('Secret. The security token of temporary keys.'),
});

const RamVariables = z.object({
  STINT_RAM_ENDPOINT: endpoint
    .default('https://ram.aliyuncs.com')
    .describe('The endpoint of RAM, which is asked for pinned policies.'),
  ...AccessKeyVariables.shape,
});

/** docs/settings.md is generated from this. */
export const AdministratorVariables = RamVariables.extend({
  STINT_TABLESTORE_ENDPOINT: endpoint.describe(
    'The endpoint of the Tablestore instance. `stint policy` asks RAM alone and does not need it, nor the next one.',
  ),
  STINT_TABLESTORE_INSTANCE: text.describe('The name of the Tablestore instance.'),
  STINT_KMS_KEY: text
    .optional()
    .describe(
      'The KMS key of `login`, by which `stint secret set` wraps a client secret: docs/sign-on.md#a-kms-key.',
    ),
  STINT_KMS_ENDPOINT: endpoint
    .optional()
    .describe(
      'The endpoint of KMS for `stint secret set`. Default: that of the region in the Tablestore endpoint.',
    ),
});

/** docs/settings.md is generated from this. */
export const AuditorVariables = AdministratorVariables.pick({
  STINT_TABLESTORE_ENDPOINT: true,
  STINT_TABLESTORE_INSTANCE: true,
  ALIBABA_CLOUD_ACCESS_KEY_ID: true,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: true,
  ALIBABA_CLOUD_SECURITY_TOKEN: true,
}).extend({
  STINT_ACTIONTRAIL_ENDPOINT: endpoint
    .optional()
    .describe(
      'The endpoint of ActionTrail, which `stint key` asks for events. Default: that of the region in the Tablestore endpoint. Name another region to see the events there.',
    ),
});

export interface AuditorSettings extends TablestoreOptions {
  /** Undefined: none is named, and the Tablestore endpoint names no region. */
  readonly actionTrailEndpoint: string | undefined;
}

export interface CloudSettings extends TablestoreOptions {
  readonly ram: RamOptions;
  /** Undefined: client secrets are not wrapped. `endpoint` undefined: none is named, and no region, so that no secret can be wrapped. */
  readonly kms?: { readonly keyId: string; readonly endpoint: string | undefined } | undefined;
}

/** The variables of the file that `--env` names. */
export function readEnvFile(path: string): Result<Terminal['env'], CommandFault> {
  try {
    return ok(parseEnv(readFileSync(path, 'utf8')));
  } catch {
    return wrongUsage(`cannot read the file ${path} of --env: check its name`);
  }
}

interface LocalFile {
  readonly file: string;
  /** Endpoints that it must name: what they are without it, or by a region in it, is not of this machine. */
  readonly needed: readonly string[];
}

/** No one names this file: with a stranger's folder, it would lead keys, client secrets and rules to the stranger. */
function ofThisMachine(
  variables: Terminal['env'],
  { file, needed }: LocalFile,
): Result<Terminal['env'], CommandFault> {
  const named = Object.keys(variables).filter((name) => name.endsWith('_ENDPOINT'));
  const odd = [...needed, ...named].find(
    (name) => !isLoopbackHost(parseEndpointUrl(variables[name] ?? '')?.hostname ?? ''),
  );
  return odd
    ? wrongUsage(
        `${file} is for the local cloud, and its ${odd} is not of this machine: name the file with --env if you trust it`,
      )
    : ok(variables);
}

/**
 * The file of `--env`; else the environment, if it names an endpoint; else the local cloud's file, if there is one; else the
 * settings of the deployment of this folder with the environment's keys.
 */
function chooseVariables(
  envFile: string | undefined,
  { env, folder, note }: Terminal,
  localFile: LocalFile,
): Result<Terminal['env'], CommandFault> {
  if (envFile !== undefined) return readEnvFile(resolve(folder, envFile));
  const isChosen = (env['STINT_TABLESTORE_ENDPOINT'] ?? env['STINT_RAM_ENDPOINT']) !== undefined;
  if (isChosen) return ok(env);
  const local = resolve(folder, localFile.file);
  if (!existsSync(local)) {
    const deployment = readDeployment({ folder, env });
    return deployment.ok ? ok(deployment.value?.trusted ?? env) : deployment;
  }
  const isDeployment = existsSync(resolve(folder, DEPLOYMENT_FILE));
  note(`using the local cloud: ${localFile.file}${isDeployment ? `, and not ${DEPLOYMENT_FILE}` : ''}`);
  const read = readEnvFile(local);
  return read.ok ? ofThisMachine(read.value, localFile) : read;
}

/** Of the services that the commands for one deployment call. */
const DEPLOYMENT_ENDPOINTS = [
  'STINT_TABLESTORE_ENDPOINT',
  'STINT_RAM_ENDPOINT',
  'STINT_STS_ENDPOINT',
  'STINT_FC_ENDPOINT',
];

/**
 * For the commands that look after one deployment: the file of `--env` alone; else the deployment of this folder, and the
 * environment before it; else as for every command.
 */
export function chooseDeploymentVariables(
  envFile: string | undefined,
  terminal: Terminal,
): Result<Deployment, CommandFault> {
  const deployment = envFile === undefined ? readDeployment(terminal) : ok(undefined);
  if (!deployment.ok) return deployment;
  if (deployment.value) return ok(deployment.value);
  const chosen = chooseVariables(envFile, terminal, { file: LOCAL_ENV_FILE, needed: DEPLOYMENT_ENDPOINTS });
  return chosen.ok ? ok({ given: chosen.value, trusted: chosen.value }) : chosen;
}

const help = (localFile: string): string =>
  `set them in the environment, name a file with --env, or run npm start for a local cloud (${localFile})`;

function readVariables<T>(
  schema: z.ZodType<T>,
  envFile: string | undefined,
  terminal: Terminal,
  localFile = LOCAL_ENV_FILE,
): Result<T, CommandFault> {
  const variables = chooseVariables(envFile, terminal, { file: localFile, needed: [] });
  if (!variables.ok) return variables;
  const parsed = schema.safeParse(variables.value);
  if (parsed.success) {
    noteUnusedProxy(terminal);
    return ok(parsed.data);
  }
  const faults = parsed.error.issues.map(({ path, code, message }) =>
    code === 'custom' ? `${path.join()} ${message}` : `${path.join()} is missing`,
  );
  return wrongUsage(`${faults.join('\n')}\n${help(localFile)}`);
}

function credentialsOf(variables: z.infer<typeof AccessKeyVariables>): TablestoreOptions['credentials'] {
  const token = variables.ALIBABA_CLOUD_SECURITY_TOKEN;
  const credentials = {
    accessKeyId: variables.ALIBABA_CLOUD_ACCESS_KEY_ID,
    accessKeySecret: new Secret(variables.ALIBABA_CLOUD_ACCESS_KEY_SECRET),
    securityToken: token === undefined ? undefined : new Secret(token),
  };
  return () => credentials;
}

const ramOptions = (variables: z.infer<typeof RamVariables>): RamOptions => ({
  endpoint: variables.STINT_RAM_ENDPOINT,
  credentials: credentialsOf(variables),
});

/** The settings of RAM alone. `envFile` is the file of `--env`, relative to the terminal's folder. */
export function readRamSettings(
  envFile: string | undefined,
  terminal: Terminal,
): Result<RamOptions, CommandFault> {
  const variables = readVariables(RamVariables, envFile, terminal);
  return variables.ok ? ok(ramOptions(variables.value)) : variables;
}

/** These have an endpoint in each region. Undefined: the endpoint of Tablestore names none. */
function endpointBeside(tablestoreEndpoint: string, service: 'actiontrail' | 'kms'): string | undefined {
  const region = regionOfTables(tablestoreEndpoint);
  return region === undefined ? undefined : `https://${service}.${region}.aliyuncs.com`;
}

/** The settings of Tablestore and RAM. `envFile` is the file of `--env`, relative to the terminal's folder. */
export function readCloudSettings(
  envFile: string | undefined,
  terminal: Terminal,
): Result<CloudSettings, CommandFault> {
  const read = readVariables(AdministratorVariables, envFile, terminal);
  if (!read.ok) return read;
  const ram = ramOptions(read.value);
  const { STINT_TABLESTORE_ENDPOINT: endpoint, STINT_KMS_KEY: keyId, STINT_KMS_ENDPOINT: named } = read.value;
  return ok({
    kms: keyId === undefined ? undefined : { keyId, endpoint: named ?? endpointBeside(endpoint, 'kms') },
    endpoint,
    instance: read.value.STINT_TABLESTORE_INSTANCE,
    credentials: ram.credentials,
    ram,
  });
}

/** The settings of an auditor's command: another key than the administrator's, who may not read the audit trail. */
export function readAuditorSettings(
  envFile: string | undefined,
  terminal: Terminal,
): Result<AuditorSettings, CommandFault> {
  const read = readVariables(AuditorVariables, envFile, terminal, LOCAL_AUDITOR_FILE);
  if (!read.ok) return read;
  return ok({
    endpoint: read.value.STINT_TABLESTORE_ENDPOINT,
    instance: read.value.STINT_TABLESTORE_INSTANCE,
    credentials: credentialsOf(read.value),
    actionTrailEndpoint:
      read.value.STINT_ACTIONTRAIL_ENDPOINT ??
      endpointBeside(read.value.STINT_TABLESTORE_ENDPOINT, 'actiontrail'),
  });
}

/** The author of a change, for the tables: the user name of the machine, and the access key that signed the change. */
export function formatAuthor(
  { env }: Pick<Terminal, 'env'>,
  { credentials }: Pick<CloudSettings, 'credentials'>,
): string {
  const user = env['USER'] ?? env['USERNAME'] ?? 'unknown';
  return `${user} (${credentials().accessKeyId})`;
}
