// A SAML connection's document, its provider's metadata and what administrators decided about the keys → the certificates and
// addresses that count now, or why the connection cannot be used. Pure.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { GoodMetadata } from '../../../../shared/people/idp-metadata.ts';
import type { SignOnFailure } from '../../../../shared/people/sign-on-failure.ts';
import { nameCertificate } from '../../../../shared/rules/sign-on/saml-certificate.ts';
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import { type KeyDecision, keyStatusOf } from '../../../../shared/rules/values/issuer-key.ts';
import type { KnownConnection } from '../../request/saml-metadata-port.ts';
import type { FollowedConnection } from './fetch-metadata.ts';

export type KnownNow = Result<KnownConnection, SignOnFailure>;

/** The faults of which a person may hope that they pass. The others wait for an administrator. */
const PASSING: ReadonlySet<string> = new Set(
  ['unreachable', 'deadline', 'unreadable', 'status'].map((fault) => `metadata-fetch-${fault}`),
);

/** `cause`: a fault of fetch-metadata.ts, as causeOf writes it. */
export const notUsable = (cause: string): KnownNow =>
  err(
    PASSING.has(cause)
      ? { code: 'idp_unavailable', reason: 'idp-unreachable', cause }
      : { code: 'sign_on_misconfigured', reason: reasonOf(cause), cause },
  );

function reasonOf(cause: string) {
  switch (cause) {
    case 'metadata-fetch-address-refused':
      return 'idp-address';
    case 'metadata-fetch-tls':
      return 'idp-tls';
    default:
      return 'metadata-unreadable';
  }
}

/** By the thumbprints of keys. */
export type Decisions = ReadonlyMap<string, KeyDecision>;

/** The certificates of the document need no approval, but may be revoked. */
const judgeListed = ({ certificates }: SamlConnection, decisions: Decisions) =>
  certificates.flatMap((pem) => {
    const named = nameCertificate(pem);
    return named.ok
      ? [{ ...named.value, status: keyStatusOf(decisions.get(named.value.thumbprint), 'accept') }]
      : [];
  });

/** The document's own certificates and addresses come before those of the metadata. */
export function withMetadata(
  connection: FollowedConnection,
  good: GoodMetadata,
  decisions: Decisions,
): KnownNow {
  const { newKeys } = connection;
  const listed = judgeListed(connection, decisions);
  const published = good.certificates.map((one) => ({
    ...one,
    status: keyStatusOf(decisions.get(one.thumbprint), newKeys),
  }));
  const having = (...wanted: readonly string[]) => [
    ...new Set(
      [...listed, ...published].filter(({ status }) => wanted.includes(status)).map(({ pem }) => pem),
    ),
  ];
  const certificates = having('accepted', 'approved');
  const withheld = { 'key-held': having('held'), 'key-revoked': having('revoked') };
  if (certificates.length === 0)
    return notUsable(`metadata-read-${withheld['key-held'].length > 0 ? 'key-held' : 'key-revoked'}`);
  const isFollowed = newKeys === 'accept';
  const ssoUrl = connection.ssoUrl ?? (isFollowed ? good.ssoUrl : undefined);
  const sloUrl = connection.sloUrl ?? (isFollowed ? good.sloUrl : undefined);
  if (ssoUrl === undefined) return notUsable('metadata-read-no-address');
  const located = { ...connection, certificates, ssoUrl, ...(sloUrl === undefined ? {} : { sloUrl }) };
  return ok({ connection: located, withheld });
}

/**
 * The document has all: its schema demands an address where it names no metadata. A key that was revoked while there was an address
 * for metadata does not count again when a rollback takes that away.
 */
export function withoutMetadata(connection: SamlConnection, decisions: Decisions): KnownNow {
  const { ssoUrl } = connection;
  if (ssoUrl === undefined) return notUsable('metadata-read-no-address');
  const listed = judgeListed(connection, decisions);
  const having = (isRevoked: boolean) =>
    listed.filter(({ status }) => (status === 'revoked') === isRevoked).map(({ pem }) => pem);
  const located = { ...connection, ssoUrl, certificates: having(false) };
  return ok({ connection: located, withheld: { 'key-held': [], 'key-revoked': having(true) } });
}
