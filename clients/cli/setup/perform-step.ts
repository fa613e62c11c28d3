// Does one step of a plan. Each may be done again: what is there already is no fault.
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { unlessGone } from '../../../shared/adapters/alibaba-cloud/manage-account.ts';
import {
  createTable,
  deleteTable,
  setTimeToLive,
} from '../../../shared/adapters/tablestore/manage-tables.ts';
import type { TablestoreFault } from '../../../shared/adapters/tablestore/tablestore-fault.ts';
import { openRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { readSettingsFile } from '../base/deployment-file.ts';
import { replacePrivateFile } from '../base/replace-file.ts';
import { systemErrorCode } from '../base/system-error.ts';
import { applyDocument } from '../documents/apply-document.ts';
import { deleteRamRole } from './delete-ram-role.ts';
import { withSettings } from './deployment-settings.ts';
import { VEND_ROLE_NAME } from './desired-deployment.ts';
import {
  ADOPTED_BY_SETUP,
  MADE_BY_SETUP,
  PROJECT_DESCRIPTION,
  type SetupPlace,
  tableFault,
} from './find-resource.ts';
import type { Step } from './plan-setup.ts';
import type { Kind, Resource } from './resource.ts';
import type { SetupFault } from './setup-cloud.ts';
import { assumableRoles, withAssumableRoles } from './vend-policy.ts';

type Done = Promise<Result<void, SetupFault>>;
type ResourceOf<K extends Kind> = Extract<Resource, { kind: K }>;

const DESCRIPTION = 'Made by stint setup';
const NO_CHANGE = async (): Done => ok(undefined);

/** What can be done to a kind of resource. */
interface Verbs<K extends Kind> {
  create(resource: ResourceOf<K>, place: SetupPlace): Done;
  change(resource: ResourceOf<K>, place: SetupPlace, takeOver: boolean): Done;
  remove(resource: ResourceOf<K>, place: SetupPlace): Done;
}

function writeFile(name: string, write: () => void): Result<void, SetupFault> {
  try {
    write();
    return ok(undefined);
  } catch (error) {
    return err({ kind: 'file', code: String(systemErrorCode(error) ?? 'it cannot be written'), file: name });
  }
}

/** The file as it is now, with the values of setup. */
async function writeSettings({ name, values }: ResourceOf<'settings'>, { folder }: SetupPlace): Done {
  const path = join(folder, name);
  const read = readSettingsFile(path);
  if (!read.ok) return err({ kind: 'file', code: read.error, file: name });
  // A link to a file elsewhere stays a link.
  return writeFile(name, () =>
    replacePrivateFile(existsSync(path) ? realpathSync(path) : path, withSettings(read.value?.text, values)),
  );
}

async function onTable(
  action: string,
  name: string,
  place: SetupPlace,
  done: Promise<Result<unknown, TablestoreFault>>,
): Done {
  const answer = await done;
  return answer.ok ? ok(undefined) : err(tableFault(answer.error, action, name, place));
}

const tableOf = ({ name, key, keepSeconds }: ResourceOf<'table'>) => ({
  name,
  key,
  ...(keepSeconds === undefined ? {} : { keepSeconds }),
});

async function removeTable({ name }: ResourceOf<'table'>, place: SetupPlace): Done {
  const removed = await onTable(
    'DeleteTable',
    name,
    place,
    deleteTable(place.cloud.openTables(place.instance), name),
  );
  return unlessGone(removed);
}

/** Gives nothing to any caller. */
const FIRST_RULES = 'version: 1\nproviders: []\nroles: []\ngrants: []\n';

/** Rules that another person put in force meanwhile are the ones that count. */
async function applyFirstRules(_: ResourceOf<'rules'>, place: SetupPlace): Done {
  const applied = await applyDocument({
    rows: openRows(place.cloud.openTables(place.instance)),
    files: [{ name: 'first rules', text: FIRST_RULES }],
    appliedBy: 'stint setup',
    now: new Date(),
    ram: undefined,
    mayRemove: async () => 'no',
  });
  if (applied.ok || applied.error.kind === 'not-confirmed' || applied.error.kind === 'conflict')
    return ok(undefined);
  const fault = 'fault' in applied.error ? applied.error.fault : undefined;
  const code = fault && 'code' in fault ? fault.code : applied.error.kind;
  return err(tableFault({ code, requestId: undefined }, 'BatchWriteRow', 'access', place));
}

const VERBS: { readonly [K in Kind]: Verbs<K> } = {
  settings: { create: writeSettings, change: writeSettings, remove: NO_CHANGE },
  instance: {
    create: ({ name }, { cloud }) =>
      cloud.instances.create({ name, description: DESCRIPTION, madeBy: MADE_BY_SETUP }),
    change: NO_CHANGE,
    remove: ({ name }, { cloud }) => cloud.instances.remove(name),
  },
  table: {
    create: (table, place) =>
      onTable(
        'CreateTable',
        table.name,
        place,
        createTable(place.cloud.openTables(place.instance), tableOf(table)),
      ),
    change: (table, place) =>
      onTable(
        'UpdateTable',
        table.name,
        place,
        setTimeToLive(place.cloud.openTables(place.instance), tableOf(table)),
      ),
    remove: removeTable,
  },
  rules: { create: applyFirstRules, change: NO_CHANGE, remove: NO_CHANGE },
  role: {
    create: ({ name, trust }, { cloud }) =>
      cloud.ram.createRole({ name, trust, description: DESCRIPTION, madeBy: MADE_BY_SETUP }),
    async change({ name, trust }, { cloud }, takeOver) {
      const changed = await cloud.ram.changeRole(name, { trust });
      return changed.ok && takeOver ? cloud.ram.tag('role', name, ADOPTED_BY_SETUP) : changed;
    },
    remove: ({ name }, { cloud }) => deleteRamRole(name, cloud.ram),
  },
  policy: {
    create: ({ name, document }, { cloud }) =>
      cloud.ram.createPolicy({ name, document, description: DESCRIPTION, madeBy: MADE_BY_SETUP }),
    async change({ name, document }, { cloud }, takeOver) {
      const now = await cloud.ram.findPolicy(name);
      if (!now.ok) return now;
      // A role that was added since the plan was made stays. No other function hands out roles.
      const roles = name === VEND_ROLE_NAME ? assumableRoles(now.value?.document) : [];
      const kept = roles.length === 0 ? document : withAssumableRoles(document, roles);
      const changed = await cloud.ram.changePolicy(name, kept);
      if (!changed.ok) return changed;
      return takeOver ? cloud.ram.tag('policy', name, ADOPTED_BY_SETUP) : ok(undefined);
    },
    remove: async ({ name }, { cloud }) => unlessGone(await cloud.ram.deletePolicy(name)),
  },
  attachment: {
    create: ({ role, policy }, { cloud }) => cloud.ram.attach(role, { type: 'Custom', name: policy }),
    change: NO_CHANGE,
    remove: ({ role, policy }, { cloud }) => cloud.ram.detach(role, { type: 'Custom', name: policy }),
  },
  'log-project': {
    create: ({ name }, { cloud }) => cloud.logs.create({ name, description: PROJECT_DESCRIPTION }),
    change: NO_CHANGE,
    remove: ({ name }, { cloud }) => cloud.logs.remove(name),
  },
  'log-store': {
    create: (store, { cloud }) => cloud.logs.createStore(store, store.days),
    change: NO_CHANGE,
    remove: NO_CHANGE, // goes with its project
  },
  'log-index': {
    create: (index, { cloud }) => cloud.logs.createIndex(index),
    change: NO_CHANGE,
    remove: NO_CHANGE,
  },
  'log-dashboard': {
    create: (one, { cloud }) => cloud.monitors.dashboards.create(one, one.definition),
    change: (one, { cloud }) => cloud.monitors.dashboards.change(one, one.definition),
    remove: NO_CHANGE, // goes with its project
  },
  'log-alert': {
    create: (one, { cloud }) => cloud.monitors.alerts.create(one, one.definition),
    change: (one, { cloud }) => cloud.monitors.alerts.change(one, one.definition),
    remove: NO_CHANGE,
  },
};

function perform<K extends Kind>(
  verbs: Verbs<K>,
  step: Step,
  resource: ResourceOf<K>,
  place: SetupPlace,
): Done {
  switch (step.do) {
    case 'create':
      return verbs.create(resource, place);
    case 'change':
      return verbs.change(resource, place, step.takeOver);
    case 'remove':
      return verbs.remove(resource, place);
  }
}

/** One attempt. */
export function performStep(step: Step, place: SetupPlace): Done {
  const { resource } = step;
  // The compiler cannot see that the verbs are those of the resource's own kind.
  return perform(VERBS[resource.kind] as Verbs<Kind>, step, resource, place);
}
