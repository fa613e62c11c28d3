// What the stages need of the world, in the domain's own terms. Adapters implement these; tests fake them.
import type { CryptoKey } from 'jose';
import type { StoredAccessRow } from './access/access-row.ts';
import type { PrincipalSelector } from './access/principal-key.ts';
import type { Providers } from './access/provider.ts';
import type { Role } from './access/role.ts';
import type { AssumedRole, AssumeFault, AssumeOrder } from './assume/assumed-role.ts';
import type { IssuedKey } from './assume/issued-key.ts';
import type { AuditEvent } from './audit/audit-event.ts';
import type { ProviderId, Revision } from './kernel/names.ts';
import type { Result } from './kernel/result.ts';

export interface Clock {
  now(): Date;
}

/** One applied version of the access rules. Nothing under it ever changes. */
export interface Rules extends Providers {
  readonly revision: Revision;
  readonly rolesById: ReadonlyMap<string, Role>;
}

/** The store did not answer, or holds what cannot be read. `cause` is the service's own code. */
export interface StoreFault {
  readonly reason: 'store-failed' | 'rules-unreadable';
  readonly cause: string;
}

export interface RulesStore {
  /** The rules in force, at most RULES_BOUND_MS old. */
  current(): Promise<Result<Rules, StoreFault>>;
  /** The rows of these selectors, in the order asked; a missing row is empty. */
  grantRows(
    revision: Revision,
    provider: ProviderId,
    selectors: readonly PrincipalSelector[],
  ): Promise<Result<readonly StoredAccessRow[], StoreFault>>;
}

export interface KeyFault {
  readonly reason: 'keys-unreachable' | 'keys-unreadable' | 'key-unknown';
  readonly cause: string;
}

/** Whose keys, and where they are: an OIDC provider is one. */
export interface KeyOwner {
  readonly id: ProviderId;
  readonly issuer: string;
  readonly jwksUri?: string | undefined;
  /** They may be at an address of the private network. */
  readonly privateNetwork?: boolean;
}

export interface KeySource {
  /** The owner's public key for this token header. `kid` is opaque: it selects, and is never fetched or opened. */
  find(
    owner: KeyOwner,
    header: { readonly alg: string; readonly kid?: string },
  ): Promise<Result<CryptoKey, KeyFault>>;
}

export interface RoleAssumer {
  assume(order: AssumeOrder): Promise<Result<AssumedRole, AssumeFault>>;
}

/** Both resolve only when the row is durable. */
export interface AuditLog {
  record(event: AuditEvent): Promise<Result<void, StoreFault>>;
  register(key: IssuedKey): Promise<Result<void, StoreFault>>;
}

export interface OnceStore {
  /**
   * `first` for one caller in all instances and for ever. `expiresAt`: when the key could no longer be presented, so
   * that its row may go. A fault leaves open whether the key is spent: whoever asks must refuse.
   */
  spend(key: string, expiresAt: Date): Promise<Result<'first' | 'again', StoreFault>>;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface Logger {
  /** `fields` hold identifiers and codes only. */
  log(level: LogLevel, event: string, fields: Readonly<Record<string, string | number>>): void;
}
