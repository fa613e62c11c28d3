// Which deployment `stint doctor` looks at: the settings of its file, of the environment, or of the local cloud.
import * as z from 'zod';
import { isEndpointUrl } from '../../../shared/kernel/endpoint-url.ts';
import { HUB_ROLES_HELP, hubRolesOf, parseHubRoles } from '../../../shared/kernel/hub-roles.ts';
import type { RoleArn } from '../../../shared/kernel/names.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { chooseDeploymentVariables } from '../base/cloud-settings.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { DEPLOYMENT_FILE } from '../base/deployment-file.ts';
import type { Terminal } from '../base/terminal.ts';

const text = z.string().min(1);
const endpoint = z.string().refine(isEndpointUrl, 'must be an https URL (http only for this machine)');

/** docs/settings.md is generated from this. */
export const DoctorVariables = z.object({
  STINT_REGION: text.describe('The id of the region.'),
  STINT_TABLESTORE_INSTANCE: text.describe('The name of the Tablestore instance.'),
  STINT_TABLESTORE_ENDPOINT: endpoint
    .optional()
    .describe('The endpoint of the Tablestore instance. Unset: the instance’s own in the region.'),
  STINT_STS_ENDPOINT: endpoint.optional().describe('The endpoint of STS. Unset: the one of the region.'),
  STINT_RAM_ENDPOINT: endpoint.default('https://ram.aliyuncs.com').describe('The endpoint of RAM.'),
  STINT_FC_ENDPOINT: endpoint
    .optional()
    .describe('The endpoint of Function Compute. Unset: the one of the region.'),
  STINT_PUBLIC_URL: endpoint
    .optional()
    .describe(
      'The URL at which callers reach the deployment. Unset: domain, TLS and session keys are not checked.',
    ),
  STINT_HUB_ROLES: z
    .string()
    .refine((list) => parseHubRoles(list) !== undefined, HUB_ROLES_HELP)
    .optional()
    .describe('The hub roles: docs/hub-accounts.md.'),
  STINT_CERT_ID: z.string().optional().describe('The id of the certificate of that host name.'),
});

export interface DoctorSettings {
  /** As the connection to the cloud takes them, with the credentials. */
  readonly variables: Terminal['env'];
  /** The variables as they were given, empty ones as well: npm run deploy fills s.yaml with them. */
  readonly given: Terminal['env'];
  readonly region: string;
  readonly instance: string;
  readonly tablestoreEndpoint: string;
  readonly stsEndpoint: string;
  readonly ramEndpoint: string;
  readonly functionEndpoint: string;
  readonly publicUrl: string | undefined;
  readonly certificateId: string | undefined;
  readonly hubRoles: readonly RoleArn[];
}

const withoutEmpty = (variables: Terminal['env']): Terminal['env'] =>
  Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));

export function readDoctorSettings(
  env: string | undefined,
  terminal: Terminal,
): Result<DoctorSettings, CommandFault> {
  const found = chooseDeploymentVariables(env, terminal);
  if (!found.ok) return found;
  const variables = withoutEmpty(found.value.trusted);
  const parsed = DoctorVariables.safeParse(variables);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, code, message }) =>
      code === 'custom' ? `${path.join()} ${message}` : `${path.join()} is missing`,
    );
    return wrongUsage(
      `${faults.join('\n')}\nrun this in the folder of ${DEPLOYMENT_FILE}, or name a file of settings with --env`,
    );
  }
  const { STINT_REGION: region, STINT_TABLESTORE_INSTANCE: instance } = parsed.data;
  return ok({
    variables,
    given: found.value.given,
    region,
    instance,
    tablestoreEndpoint:
      parsed.data.STINT_TABLESTORE_ENDPOINT ?? `https://${instance}.${region}.ots.aliyuncs.com`,
    stsEndpoint: parsed.data.STINT_STS_ENDPOINT ?? `https://sts.${region}.aliyuncs.com`,
    ramEndpoint: parsed.data.STINT_RAM_ENDPOINT,
    functionEndpoint: parsed.data.STINT_FC_ENDPOINT ?? `https://fcv3.${region}.aliyuncs.com`,
    publicUrl: parsed.data.STINT_PUBLIC_URL?.replace(/\/$/, ''),
    certificateId: parsed.data.STINT_CERT_ID,
    hubRoles: hubRolesOf(parsed.data.STINT_HUB_ROLES),
  });
}
