// The local RAM's state in one lmdb file: keys by AccessKeyId, roles by ARN, sessions by AccessKeyId,
// custom policies by name. Each entry has two
// forms: as stored (`…Record`, plain JSON) and as used (policies parsed).
import { type Database, open } from 'lmdb';
import type { Parsed } from '../../shared/ram/parse-parts.ts';
import { parsePolicy } from '../../shared/ram/parse-policy.ts';
import { parseTrustPolicy, type TrustPolicy } from '../../shared/ram/parse-trust-policy.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import type { PolicyType } from '../../shared/rules/document/pinned-policy.ts';

/** A map in memory that is also on disk. Reads never wait; a write is on disk once the store's `close` has resolved. */
export interface KeptMap<R, V> {
  get(key: string): V | undefined;
  set(key: string, record: R): V;
  delete(key: string): void;
  entries(): IterableIterator<[string, V]>;
  readonly size: number;
}

/** `revive` turns a stored record into the form in which it is used. */
function keptMap<R, V>(database: Database<R, string>, revive: (record: R) => V): KeptMap<R, V> {
  const values = new Map<string, V>();
  for (const { key, value } of database.getRange()) values.set(key, revive(value));
  return {
    get: (key) => values.get(key),
    set(key, record) {
      const value = revive(record);
      values.set(key, value);
      void database.put(key, record);
      return value;
    },
    delete(key) {
      values.delete(key);
      void database.remove(key);
    },
    entries: () => values.entries(),
    get size() {
      return values.size;
    },
  };
}

/** A long-term key: of a RAM user, or of the account itself. */
export interface KeyRecord {
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly owner:
    | { readonly kind: 'root' }
    | {
        readonly kind: 'user';
        readonly name: string;
        readonly userId: string;
        readonly policies: readonly unknown[];
      };
}

/** The name of a policy that is attached to a role. A custom one is of the role's own account. */
export interface AttachedPolicy {
  readonly type: PolicyType;
  readonly name: string;
  readonly attachDate: string;
}

export type Tags = Readonly<Record<string, string>>;

/** What RAM's own calls add is absent in roles that were put here as they are. */
export interface RoleRecord {
  readonly accountId: string;
  readonly name: string;
  readonly roleId: string;
  readonly trustPolicy: unknown;
  /** Policies of the role alone, which RAM's calls do not show. */
  readonly policies: readonly unknown[];
  readonly maxSessionSeconds: number;
  readonly attached?: readonly AttachedPolicy[];
  readonly description?: string;
  readonly createDate?: string;
  readonly updateDate?: string;
  readonly tags?: Tags;
}

export interface PolicyVersion {
  readonly versionId: string;
  readonly text: string;
  readonly createDate: string;
}

/** A custom policy of an account. */
export interface PolicyRecord {
  readonly accountId: string;
  readonly name: string;
  readonly description: string;
  readonly createDate: string;
  readonly versions: readonly PolicyVersion[];
  /** The version in force, one of `versions`. */
  readonly currentId: string;
  /** Never used again, as in RAM, where a version that was deleted leaves a gap. */
  readonly lastNumber: number;
  readonly tags: Tags;
}

export interface SessionRecord {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly expiresAtMillis: number;
  /** Absent: the session has all that its role may do. */
  readonly policy?: unknown;
  readonly sourceIdentity?: string;
}

interface Key {
  readonly record: KeyRecord;
  readonly policies: readonly Policy[];
}

export interface CloudRole {
  readonly record: RoleRecord;
  readonly arn: string;
  readonly trust: TrustPolicy;
  readonly policies: readonly Policy[];
}

export interface CloudSession {
  readonly record: SessionRecord;
  readonly policy: Policy | undefined;
}

/** Policies are checked before they are stored, so a fault here is a bug or an edited file. */
function demand<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw new Error(`stored policy is invalid at ${parsed.error.path}: ${parsed.error.message}`);
}

const revivePolicy = (document: unknown): Policy => demand(parsePolicy(document));

function reviveKey(record: KeyRecord): Key {
  return { record, policies: record.owner.kind === 'user' ? record.owner.policies.map(revivePolicy) : [] };
}

function reviveRole(record: RoleRecord): CloudRole {
  return {
    record,
    arn: `acs:ram::${record.accountId}:role/${record.name}`,
    trust: demand(parseTrustPolicy(record.trustPolicy)),
    policies: record.policies.map(revivePolicy),
  };
}

function reviveSession(record: SessionRecord): CloudSession {
  return { record, policy: record.policy === undefined ? undefined : revivePolicy(record.policy) };
}

export interface IamStore {
  readonly keys: KeptMap<KeyRecord, Key>;
  readonly roles: KeptMap<RoleRecord, CloudRole>;
  readonly sessions: KeptMap<SessionRecord, CloudSession>;
  /** By account and name. */
  readonly policies: KeptMap<PolicyRecord, PolicyRecord>;
  close(): Promise<void>;
}

/** Opens or creates the file. */
export function openIamStore(file: string): IamStore {
  const root = open({ path: file, noSubdir: true, maxDbs: 4 });
  return {
    keys: keptMap(root.openDB<KeyRecord, string>({ name: 'keys', encoding: 'json' }), reviveKey),
    roles: keptMap(root.openDB<RoleRecord, string>({ name: 'roles', encoding: 'json' }), reviveRole),
    sessions: keptMap(
      root.openDB<SessionRecord, string>({ name: 'sessions', encoding: 'json' }),
      reviveSession,
    ),
    policies: keptMap(
      root.openDB<PolicyRecord, string>({ name: 'policies', encoding: 'json' }),
      (record) => record,
    ),
    close: () => root.close(),
  };
}
