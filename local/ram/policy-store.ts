// The policies that the local RAM knows: Alibaba Cloud's own, and custom ones of accounts. Kept in memory: every start
// finds the same.
import type { PolicyType } from '../../shared/rules/document/pinned-policy.ts';
import type { SystemPolicy } from './system-policies.ts';

export interface PolicyVersion {
  readonly versionId: string;
  readonly text: string;
  readonly createDate: string;
}

export interface StoredPolicy {
  readonly type: PolicyType;
  readonly name: string;
  readonly description: string;
  readonly createDate: string;
  readonly versions: readonly PolicyVersion[];
  /** The version in force, one of `versions`. */
  readonly current: PolicyVersion;
}

/** A system policy is every account's. */
export type PolicyAddress =
  | { readonly type: 'System'; readonly name: string }
  | { readonly type: 'Custom'; readonly name: string; readonly accountId: string };

export interface PolicyStore {
  find(address: PolicyAddress): StoredPolicy | undefined;
  /** All that an account can see, in the order of their names. */
  list(accountId: string): readonly StoredPolicy[];
  /** Creates the policy, or gives it a new default version, as Alibaba Cloud does with its own without notice. */
  publish(address: PolicyAddress, text: string): void;
}

const keyOf = (address: PolicyAddress): string =>
  JSON.stringify([address.type, address.type === 'Custom' ? address.accountId : '', address.name]);

function systemPolicy({ name, description, version, createDate, updateDate, document }: SystemPolicy) {
  const current = {
    versionId: version,
    text: JSON.stringify(document, null, 2),
    createDate: updateDate,
  };
  return { type: 'System', name, description, createDate, versions: [current], current } as const;
}

const nextVersion = (policy: StoredPolicy | undefined): string =>
  `v${Number(policy?.current.versionId.slice(1) ?? 0) + 1}`;

/** Starts with the system policies; accounts' own are published later. */
export function createPolicyStore(system: readonly SystemPolicy[], now: () => Date): PolicyStore {
  const policies = new Map<string, { readonly address: PolicyAddress; readonly policy: StoredPolicy }>();
  for (const source of system) {
    const address = { type: 'System', name: source.name } as const;
    policies.set(keyOf(address), { address, policy: systemPolicy(source) });
  }
  const find = (address: PolicyAddress) => policies.get(keyOf(address))?.policy;
  return {
    find,
    list: (accountId) =>
      [...policies.values()]
        .filter(({ address }) => address.type === 'System' || address.accountId === accountId)
        .map(({ policy }) => policy)
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    publish(address, text) {
      const old = find(address);
      const createDate = `${now().toISOString().slice(0, 19)}Z`;
      const current = { versionId: nextVersion(old), text, createDate };
      const { type, name } = address;
      const policy = {
        ...(old ?? { type, name, description: '', createDate, versions: [] }),
        versions: [...(old?.versions ?? []), current],
        current,
      };
      policies.set(keyOf(address), { address, policy });
    },
  };
}
