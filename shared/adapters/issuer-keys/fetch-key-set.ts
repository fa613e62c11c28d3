// An issuer's signing keys: finds them by OpenID Connect Discovery or at the configured address, fetches the set, and sorts
// its entries into keys that can verify a signature and entries that the operator must be told of. An entry that cannot be
// used is skipped (RFC 7517 section 5): otherwise one bad entry of an issuer would lock all its people out.
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { JWK } from 'jose';
import * as z from 'zod';
import type { KeyFault, KeyOwner } from '../../identity/key-source.ts';
import { parseEndpointUrl } from '../../kernel/endpoint-url.ts';
import { type KeyWeakness, weaknessOf } from '../../kernel/key-strength.ts';
import { thumbprintOfMembers } from '../../kernel/key-thumbprint.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { isSecretJwk } from '../../kernel/secret-jwk.ts';
import type { UnusableKey } from '../../rules/values/issuer-key.ts';
import { fetchJson } from '../http/guarded-fetch.ts';

/** A published key in its canonical form: another spelling of a revoked key must not give it another thumbprint. */
export interface IssuerKey {
  readonly jwk: JWK;
  readonly thumbprint: string;
  /** Empty when the issuer gives none. */
  readonly kid: string;
  /** As published, else the kind of key. */
  readonly alg: string;
  /** Undefined: strong enough. */
  readonly weakness: KeyWeakness | undefined;
}

/** Undefined for an entry that is not a key: no token can be signed with it. */
export function nameKey(published: Readonly<Record<string, unknown>>): IssuerKey | undefined {
  try {
    const key = published as JsonWebKey; // createPublicKey checks every member that it reads
    const publicKey = createPublicKey({ key, format: 'jwk' });
    const members = publicKey.export({ format: 'jwk' });
    const { kid, alg } = published;
    return {
      jwk: { ...published, ...members },
      thumbprint: thumbprintOfMembers(members),
      kid: typeof kid === 'string' ? kid : '',
      alg: typeof alg === 'string' ? alg : String(members.kty),
      weakness: weaknessOf(publicKey),
    };
  } catch {
    return undefined;
  }
}

/** Issuers publish a handful of keys; more than this would fill the table of seen keys. */
const MAX_KEYS = 100;
/** Told to the operator at a time. */
const MAX_TOLD = 10;
const MAX_KID_CHARACTERS = 255;

/** Keys of other kinds are not for signing, or not yet supported: they are skipped without a report. */
const KNOWN_KINDS: ReadonlySet<unknown> = new Set(['RSA', 'EC', 'OKP']);

export interface PublishedSet {
  readonly keys: readonly IssuerKey[];
  /** The first few entries that the issuer should correct. */
  readonly unusable: readonly UnusableKey[];
}

type Entry = Readonly<Record<string, unknown>>;

/** Members that are null are dropped: some libraries write them. */
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

/** Sorts the entries of a published set into usable keys and entries to report. */
export function readKeySet(published: readonly unknown[]): PublishedSet {
  const entries = published.map((entry) => Entries.parse(entry)).filter((entry) => entry !== undefined);
  const told = entries.filter(isSecretJwk).map((entry) => unusable(entry, 'secret-published'));
  // The public half of a published secret key does not count either, if it is listed as well.
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

const DiscoveryDocument = z.object({ issuer: z.string(), jwks_uri: z.string() });

const KeySet = z.object({ keys: z.array(z.unknown()) });

type Fetch = (url: URL) => ReturnType<typeof fetchJson>;

const unreachable = (cause: string) => err({ reason: 'keys-unreachable', cause } as const);
const unreadable = (cause: string) => err({ reason: 'keys-unreadable', cause } as const);

/** OpenID Connect Discovery section 4.3: the document must name exactly the issuer that was asked for it. */
async function discover(owner: KeyOwner, fetch: Fetch): Promise<Result<URL, KeyFault>> {
  const issuer = parseEndpointUrl(owner.issuer);
  if (!issuer) return unreadable('issuer-not-a-url');
  const answer = await fetch(new URL(`${owner.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`));
  if (!answer.ok) return unreachable(`discovery-${answer.error}`);
  const document = DiscoveryDocument.safeParse(answer.value);
  if (!document.success) return unreadable('discovery-shape');
  if (document.data.issuer !== owner.issuer) return unreadable('discovery-issuer');
  const keysUrl = parseEndpointUrl(document.data.jwks_uri);
  // Another host may not supply keys unless the access document names it (jwksUri).
  if (!keysUrl || keysUrl.origin !== issuer.origin) return unreadable('discovery-keys-elsewhere');
  return ok(keysUrl);
}

async function locateKeys(owner: KeyOwner, fetch: Fetch): Promise<Result<URL, KeyFault>> {
  if (owner.jwksUri === undefined) return discover(owner, fetch);
  const pinned = parseEndpointUrl(owner.jwksUri);
  return pinned ? ok(pinned) : unreadable('jwks-uri');
}

/** Fetches an issuer's keys. Causes of a fault name the step (`discovery-…`, `keys-…`) and never quote the answer. */
export async function fetchKeySet(
  owner: KeyOwner,
  fetchWithin: typeof fetchJson = fetchJson,
): Promise<Result<PublishedSet, KeyFault>> {
  const fetch: Fetch = (url) => fetchWithin(url, { privateNetwork: owner.privateNetwork });
  const location = await locateKeys(owner, fetch);
  if (!location.ok) return location;
  const answer = await fetch(location.value);
  if (!answer.ok) return unreachable(`keys-${answer.error}`);
  const set = KeySet.safeParse(answer.value);
  return set.success ? ok(readKeySet(set.data.keys)) : unreadable('keys-shape');
}
