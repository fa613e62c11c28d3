// The XML of a LogoutResponse, not signed yet.
import { escapeXml } from './response-xml.ts';

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
