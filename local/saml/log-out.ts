// A LogoutRequest of the service provider: verifies its signature, ends the session that it names, and gives the signed
// answer for HTTP-Redirect.

import { deflateRawSync } from 'node:zlib';
import type { XmlElement } from '../../functions/login/sign-on-saml/protocol/parse-xml.ts';
import {
  signRedirect,
  verifyRedirect,
} from '../../functions/login/sign-on-saml/protocol/redirect-binding.ts';
import { escapeXml, newId, type ServiceProviderAddresses, type Signing } from './issue-response.ts';
import { type PublishedProvider, readRedirected } from './read-service-provider.ts';

const STATUS = 'urn:oasis:names:tc:SAML:2.0:status:';

export interface LogoutAnswer {
  readonly id: string;
  readonly issuer: string;
  readonly destination: string;
  readonly inResponseTo: string;
  readonly issuedAt: Date;
  /** The last part of its name, and perhaps a second one within. */
  readonly status: readonly [string, string?];
}

/** The XML of a LogoutResponse, not signed yet. */
export function logoutResponseXml({
  id,
  issuer,
  destination,
  inResponseTo,
  issuedAt,
  status,
}: LogoutAnswer): string {
  const [code, inner] = status;
  const nested = inner === undefined ? '' : `<samlp:StatusCode Value="${STATUS}${inner}"/>`;
  return [
    '<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"',
    ` ID="${id}" Version="2.0" IssueInstant="${issuedAt.toISOString()}" Destination="${escapeXml(destination)}" InResponseTo="${escapeXml(inResponseTo)}">`,
    `<saml:Issuer>${escapeXml(issuer)}</saml:Issuer>`,
    `<samlp:Status><samlp:StatusCode Value="${STATUS}${code}">${nested}</samlp:StatusCode></samlp:Status>`,
    '</samlp:LogoutResponse>',
  ].join('');
}

interface SignedOnHere {
  readonly entityId: string;
  readonly sloUrl: string;
  readonly signing: Signing;
  readonly sessions: Map<string, string>;
}

/** Ends the session that has this index and belongs to this person; false if there is none. */
function endSession(request: XmlElement, sessions: Map<string, string>): boolean {
  const textOf = (name: string) => request.children.find((child) => child.name === name)?.text ?? '';
  const index = textOf('SessionIndex');
  return sessions.get(index) === textOf('NameID') && sessions.delete(index);
}

/** The URL to which the browser takes the answer; undefined unless this service provider signed the request for this address. */
export function answerLogout(
  url: URL,
  to: ServiceProviderAddresses,
  { certificates, sloUrl }: PublishedProvider,
  from: SignedOnHere,
): string | undefined {
  const request = readRedirected(url.searchParams.get('SAMLRequest'));
  const isSigned = verifyRedirect(url.search, 'SAMLRequest', certificates).ok;
  const issuer = request?.children.find(({ name }) => name === 'Issuer')?.text;
  const destination = request?.attributes.get('Destination');
  if (!request || !isSigned || sloUrl === undefined) return undefined;
  if (issuer !== to.entityId || destination !== from.sloUrl) return undefined;
  const answer = logoutResponseXml({
    id: newId(),
    issuer: from.entityId,
    destination: sloUrl,
    inResponseTo: request.attributes.get('ID') ?? '',
    issuedAt: new Date(),
    status: endSession(request, from.sessions) ? ['Success'] : ['Requester', 'UnknownPrincipal'],
  });
  const relayState = url.searchParams.get('RelayState');
  const query = new URLSearchParams({
    SAMLResponse: deflateRawSync(answer).toString('base64'),
    ...(relayState === null ? {} : { RelayState: relayState }),
  });
  return signRedirect(`${sloUrl}?${query}`, from.signing.key);
}
