// The port to what login keeps of its own secrets: its keys, the client secrets that administrators write, and their orders to
// change keys. Everything secret is sealed (seal.ts).
import type { Result } from './result.ts';
import type { SealedPlace } from './seal.ts';
import type { StoreFault } from './store-fault.ts';

export const KEY_KINDS = ['session-keys', 'saml-keys'] as const;
export type OwnKeyKind = (typeof KEY_KINDS)[number];

/** Where keys and client secrets belong; the names are the tables'. */
export const keysPlace = (kind: OwnKeyKind): SealedPlace => ({ table: 'login_keys', row: kind });
export const clientSecretPlace = (connection: string): SealedPlace => ({
  table: 'client_secrets',
  row: connection,
});

export interface StoredKeys {
  readonly sealed: string;
  /** Grows by one with each write. */
  readonly generation: number;
  /** The order that these keys carried out last. */
  readonly order: string | undefined;
}

export interface StoredSecrets {
  readonly keys: ReadonlyMap<OwnKeyKind, StoredKeys>;
  /** Sealed, by connection. */
  readonly clientSecrets: ReadonlyMap<string, string>;
  /** The id of the last order for each kind of keys. */
  readonly orders: ReadonlyMap<OwnKeyKind, string>;
}

export interface PrivateKeyStore {
  read(): Promise<Result<StoredSecrets, StoreFault>>;
  /** Atomic: of several instances that read the generation `before`, one writes. Undefined: there were no keys. */
  write(
    kind: OwnKeyKind,
    keys: StoredKeys,
    before: number | undefined,
  ): Promise<Result<'written' | 'conflict', StoreFault>>;
}
