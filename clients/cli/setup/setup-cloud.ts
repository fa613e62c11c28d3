// The services that setup and the role commands manage, with the caller's credentials: where they answer, and whose account it
// is.
import * as z from 'zod';
import {
  type CallingAccount,
  findCallingAccount,
} from '../../../shared/adapters/alibaba-cloud/calling-account.ts';
import type { CloudFault } from '../../../shared/adapters/alibaba-cloud/cloud-fault.ts';
import { findCredentials } from '../../../shared/adapters/alibaba-cloud/found-credentials.ts';
import { type LogMonitors, openLogMonitors } from '../../../shared/adapters/alibaba-cloud/log-monitors.ts';
import { type LogProjects, openLogProjects } from '../../../shared/adapters/alibaba-cloud/log-projects.ts';
import {
  openRamAdministration,
  type RamAdministration,
} from '../../../shared/adapters/alibaba-cloud/ram-administration.ts';
import {
  openTablestoreInstances,
  type TablestoreInstances,
} from '../../../shared/adapters/alibaba-cloud/tablestore-instances.ts';
import { openTablestore, type TablestoreSdk } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { isEndpointUrl } from '../../../shared/kernel/endpoint-url.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import type { CloudSettings } from '../base/cloud-settings.ts';
import { type CommandFault, serviceFailed, wrongUsage } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { explainCloudFault } from './explain-setup-fault.ts';

const endpoint = z.string().refine(isEndpointUrl, 'must be an https URL (http only for this machine)');

/** docs/settings.md is generated from this. */
export const ManagementVariables = z.object({
  STINT_RAM_ENDPOINT: endpoint
    .default('https://ram.aliyuncs.com')
    .describe('The endpoint of RAM, whose roles and policies are managed.'),
  STINT_STS_ENDPOINT: endpoint
    .optional()
    .describe('The endpoint of STS, which says whose the credentials are. Unset: the one of the region.'),
  STINT_TABLESTORE_MANAGEMENT_ENDPOINT: endpoint
    .optional()
    .describe('The endpoint that manages Tablestore instances. Unset: the one of the region.'),
  STINT_LOG_ENDPOINT: endpoint
    .optional()
    .describe('The endpoint of Log Service. Unset: the one of the region.'),
  STINT_TABLESTORE_ENDPOINT: endpoint
    .optional()
    .describe('The endpoint of the Tablestore instance. Unset: the instance’s own in the region.'),
  ALIBABA_CLOUD_ACCESS_KEY_ID: z
    .string()
    .optional()
    .describe(
      'The access key id of the administrator. Unset: the credentials that Alibaba Cloud’s library finds, such as a profile of the aliyun command.',
    ),
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: z.string().optional().describe('Secret. The access key secret.'),
  ALIBABA_CLOUD_SECURITY_TOKEN: z
    .string()
    .optional()
    .describe('Secret. The security token of temporary keys.'),
});
type ManagementVariables = z.infer<typeof ManagementVariables>;

export interface SetupCloud {
  readonly account: CallingAccount;
  readonly region: string;
  readonly ram: RamAdministration;
  readonly instances: TablestoreInstances;
  readonly logs: LogProjects;
  readonly monitors: LogMonitors;
  /** `STINT_TABLESTORE_ENDPOINT`, or the instance's own. */
  tablestoreEndpoint(instance: string): string;
  openTables(instance: string): TablestoreSdk;
  /** What the commands on access documents take. */
  settingsOf(instance: string): CloudSettings;
  /** Asks for new temporary credentials: the person may have taken long to answer. */
  refresh(): Promise<Result<void, CommandFault>>;
}

const NO_CREDENTIALS =
  'Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, run aliyun configure, or run this where a role’s credentials are found.';

async function chooseCredentials(variables: ManagementVariables) {
  const { ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret } = variables;
  if (accessKeyId && secret) {
    const token = variables.ALIBABA_CLOUD_SECURITY_TOKEN;
    const credentials = {
      accessKeyId,
      accessKeySecret: new Secret(secret),
      securityToken: token ? new Secret(token) : undefined,
    };
    return ok({ current: () => credentials, refresh: async () => ok(undefined) });
  }
  // With half a pair the library's own choice would sign: as another person than the settings name.
  if (accessKeyId || secret)
    return wrongUsage(
      `ALIBABA_CLOUD_ACCESS_KEY_${secret ? 'ID' : 'SECRET'} is missing: set both, or neither`,
    );
  const found = await findCredentials();
  return found.ok ? found : wrongUsage(`No credentials of Alibaba Cloud: ${found.error}\n${NO_CREDENTIALS}`);
}

function readVariables(env: Terminal['env']): Result<ManagementVariables, CommandFault> {
  const parsed = ManagementVariables.safeParse(env);
  if (parsed.success) return ok(parsed.data);
  return wrongUsage(parsed.error.issues.map(({ path, message }) => `${path.join()} ${message}`).join('\n'));
}

/** Finds the credentials and asks whose they are. `env`: the settings of one place, the terminal's or a file's. */
export async function connectCloud(
  env: Terminal['env'],
  region: string,
): Promise<Result<SetupCloud, CommandFault>> {
  const read = readVariables(env);
  if (!read.ok) return read;
  const found = await chooseCredentials(read.value);
  if (!found.ok) return found;
  const { current: credentials, refresh } = found.value;
  const {
    STINT_RAM_ENDPOINT: ram,
    STINT_STS_ENDPOINT: sts = `https://sts.${region}.aliyuncs.com`,
    STINT_TABLESTORE_MANAGEMENT_ENDPOINT: instances = `https://tablestore.${region}.aliyuncs.com`,
    STINT_LOG_ENDPOINT: logs = `https://${region}.log.aliyuncs.com`,
    STINT_TABLESTORE_ENDPOINT: tables,
  } = read.value;
  const account = await findCallingAccount({ endpoint: sts, credentials });
  if (!account.ok) return serviceFailed(explainCloudFault(account.error));
  const place = { accountId: account.value.accountId, region };
  const tablestoreEndpoint = (instance: string): string =>
    tables ?? `https://${instance}.${region}.ots.aliyuncs.com`;
  return ok({
    account: account.value,
    region,
    ram: openRamAdministration({ endpoint: ram, credentials }, place),
    instances: openTablestoreInstances({ endpoint: instances, credentials }, place),
    logs: openLogProjects({ endpoint: logs, credentials }, place),
    monitors: openLogMonitors({ endpoint: logs, credentials }, place),
    tablestoreEndpoint,
    openTables: (instance) =>
      openTablestore({ endpoint: tablestoreEndpoint(instance), instance, credentials }),
    settingsOf: (instance) => ({
      endpoint: tablestoreEndpoint(instance),
      instance,
      credentials,
      ram: { endpoint: ram, credentials },
    }),
    async refresh() {
      const done = await refresh();
      return done.ok ? done : wrongUsage(`No credentials of Alibaba Cloud any more: ${done.error}`);
    },
  });
}

export type SetupFault = CloudFault | { readonly kind: 'file'; readonly code: string; readonly file: string };
