// One reading of an identity provider's metadata from its address. The server of the metadata decides who signs people in, so they
// come over TLS from the configured address alone, about the configured entity alone, and signed where the document says so.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { FetchDocument, UnfetchedDocument } from '../../../../shared/people/idp-port.ts';
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import {
  type IdpMetadata,
  MAX_METADATA_BYTES,
  type MetadataFault,
  readIdpMetadata,
} from './read-idp-metadata.ts';

/** A connection whose provider's metadata are read from an address. */
export type FollowedConnection = SamlConnection & { readonly metadataUrl: string };

export const isFollowed = (connection: SamlConnection): connection is FollowedConnection =>
  connection.metadataUrl !== undefined;

/** Why the metadata cannot be used. `own-entity`: the connection names Stint itself. */
export type FetchMetadataFault =
  | { readonly step: 'fetch'; readonly fault: UnfetchedDocument }
  | { readonly step: 'read'; readonly fault: MetadataFault | 'own-entity' | 'no-address' };

/** Where the metadata name no time. A certificate that the provider removed counts for this long. */
const USUAL_SECONDS = 3_600;
/** The bounds of what the provider says: no request of a person should be the provider's load, and none follow old keys for a day. */
const REFRESH_SECONDS = { min: 600, max: 21_600 } as const;

const ACCEPT = 'application/samlmetadata+xml, application/xml;q=0.9, text/xml;q=0.8';

/** RFC 9111 section 5.2.2: for Stint's own cache. No time at all counts as zero. */
function maxAgeOf(cacheControl: string | undefined): number | undefined {
  if (cacheControl === undefined) return undefined;
  const directives = cacheControl.split(',').map((directive) => directive.trim().toLowerCase());
  if (directives.includes('no-cache') || directives.includes('no-store')) return 0;
  const ages = directives.flatMap((directive) => /^max-age="?(\d{1,9})"?$/.exec(directive)?.[1] ?? []);
  return ages.length === 0 ? undefined : Math.min(...ages.map(Number));
}

/** After how many seconds the metadata are read again: as the provider says by HTTP and in the document, within bounds. */
export function refreshAfterSeconds(
  cacheSeconds: number | undefined,
  cacheControl: string | undefined,
): number {
  const said = [cacheSeconds, maxAgeOf(cacheControl)].filter((seconds) => seconds !== undefined);
  const wanted = said.length === 0 ? USUAL_SECONDS : Math.min(...said);
  return Math.min(Math.max(wanted, REFRESH_SECONDS.min), REFRESH_SECONDS.max);
}

export interface FetchedMetadata extends IdpMetadata {
  readonly dueAt: Date;
}

/** `ownEntityId`: Stint's name at the connection. */
export async function fetchMetadata(
  { metadataUrl, entityId, metadataCertificate, privateNetwork, ssoUrl }: FollowedConnection,
  ownEntityId: string,
  now: Date,
  fetch: FetchDocument,
): Promise<Result<FetchedMetadata, FetchMetadataFault>> {
  // A provider that is Stint itself would accept what Stint signs for other purposes.
  if (entityId === ownEntityId) return err({ step: 'read', fault: 'own-entity' });
  const options = { privateNetwork, accept: ACCEPT, maxBytes: MAX_METADATA_BYTES };
  const fetched = await fetch(new URL(metadataUrl), options);
  if (!fetched.ok) return err({ step: 'fetch', fault: fetched.error });
  const { text, cacheControl } = fetched.value;
  const read = readIdpMetadata(text, { entityId, signedBy: metadataCertificate, now });
  if (!read.ok) return err({ step: 'read', fault: read.error });
  if (read.value.ssoUrl === undefined && ssoUrl === undefined)
    return err({ step: 'read', fault: 'no-address' });
  const seconds = refreshAfterSeconds(read.value.cacheSeconds, cacheControl);
  return ok({ ...read.value, dueAt: new Date(now.getTime() + seconds * 1000) });
}
