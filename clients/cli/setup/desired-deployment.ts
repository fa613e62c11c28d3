// What a deployment consists of, made of the operator's few choices and of what the repository ships.
import { TABLES } from '../../../shared/adapters/tablestore/tables.ts';
import { functionRoleName } from '../../../shared/checks/run-checks.ts';
import { DEPLOYMENT_FILE } from '../base/cloud-settings.ts';
import type { SettingValues } from './deployment-settings.ts';
import { readFunctionPolicies } from './function-policies.ts';
import { readMonitors } from './log-monitoring.ts';
import type { Resource } from './resource.ts';

/** What the operator chose, or what setup chose where that does not matter. */
export interface DeploymentChoices {
  readonly accountId: string;
  readonly region: string;
  readonly domain: string;
  readonly publicUrl: string;
  /** Of the certificate management service; undefined until there is one. */
  readonly certificateId: string | undefined;
  readonly instance: string;
  readonly tablestoreEndpoint: string;
  readonly logProject: string;
}

/** The role that may assume the roles that are handed out. */
export const VEND_ROLE_NAME = functionRoleName('vend');

/** How long log lines are kept, in days: longer than it takes to notice something. The audit trail is a table, kept for good. */
const LOG_DAYS = 90;

/** In s.yaml: the variable that names the store of a function's log. */
const logStoreVariable = (functionName: string): string =>
  functionName === 'vend' ? 'STINT_LOG_STORE' : `STINT_${functionName.toUpperCase()}_LOG_STORE`;

const settingValues = (choices: DeploymentChoices, functions: readonly string[]): SettingValues => ({
  STINT_ACCOUNT_ID: choices.accountId,
  STINT_REGION: choices.region,
  STINT_DOMAIN: choices.domain,
  STINT_PUBLIC_URL: choices.publicUrl,
  ...(choices.certificateId === undefined ? {} : { STINT_CERT_ID: choices.certificateId }),
  STINT_TABLESTORE_ENDPOINT: choices.tablestoreEndpoint,
  STINT_TABLESTORE_INSTANCE: choices.instance,
  STINT_LOG_PROJECT: choices.logProject,
  ...Object.fromEntries(functions.map((name) => [logStoreVariable(name), name])),
});

/** `roles`: the ARNs that vend may assume now. In an order in which each resource comes after what it needs. */
export function desiredDeployment(
  repository: string,
  choices: DeploymentChoices,
  roles: readonly string[],
): readonly Resource[] {
  const { accountId: account, region, instance, logProject: project } = choices;
  const functions = readFunctionPolicies(repository, { account, region, instance, roles });
  const names = functions.map(({ name }) => name);
  return [
    { kind: 'settings', name: DEPLOYMENT_FILE, values: settingValues(choices, names) },
    { kind: 'instance', name: instance },
    ...TABLES.map(
      ({ name, key, keepSeconds }): Resource => ({ kind: 'table', name, key: [...key], keepSeconds }),
    ),
    { kind: 'rules', name: 'in force' },
    { kind: 'log-project', name: project },
    ...names.flatMap((name): readonly Resource[] => [
      { kind: 'log-store', name, project, days: LOG_DAYS },
      { kind: 'log-index', name, project },
    ]),
    ...readMonitors(repository, project, region),
    ...functions.flatMap(({ name, trust, policy }): readonly Resource[] => {
      const role = functionRoleName(name);
      return [
        { kind: 'role', name: role, trust },
        { kind: 'policy', name: role, document: policy },
        { kind: 'attachment', name: `${role} to ${role}`, role, policy: role },
      ];
    }),
  ];
}
