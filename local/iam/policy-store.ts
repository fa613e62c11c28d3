// The policies that the local RAM knows: Alibaba Cloud's own, which are the same at every start, and custom ones of accounts,
// which are kept.
import { formatWholeSeconds } from '../../shared/kernel/whole-seconds.ts';
import { parsePolicy } from '../../shared/ram/parse-policy.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import type { PolicyType } from '../../shared/rules/document/pinned-policy.ts';
import type { KeptMap, PolicyRecord, PolicyVersion, Tags } from './iam-store.ts';
import type { SystemPolicy } from './system-policies.ts';

export interface StoredPolicy {
  readonly type: PolicyType;
  readonly name: string;
  readonly description: string;
  readonly createDate: string;
  readonly versions: readonly PolicyVersion[];
  /** The version in force, one of `versions`. */
  readonly current: PolicyVersion;
  readonly tags: Tags;
}

/** A system policy is every account's. */
export type PolicyAddress = { readonly type: 'System'; readonly name: string } | CustomPolicyAddress;

export interface CustomPolicyAddress {
  readonly type: 'Custom';
  readonly name: string;
  readonly accountId: string;
}

interface NewVersion {
  readonly text: string;
  readonly isDefault: boolean;
}

export interface PolicyStore {
  find(address: PolicyAddress): StoredPolicy | undefined;
  /** The rules of the version in force. Undefined: there is no such policy, or it cannot be read, and allows nothing. */
  inForce(address: {
    readonly type: PolicyType;
    readonly name: string;
    readonly accountId: string;
  }): Policy | undefined;
  /** All that an account can see, in the order of their names. */
  list(accountId: string): readonly StoredPolicy[];
  /** Creates the policy, or gives it a new default version, as Alibaba Cloud does with its own without notice. */
  publish(address: PolicyAddress, text: string): void;
  create(
    address: CustomPolicyAddress,
    members: { readonly text: string; readonly description: string; readonly tags: Tags },
  ): void;
  addVersion(address: CustomPolicyAddress, version: NewVersion): PolicyVersion;
  deleteVersion(address: CustomPolicyAddress, versionId: string): void;
  setTags(address: CustomPolicyAddress, tags: Tags): void;
  delete(address: CustomPolicyAddress): void;
}

const keyOf = ({ accountId, name }: Pick<CustomPolicyAddress, 'accountId' | 'name'>): string =>
  JSON.stringify([accountId, name]);

function systemPolicy({
  name,
  description,
  version,
  createDate,
  updateDate,
  document,
}: SystemPolicy): StoredPolicy {
  const current = {
    versionId: version,
    text: JSON.stringify(document, null, 2),
    createDate: updateDate,
  };
  return { type: 'System', name, description, createDate, versions: [current], current, tags: {} };
}

function customPolicy({ versions, currentId, ...policy }: PolicyRecord): StoredPolicy {
  const current = versions.find(({ versionId }) => versionId === currentId);
  if (current === undefined) throw new Error(`policy ${policy.name} has no version ${currentId}`);
  return { ...policy, type: 'Custom', versions, current };
}

function readRules({ text }: PolicyVersion): Policy | undefined {
  try {
    const parsed = parsePolicy(JSON.parse(text));
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined;
  }
}

/** `kept` holds the custom policies; `now` gives the dates of what is made. */
export function createPolicyStore(
  kept: KeptMap<PolicyRecord, PolicyRecord>,
  system: readonly SystemPolicy[],
  now: () => Date,
): PolicyStore {
  const systemPolicies = new Map(system.map((source) => [source.name, systemPolicy(source)]));
  const rules = new WeakMap<PolicyVersion, { readonly policy: Policy | undefined }>();
  const today = (): string => formatWholeSeconds(now());

  const find = (address: PolicyAddress): StoredPolicy | undefined => {
    if (address.type === 'System') return systemPolicies.get(address.name);
    const record = kept.get(keyOf(address));
    return record && customPolicy(record);
  };
  const demand = (address: CustomPolicyAddress): PolicyRecord => {
    const record = kept.get(keyOf(address));
    if (record === undefined) throw new Error(`there is no policy ${address.name}`);
    return record;
  };
  const put = (record: PolicyRecord) => kept.set(keyOf(record), record);

  const create: PolicyStore['create'] = ({ accountId, name }, { text, description, tags }) => {
    const createDate = today();
    const versions = [{ versionId: 'v1', text, createDate }];
    put({ accountId, name, description, createDate, versions, currentId: 'v1', lastNumber: 1, tags });
  };
  const addVersion: PolicyStore['addVersion'] = (address, { text, isDefault }) => {
    const record = demand(address);
    const lastNumber = record.lastNumber + 1;
    const version = { versionId: `v${lastNumber}`, text, createDate: today() };
    const currentId = isDefault ? version.versionId : record.currentId;
    put({ ...record, versions: [...record.versions, version], currentId, lastNumber });
    return version;
  };
  const publishSystem = (name: string, text: string): void => {
    const old = systemPolicies.get(name);
    const createDate = today();
    const versionId = `v${Number(old?.current.versionId.slice(1) ?? 0) + 1}`;
    const current = { versionId, text, createDate };
    const fresh: StoredPolicy = {
      type: 'System',
      name,
      description: '',
      createDate,
      versions: [],
      current,
      tags: {},
    };
    systemPolicies.set(name, { ...(old ?? fresh), versions: [...(old?.versions ?? []), current], current });
  };

  return {
    find,
    inForce({ type, name, accountId }) {
      const current = find(type === 'System' ? { type, name } : { type, name, accountId })?.current;
      if (current === undefined) return undefined;
      const read = rules.get(current) ?? { policy: readRules(current) };
      rules.set(current, read);
      return read.policy;
    },
    list: (accountId) =>
      [
        ...systemPolicies.values(),
        ...[...kept.entries()].flatMap(([, record]) =>
          record.accountId === accountId ? [customPolicy(record)] : [],
        ),
      ].sort((a, b) => (a.name < b.name ? -1 : 1)),
    publish(address, text) {
      if (address.type === 'System') publishSystem(address.name, text);
      else if (find(address) === undefined) create(address, { text, description: '', tags: {} });
      else addVersion(address, { text, isDefault: true });
    },
    create,
    addVersion,
    deleteVersion(address, versionId) {
      const record = demand(address);
      put({ ...record, versions: record.versions.filter((version) => version.versionId !== versionId) });
    },
    setTags: (address, tags) => void put({ ...demand(address), tags }),
    delete: (address) => kept.delete(keyOf(address)),
  };
}
