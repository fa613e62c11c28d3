// How a resource of a deployment is now: in the cloud, or in the operator's folder.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudFault } from '../../../shared/adapters/alibaba-cloud/cloud-fault.ts';
import { findTable } from '../../../shared/adapters/tablestore/manage-tables.ts';
import type { TablestoreFault } from '../../../shared/adapters/tablestore/tablestore-fault.ts';
import { openRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { readSettingsFile } from '../base/deployment-file.ts';
import { readRulesInForce } from '../keys/rules-in-force.ts';
import { dependenciesOf, type FoundResource, type FoundState, idOf, type Resource } from './resource.ts';
import type { SetupCloud, SetupFault } from './setup-cloud.ts';

/** The value of the tag, and the mark of a project, of what setup makes. */
export const MADE_BY_SETUP = 'setup';
/** The value of the tag of what others made and setup took over. */
export const ADOPTED_BY_SETUP = 'setup-adopted';
/** A project has no tag at its creation, and one that setup could not tag would never be removed. */
export const PROJECT_DESCRIPTION = 'Logs of Stint, made by stint setup';

export interface SetupPlace {
  readonly cloud: SetupCloud;
  /** Where the files of the deployment are. */
  readonly folder: string;
  readonly instance: string;
}

const originOf = (madeBy: string | undefined): Pick<FoundResource, 'made' | 'adopted'> =>
  madeBy === ADOPTED_BY_SETUP ? { made: false, adopted: true } : { made: madeBy === MADE_BY_SETUP };

type Found = Promise<Result<FoundResource | undefined, SetupFault>>;

/** A code of Tablestore's data plane as a fault of the action. */
export function tableFault(
  { code }: TablestoreFault,
  action: string,
  table: string,
  { cloud, instance }: SetupPlace,
): CloudFault {
  const resource = `acs:ots:${cloud.region}:${cloud.account.accountId}:instance/${instance}/table/${table}`;
  return { kind: TABLE_FAULTS[code] ?? 'unavailable', code, action: `ots:${action}`, resource };
}

const TABLE_FAULTS: Readonly<Record<string, CloudFault['kind']>> = {
  OTSNoPermissionAccess: 'denied',
  OTSAuthFailed: 'key',
  OTSObjectNotExist: 'not-found',
  OTSObjectAlreadyExist: 'taken',
  OTSQuotaExhausted: 'quota',
  OTSServerBusy: 'throttled',
  OTSPartitionUnavailable: 'throttled',
  OTSTableNotReady: 'throttled',
  OTSNotEnoughCapacityUnit: 'throttled',
  OTSCapacityUnitExhausted: 'throttled',
  OTSOperationThrottled: 'throttled',
  OTSParameterInvalid: 'refused',
  OTSInvalidPK: 'refused',
};

/** Whether any rules are in force. Undefined where the tables are missing. */
async function foundRules(resource: Resource, place: SetupPlace, found: FoundState): Found {
  if (dependenciesOf(resource, []).some((id) => !found.has(id))) return ok(undefined);
  const rules = await readRulesInForce(openRows(place.cloud.openTables(place.instance)));
  if (rules.ok) return ok({ resource, made: true });
  return rules.error.code === 'no-revision'
    ? ok(undefined)
    : err(tableFault(rules.error, 'GetRange', 'catalog', place));
}

/** The table's own instance must be there. */
async function foundTable(name: string, place: SetupPlace, instance: FoundResource | undefined): Found {
  if (instance === undefined) return ok(undefined);
  const found = await findTable(place.cloud.openTables(place.instance), name);
  if (!found.ok) return err(tableFault(found.error, 'DescribeTable', name, place));
  if (found.value === undefined) return ok(undefined);
  const { key, keepSeconds } = found.value;
  return ok({ resource: { kind: 'table', name, key: [...key], keepSeconds }, made: instance.made });
}

function foundFile(
  resource: Resource,
  { folder }: SetupPlace,
): Result<FoundResource | undefined, SetupFault> {
  const path = join(folder, resource.name);
  if (resource.kind !== 'settings') return ok(existsSync(path) ? { resource, made: true } : undefined);
  const read = readSettingsFile(path);
  if (!read.ok) return err({ kind: 'file', code: read.error, file: resource.name });
  return ok(read.value && { resource: { ...resource, values: read.value.values }, made: true });
}

/** `found`: what the resource needs, as it was found. */
export async function findResource(resource: Resource, place: SetupPlace, found: FoundState): Found {
  const { ram, instances, logs } = place.cloud;
  const { name } = resource;
  switch (resource.kind) {
    case 'settings':
      return foundFile(resource, place);
    case 'instance': {
      const instance = await instances.find(name);
      if (!instance.ok) return instance;
      return ok(instance.value && { resource, made: instance.value.madeBy === MADE_BY_SETUP });
    }
    case 'table':
      return foundTable(name, place, found.get(`instance ${place.instance}`));
    case 'rules':
      return foundRules(resource, place, found);
    case 'role': {
      const role = await ram.findRole(name);
      if (!role.ok) return role;
      const { trust, madeBy } = role.value ?? {};
      return ok(role.value && { resource: { ...resource, trust }, ...originOf(madeBy) });
    }
    case 'policy': {
      const policy = await ram.findPolicy(name);
      if (!policy.ok) return policy;
      const { document, madeBy } = policy.value ?? {};
      return ok(policy.value && { resource: { ...resource, document }, ...originOf(madeBy) });
    }
    case 'attachment': {
      const attached = await ram.listAttached(resource.role);
      if (!attached.ok) return attached;
      const isThere = attached.value?.some((one) => one.type === 'Custom' && one.name === resource.policy);
      // It has no tag of its own. Between a role and a policy that others made, it is theirs.
      const ends = [`role ${resource.role}`, `policy ${resource.policy}`].map((id) => found.get(id));
      const made = ends.some((end) => end?.made);
      const adopted = ends.some((end) => end?.adopted);
      return ok(isThere ? { resource, made, ...(adopted ? { adopted } : {}) } : undefined);
    }
    case 'log-project': {
      const project = await logs.find(name);
      if (!project.ok) return project;
      return ok(project.value && { resource, made: project.value.description === PROJECT_DESCRIPTION });
    }
    case 'log-store':
    case 'log-index': {
      const project = found.get(`log-project ${resource.project}`);
      const hasStore = resource.kind === 'log-store' || found.has(`log-store ${name}`);
      if (project === undefined || !hasStore) return ok(undefined);
      const has = await (resource.kind === 'log-store' ? logs.hasStore : logs.hasIndex)(resource);
      if (!has.ok) return has;
      return ok(has.value ? { resource, made: project.made } : undefined);
    }
    case 'log-dashboard':
    case 'log-alert': {
      const project = found.get(`log-project ${resource.project}`);
      if (project === undefined) return ok(undefined);
      const monitors = place.cloud.monitors[resource.kind === 'log-alert' ? 'alerts' : 'dashboards'];
      const there = await monitors.find(resource);
      if (!there.ok) return there;
      const { value: definition } = there;
      return ok(definition && { resource: { ...resource, definition }, made: project.made });
    }
  }
}

/** Every fault, so that all missing permissions can be named at once. Reads what does not depend on each other at once. */
export async function findState(
  resources: readonly Resource[],
  place: SetupPlace,
): Promise<Result<FoundState, readonly SetupFault[]>> {
  const found = new Map<string, FoundResource>();
  const faults: SetupFault[] = [];
  const read = async (resource: Resource): Promise<void> => {
    const one = await findResource(resource, place, found);
    if (!one.ok) faults.push(one.error);
    else if (one.value) found.set(idOf(resource), one.value);
  };
  let open = resources;
  while (open.length > 0) {
    const waiting = new Set(open.map(idOf));
    const ready = open.filter(
      (resource) => !dependenciesOf(resource, resources).some((need) => waiting.has(need)),
    );
    await Promise.all(ready.map(read));
    open = open.filter((resource) => !ready.includes(resource));
  }
  return faults.length > 0 ? err(faults) : ok(found);
}
