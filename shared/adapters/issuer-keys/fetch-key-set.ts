// An issuer's signing keys by OpenID Connect Discovery, from the configured issuer only.
import * as z from 'zod';
import type { KeyFault, KeyOwner } from '../../identity/key-source.ts';
import { parseEndpointUrl } from '../../kernel/endpoint-url.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { fetchJson } from '../http/fetch-json.ts';
import { type PublishedSet, readKeySet } from './read-key-set.ts';

const DiscoveryDocument = z.object({ issuer: z.string(), jwks_uri: z.string() });

const KeySet = z.object({ keys: z.array(z.unknown()) });

type Fetch = (url: URL) => ReturnType<typeof fetchJson>;

const unreachable = (cause: string) => err({ reason: 'keys-unreachable', cause } as const);
const unreadable = (cause: string) => err({ reason: 'keys-unreadable', cause } as const);

/** OpenID Connect Discovery section 4.3: the document must name the very issuer that it was asked of. */
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
