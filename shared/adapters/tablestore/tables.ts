// The Tablestore tables, and what each one holds.
import type { Table } from './tablestore-rows.ts';

/** One row a principal key; one column a grant. Written by apply, read by vend. */
export const ACCESS: Table = { name: 'access', key: ['principal'] };

/** `head` names the revision in force; `<revision>/provider` and `<revision>/role` hold its few definitions. */
export const CATALOG: Table = { name: 'catalog', key: ['kind', 'id'] };

/** One row a request, granted or refused. Sharded, because a key that starts with the time is one hot partition. */
export const AUDIT: Table = { name: 'audit', key: ['shard', 'at', 'request'] };

/** AccessKeyId of every key handed out: whose is it? */
export const ISSUED: Table = { name: 'issued', key: ['access_key_id'] };

/**
 * `person/<key>` holds what belongs to somebody, `session/<id>` say; `activity/<key>` what they did; `idp-session/<hash>` names the sessions that came of
 * one at an identity provider, and the people whom it vouched for in it.
 */
export const PEOPLE: Table = { name: 'people', key: ['owner', 'item'] };

/** Every key of an issuer that an instance ever saw. Written by vend; what was decided about keys is in `catalog`. */
export const KEYS: Table = { name: 'keys', key: ['provider', 'thumbprint'] };

/**
 * A hash of whatever may be used once; `expires_at` says from when on the row is of no use. Anybody who starts a sign-in
 * can have a row written, so none is kept for longer than it takes: three days, where the longest use is a key of DPoP
 * nonces for two, and a token is taken for one day after it was issued.
 */
export const ONCE: Table = { name: 'once', key: ['key'], keepSeconds: 259_200 };

/** What all instances count together. A counter names the hour that it is of, so an old one is only in the way. */
export const COUNTERS: Table = { name: 'counters', key: ['counter'], keepSeconds: 86_400 };

/** What command lines without a browser ask; each is good for minutes. */
export const DEVICES: Table = { name: 'devices', key: ['request'], keepSeconds: 86_400 };

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
];
