// The entries of a published key set → the keys that can verify something, and what is wrong with the others. An entry
// that cannot be used is passed over (RFC 7517 section 5): an issuer that adds one must not lock everybody out.
import * as z from 'zod';
import { isSecretJwk } from '../../kernel/secret-jwk.ts';
import type { UnusableKey } from '../../rules/values/issuer-key.ts';
import { type IssuerKey, nameKey } from './name-key.ts';

/** Issuers publish a handful; what more there are would fill the table of seen keys. */
const MAX_KEYS = 100;
/** Told to the operator at a time. */
const MAX_TOLD = 10;
const MAX_KID_CHARACTERS = 255;

/** Other kinds are the future's, or not for signing: nobody needs to be told. */
const KNOWN_KINDS: ReadonlySet<unknown> = new Set(['RSA', 'EC', 'OKP']);

export interface PublishedSet {
  readonly keys: readonly IssuerKey[];
  /** The first few of those that somebody should mend. */
  readonly unusable: readonly UnusableKey[];
}

type Entry = Readonly<Record<string, unknown>>;

/** Without the members that say nothing, as some libraries write them. */
const Entries = z
  .record(z.string(), z.unknown())
  .transform((entry) => Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null)))
  .optional()
  .catch(undefined);

const isForSigning = ({ kty, use }: Entry): boolean => KNOWN_KINDS.has(kty) && use !== 'enc';

const unusable = ({ kid }: Entry, cause: UnusableKey['cause']): UnusableKey => ({
  kid: typeof kid === 'string' ? kid.slice(0, MAX_KID_CHARACTERS) : '',
  cause,
});

export function readKeySet(published: readonly unknown[]): PublishedSet {
  const entries = published.map((entry) => Entries.parse(entry)).filter((entry) => entry !== undefined);
  const told = entries.filter(isSecretJwk).map((entry) => unusable(entry, 'secret-published'));
  // Nor does the public half count, if it is listed as well.
  const exposed = new Set(entries.filter(isSecretJwk).map((entry) => nameKey(entry)?.thumbprint));
  const keys: IssuerKey[] = [];
  for (const entry of entries) {
    if (isSecretJwk(entry) || !isForSigning(entry)) continue;
    const key = nameKey(entry);
    if (!key) told.push(unusable(entry, 'unreadable'));
    else if (key.weakness !== undefined) told.push(unusable(entry, key.weakness));
    else if (keys.length === MAX_KEYS) told.push(unusable(entry, 'too-many'));
    else if (!exposed.has(key.thumbprint)) keys.push(key);
  }
  return { keys, unusable: told.slice(0, MAX_TOLD) };
}
