// The local RAM's state in one lmdb file: keys by AccessKeyId, roles by ARN, sessions by AccessKeyId. Each entry has two
// forms: as stored (`…Record`, plain JSON) and as used (policies parsed).
import { type Database, open } from 'lmdb';
import type { Parsed } from '../../shared/ram/parse-parts.ts';
import { parsePolicy } from '../../shared/ram/parse-policy.ts';
import { parseTrustPolicy, type TrustPolicy } from '../../shared/ram/parse-trust-policy.ts';
import type { Policy } from '../../shared/ram/policy.ts';

/** A map in memory that is also on disk. Reads never wait; a write is on disk once the store's `close` has resolved. */
interface KeptMap<R, V> {
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

interface RoleRecord {
  readonly accountId: string;
  readonly name: string;
  readonly roleId: string;
  readonly trustPolicy: unknown;
  readonly policies: readonly unknown[];
  readonly maxSessionSeconds: number;
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
  close(): Promise<void>;
}

/** Opens or creates the file. */
export function openIamStore(file: string): IamStore {
  const root = open({ path: file, noSubdir: true, maxDbs: 3 });
  return {
    keys: keptMap(root.openDB<KeyRecord, string>({ name: 'keys', encoding: 'json' }), reviveKey),
    roles: keptMap(root.openDB<RoleRecord, string>({ name: 'roles', encoding: 'json' }), reviveRole),
    sessions: keptMap(
      root.openDB<SessionRecord, string>({ name: 'sessions', encoding: 'json' }),
      reviveSession,
    ),
    close: () => root.close(),
  };
}
