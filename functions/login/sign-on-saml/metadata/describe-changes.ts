// What is another way in an identity provider's metadata than before: for the log, because each of it changes who signs people in
// or where they are sent.
import type { GoodMetadata } from '../../../../shared/people/idp-metadata.ts';

export interface MetadataChange {
  readonly what:
    | 'certificate-added'
    | 'certificate-removed'
    | 'sso-url'
    | 'slo-url'
    | 'wants-signed-requests';
  /** The thumbprint of the certificate's key, or the new value. */
  readonly value: string;
}

const thumbprintsOf = ({ certificates }: GoodMetadata): readonly string[] =>
  certificates.map(({ thumbprint }) => thumbprint);

const missingIn = (others: readonly string[], names: readonly string[]): readonly string[] =>
  names.filter((name) => !others.includes(name));

export function describeChanges(before: GoodMetadata, after: GoodMetadata): readonly MetadataChange[] {
  const [old, now] = [thumbprintsOf(before), thumbprintsOf(after)];
  const changes: MetadataChange[] = [
    ...missingIn(old, now).map((value) => ({ what: 'certificate-added', value }) as const),
    ...missingIn(now, old).map((value) => ({ what: 'certificate-removed', value }) as const),
  ];
  if (before.ssoUrl !== after.ssoUrl) changes.push({ what: 'sso-url', value: after.ssoUrl ?? '' });
  if (before.sloUrl !== after.sloUrl) changes.push({ what: 'slo-url', value: after.sloUrl ?? '' });
  if (before.wantsSignedRequests !== after.wantsSignedRequests)
    changes.push({ what: 'wants-signed-requests', value: String(after.wantsSignedRequests) });
  return changes;
}
