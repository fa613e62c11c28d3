// What the local RAM keeps: as stored (`…Record`, plain JSON) and as used (policies parsed).

import type { Parsed } from '../../shared/ram/parse-parts.ts';
import { parsePolicy } from '../../shared/ram/parse-policy.ts';
import { parseTrustPolicy, type TrustPolicy } from '../../shared/ram/parse-trust-policy.ts';
import type { Policy } from '../../shared/ram/policy.ts';

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

export interface RoleRecord {
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

export interface Key {
  readonly record: KeyRecord;
  readonly policies: readonly Policy[];
}

export interface Role {
  readonly record: RoleRecord;
  readonly arn: string;
  readonly trust: TrustPolicy;
  readonly policies: readonly Policy[];
}

export interface Session {
  readonly record: SessionRecord;
  readonly policy: Policy | undefined;
}

/** Only what was checked on its way in is stored, so a fault here is a bug or a file that someone edited. */
function demand<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw new Error(`stored policy is invalid at ${parsed.error.path}: ${parsed.error.message}`);
}

const revivePolicy = (document: unknown): Policy => demand(parsePolicy(document));

export function reviveKey(record: KeyRecord): Key {
  return { record, policies: record.owner.kind === 'user' ? record.owner.policies.map(revivePolicy) : [] };
}

export function reviveRole(record: RoleRecord): Role {
  return {
    record,
    arn: `acs:ram::${record.accountId}:role/${record.name}`,
    trust: demand(parseTrustPolicy(record.trustPolicy)),
    policies: record.policies.map(revivePolicy),
  };
}

export function reviveSession(record: SessionRecord): Session {
  return { record, policy: record.policy === undefined ? undefined : revivePolicy(record.policy) };
}
