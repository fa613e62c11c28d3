// The Tablestore tables, and what each one holds.
import type { Table } from './tablestore-rows.ts';

/** One row a principal key; one column a grant. Written by apply, read by vend. */
export const ACCESS: Table = { name: 'access', key: ['principal'] };

/** `head` names the revision in force; `<revision>/provider` and `<revision>/role` hold its few definitions. */
export const CATALOG: Table = { name: 'catalog', key: ['kind', 'id'] };

/** One row a request, granted or refused. Sharded, because a key that starts with the time is one hot partition. */
export const AUDIT: Table = { name: 'audit', key: ['shard', 'at', 'request'] };

/** One row an issued AccessKeyId: names the person or service that it was issued to. */
export const ISSUED: Table = { name: 'issued', key: ['access_key_id'] };

/**
 * `person/<key>` holds a person's sessions and last sign-on, `passkeys/<key>` the passkeys, `activity/<key>` the activity;
 * `idp-session/<hash>` names the sessions that came from one session of an identity provider, and the people it vouched for;
 * `person-link/<hash>` names the people who signed on with one person link.
 */
export const PEOPLE: Table = { name: 'people', key: ['owner', 'item'] };

/** Every key of an issuer that an instance ever saw. Written by vend; decisions about keys are in `catalog`. */
export const KEYS: Table = { name: 'keys', key: ['provider', 'thumbprint'] };

/**
 * Hashes of values that may be used once; after `expires_at` a row has no effect. Anyone who starts a sign-in has a row
 * written, so rows are kept no longer than needed: three days. The longest use is a key of DPoP nonces, for two days; a token
 * is accepted for one day after it was issued.
 */
export const ONCE: Table = { name: 'once', key: ['key'], keepSeconds: 259_200 };

/** Counters that all instances share. A counter's name holds its hour, so that old ones can be deleted. */
export const COUNTERS: Table = { name: 'counters', key: ['counter'], keepSeconds: 86_400 };

/** Sign-in requests of command lines without a browser; each is valid for minutes. */
export const DEVICES: Table = { name: 'devices', key: ['request'], keepSeconds: 86_400 };

/** How far the function `sweep` came, for its next run. */
export const SWEEP: Table = { name: 'sweep', key: ['job'] };

/** The session keys and SAML keys of login, sealed. The role of login alone reads and writes it. */
export const LOGIN_KEYS: Table = { name: 'login_keys', key: ['kind'] };

/** The client secrets of connections, sealed. Administrators write it and cannot read it; login reads it. */
export const CLIENT_SECRETS: Table = { name: 'client_secrets', key: ['connection'] };

/**
 * People who left: one row a name. Written by login and by administrators; read by login, and by vend for session tokens. No row is
 * ever deleted: it is the record of who left, and without it what a person signed on before would count again.
 */
export const LEAVERS: Table = { name: 'leavers', key: ['name'] };

/**
 * What each SAML connection's metadata said when login last read them. Login alone writes it: another writer could say who
 * signs people in. A connection that is gone leaves its row, for a month.
 */
export const IDP_METADATA: Table = { name: 'idp_metadata', key: ['connection'], keepSeconds: 2_592_000 };

/**
 * What identity providers keep here by SCIM, each in a directory of its own: `user/<directory>` and `group/<directory>` hold the
 * resources, `name/<directory>` who holds a name alone, `member/<directory>/<group>` and `member-of/<directory>/<user>` who is in
 * which group. The role of login alone reads and writes it.
 */
export const DIRECTORY: Table = { name: 'directory', key: ['owner', 'item'] };

export const TABLES: readonly Table[] = [
  ACCESS,
  CATALOG,
  AUDIT,
  ISSUED,
  PEOPLE,
  KEYS,
  ONCE,
  COUNTERS,
  DEVICES,
  SWEEP,
  LOGIN_KEYS,
  CLIENT_SECRETS,
  LEAVERS,
  IDP_METADATA,
  DIRECTORY,
];
