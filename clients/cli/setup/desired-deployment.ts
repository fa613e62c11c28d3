// What a deployment consists of, made of the operator's few choices and of what the repository ships.
import { TABLES } from '../../../shared/adapters/tablestore/tables.ts';
import { functionRoleName } from '../../../shared/checks/run-checks.ts';
import { parseKmsKey, type RoleArn } from '../../../shared/kernel/names.ts';
import { DEPLOYMENT_FILE, type SettingValues } from '../base/deployment-file.ts';
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
  /** The key of KMS that wraps the keys of login, by id or ARN; undefined: none does. */
  readonly kmsKey: string | undefined;
  /** Of further accounts, from which vend calls STS as well. */
  readonly hubRoles: readonly RoleArn[];
}

/** The role that may assume the roles that are handed out. */
export const VEND_ROLE_NAME = functionRoleName('vend');

/** The policy of login for keys of KMS. */
export const KMS_POLICY_NAME = `${functionRoleName('login')}-kms`;

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
  ...(choices.kmsKey === undefined ? {} : { STINT_KMS_KEY: choices.kmsKey }),
  ...(choices.hubRoles.length === 0 ? {} : { STINT_HUB_ROLES: choices.hubRoles.join() }),
  ...Object.fromEntries(functions.map((name) => [logStoreVariable(name), name])),
});

/** What the functions may do now, beside what they ship with: it stays. */
export interface HeldPermissions {
  /** The ARNs that vend may assume. */
  readonly roles: readonly string[];
  /** The ids of keys of KMS that login may use: one that was named before opens what it wrapped. */
  readonly kmsKeys: readonly string[];
}

/** A policy of its own for a role, and its attachment. */
const ownPolicy = (role: string, policy: string, document: unknown): readonly Resource[] => [
  { kind: 'policy', name: policy, document },
  { kind: 'attachment', name: `${policy} to ${role}`, role, policy },
];

/** In an order in which each resource comes after what it needs. */
export function desiredDeployment(
  repository: string,
  choices: DeploymentChoices,
  held: HeldPermissions,
): readonly Resource[] {
  const { accountId: account, region, instance, logProject: project, kmsKey, hubRoles } = choices;
  const named = kmsKey === undefined ? [] : [parseKmsKey(kmsKey)?.id ?? kmsKey];
  const kmsKeys = [...new Set([...named, ...held.kmsKeys])];
  const roles = [...new Set([...held.roles, ...hubRoles])];
  const values = { account, region, instance, roles };
  const functions = readFunctionPolicies(repository, values, kmsKeys);
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
    ...functions.flatMap(({ name, trust, policy, kmsPolicy }): readonly Resource[] => {
      const role = functionRoleName(name);
      return [
        { kind: 'role', name: role, trust },
        ...ownPolicy(role, role, policy),
        ...(kmsPolicy === undefined ? [] : ownPolicy(role, KMS_POLICY_NAME, kmsPolicy)),
      ];
    }),
  ];
}
