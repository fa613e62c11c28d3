// The checks of `stint doctor`, one after the other. Each is on its own: one that lacks a permission, or that fails, says so,
// and the others are made.
import { openRamReader } from '../../../shared/adapters/alibaba-cloud/ram-reader.ts';
import { readCheckedRules } from '../../../shared/adapters/tablestore/checked-rules.ts';
import { findTable } from '../../../shared/adapters/tablestore/manage-tables.ts';
import { TABLES } from '../../../shared/adapters/tablestore/tables.ts';
import type { TablestoreFault } from '../../../shared/adapters/tablestore/tablestore-fault.ts';
import { readKeys } from '../../../shared/adapters/tablestore/tablestore-issuer-keys.ts';
import { readKeptMetadata } from '../../../shared/adapters/tablestore/tablestore-metadata-store.ts';
import { openRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { createSignOnStore } from '../../../shared/adapters/tablestore/tablestore-sign-on-store.ts';
import { checkSessionKeys, checkTable, findHeldKeys } from '../../../shared/checks/check-deployment.ts';
import { findMetadataFaults } from '../../../shared/checks/check-metadata.ts';
import { NO_TABLE_PERMISSION } from '../../../shared/checks/cloud-reader.ts';
import { type CheckFinding, notChecked } from '../../../shared/checks/finding.ts';
import { findDrift } from '../../../shared/checks/run-checks.ts';
import { parseKmsKey } from '../../../shared/kernel/names.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import { readNewKeyRules, readRulesInForce } from '../keys/rules-in-force.ts';
import type { DomainNetwork } from '../setup/check-domain.ts';
import { findRepository, readShippedPolicies } from '../setup/function-policies.ts';
import { connectCloud, type SetupCloud } from '../setup/setup-cloud.ts';
import type { DoctorSettings } from './doctor-settings.ts';
import { examineConnections } from './examine-connections.ts';
import { examineFunctions } from './examine-functions.ts';
import {
  checkDeployedUrl,
  checkEndpoint,
  checkHubs,
  checkPublicUrl,
  readPublishedKeys,
} from './look-over-network.ts';

/** What a test replaces: it has no domain. */
export interface DoctorMeans {
  readonly network: DomainNetwork;
  readonly hasOldTls: (domain: string) => Promise<boolean>;
}

export interface Examination {
  readonly name: string;
  readonly findings: readonly CheckFinding[];
}

type Findings = Promise<readonly CheckFinding[]>;

/** `action` is what the check has called, as RAM policies name it. */
const explainFault = (
  subject: string,
  action: string,
  { code }: Pick<TablestoreFault, 'code'>,
): CheckFinding =>
  notChecked(subject, code === NO_TABLE_PERMISSION ? `no permission for ${action}` : `${action}: ${code}`);

async function examineEndpoints({ stsEndpoint, ramEndpoint, tablestoreEndpoint }: DoctorSettings): Findings {
  const endpoints = [
    ['STS', stsEndpoint],
    ['RAM', ramEndpoint],
    ['Tablestore', tablestoreEndpoint],
  ] as const;
  return (await Promise.all(endpoints.map(([name, url]) => checkEndpoint(name, url)))).flat();
}

async function examineDomain(settings: DoctorSettings, accountId: string, means: DoctorMeans): Findings {
  const { publicUrl, region, certificateId = 'that STINT_CERT_ID names', hubRoles } = settings;
  if (publicUrl === undefined) return [notChecked('domain', 'STINT_PUBLIC_URL is not set')];
  const deployment = { accountId, region, domain: new URL(publicUrl).hostname, publicUrl, certificateId };
  const findings = await checkPublicUrl(deployment, means.network, means.hasOldTls, new Date());
  const hubs = hubRoles.length === 0 ? [] : await checkHubs(publicUrl);
  return [...findings, ...(await checkDeployedUrl(publicUrl)), ...hubs];
}

async function examineTables({ instance }: DoctorSettings, cloud: SetupCloud): Findings {
  const sdk = cloud.openTables(instance);
  const findings: CheckFinding[] = [];
  for (const table of TABLES) {
    const found = await findTable(sdk, table.name);
    if (!found.ok) return [...findings, explainFault('tables', 'ots:DescribeTable', found.error)];
    findings.push(...checkTable(table, found.value));
  }
  return findings;
}

async function examineKeys({ instance, publicUrl }: DoctorSettings, cloud: SetupCloud): Findings {
  const rows = openRows(cloud.openTables(instance));
  const rules = await readRulesInForce(rows);
  if (!rules.ok) return [explainFault('keys', 'ots:GetRange on the table catalog', rules.error)];
  const listed = await readKeys(rows);
  if (!listed.ok) return [explainFault('keys', 'ots:GetRange on the tables keys and catalog', listed.error)];
  const keys = listed.value.map(({ provider, thumbprint, seen, decided }) => ({
    ...{ provider, thumbprint },
    kid: seen?.kid ?? '',
    firstSeen: seen?.firstSeen,
    decision: decided?.decision,
  }));
  const newKeys = await readNewKeyRules(rows);
  if (!newKeys.ok) return [explainFault('keys', 'ots:GetRange on the table catalog', newKeys.error)];
  const held = findHeldKeys(keys, newKeys.value);
  if (publicUrl === undefined) return held;
  const issuer = `${publicUrl}/login`;
  const published = await readPublishedKeys(issuer);
  return [...held, ...checkSessionKeys(keys, rules.value, issuer, published, new Date())];
}

const openSignOn = ({ instance }: DoctorSettings, cloud: SetupCloud, now: Date) => {
  const rows = openRows(cloud.openTables(instance));
  return { rows, signOn: createSignOnStore(rows, { now: () => now }) };
};

const rulesUnread = (subject: string, { cause }: StoreFault): readonly CheckFinding[] => [
  explainFault(subject, 'ots:BatchGetRow and ots:GetRange on the table catalog', { code: cause }),
];

async function examineSignOn(settings: DoctorSettings, cloud: SetupCloud): Findings {
  const current = await openSignOn(settings, cloud, new Date()).signOn.current();
  return current.ok
    ? examineConnections(current.value?.connections ?? [])
    : rulesUnread('identity providers', current.error);
}

async function examineMetadata(settings: DoctorSettings, cloud: SetupCloud): Findings {
  const now = new Date();
  const { rows, signOn } = openSignOn(settings, cloud, now);
  const current = await signOn.current();
  return current.ok
    ? findMetadataFaults(signOn, () => readKeptMetadata(rows), now)
    : rulesUnread('metadata of identity providers', current.error);
}

function examineRoles(
  { instance, region, ramEndpoint, variables, hubRoles }: DoctorSettings,
  cloud: SetupCloud,
): Findings {
  const { credentials } = cloud.settingsOf(instance);
  const repository = findRepository();
  const clock = { now: () => new Date() };
  const rows = openRows(cloud.openTables(instance));
  const { accountId } = cloud.account;
  return findDrift({
    ...{ accountId, region, instance, hubRoles },
    shipped: repository === undefined ? {} : readShippedPolicies(repository),
    kmsKey: parseKmsKey(variables['STINT_KMS_KEY'] ?? '')?.id,
    ram: openRamReader({ endpoint: ramEndpoint, credentials }, accountId),
    rules: () => readCheckedRules(rows, clock),
    isOver: () => false,
  }).then((findings) =>
    repository === undefined
      ? [notChecked('functions', 'run this in a clone of the version that is deployed'), ...findings]
      : findings,
  );
}

/** Without credentials, the settings alone say whose account it is. */
const accountIn = ({ variables }: DoctorSettings): string =>
  variables['STINT_ACCOUNT_ID'] ?? '<the account’s id>';

/** `onCheck` hears of each check before it is made. */
export async function examine(
  settings: DoctorSettings,
  means: DoctorMeans,
  onCheck: (name: string) => void,
): Promise<readonly Examination[]> {
  const done: Examination[] = [];
  const make = async (name: string, work: () => Findings): Promise<void> => {
    onCheck(name);
    done.push({ name, findings: await work() });
  };
  await make('endpoints and clock', () => examineEndpoints(settings));
  const cloud = await connectCloud(settings.variables, settings.region);
  const accountId = cloud.ok ? cloud.value.account.accountId : accountIn(settings);
  await make('domain', () => examineDomain(settings, accountId, means));
  if (!cloud.ok) {
    const [reason = ''] = cloud.error.message.split('\n');
    return [...done, { name: 'account', findings: [notChecked('account', reason)] }];
  }
  await make('tables', () => examineTables(settings, cloud.value));
  await make('rules, roles and policies', () => examineRoles(settings, cloud.value));
  await make('functions', () => examineFunctions(settings, cloud.value));
  await make('keys', () => examineKeys(settings, cloud.value));
  await make('identity providers', () => examineSignOn(settings, cloud.value));
  await make('metadata of identity providers', () => examineMetadata(settings, cloud.value));
  return done;
}
