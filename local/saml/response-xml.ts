// The XML of a SAML response, not signed yet.

export interface ResponseContents {
  readonly responseId: string;
  readonly assertionId: string;
  readonly issuer: string;
  readonly acsUrl: string;
  readonly audience: string;
  readonly inResponseTo: string | undefined;
  readonly issuedAt: Date;
  readonly notBefore: Date;
  readonly notOnOrAfter: Date;
  readonly nameId: { readonly value: string; readonly format: string };
  readonly authenticatedAt: Date;
  readonly authnContext: string;
  readonly sessionIndex: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** For text and for attributes in double quotes. */
export const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (found) => ESCAPES[found] ?? '');

const time = (at: Date): string => at.toISOString();

const attribute = ([name, values]: readonly [string, readonly string[]]): string =>
  `<saml:Attribute Name="${escapeXml(name)}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic">${values
    .map((value) => `<saml:AttributeValue>${escapeXml(value)}</saml:AttributeValue>`)
    .join('')}</saml:Attribute>`;

function assertionXml(contents: ResponseContents): string {
  const { issuedAt, nameId } = contents;
  const answered = contents.inResponseTo ? ` InResponseTo="${escapeXml(contents.inResponseTo)}"` : '';
  const attributes = Object.entries(contents.attributes).map(attribute).join('');
  return [
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${contents.assertionId}" Version="2.0" IssueInstant="${time(issuedAt)}">`,
    `<saml:Issuer>${escapeXml(contents.issuer)}</saml:Issuer>`,
    `<saml:Subject><saml:NameID Format="${escapeXml(nameId.format)}">${escapeXml(nameId.value)}</saml:NameID>`,
    '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">',
    `<saml:SubjectConfirmationData NotOnOrAfter="${time(contents.notOnOrAfter)}" Recipient="${escapeXml(contents.acsUrl)}"${answered}/>`,
    '</saml:SubjectConfirmation></saml:Subject>',
    `<saml:Conditions NotBefore="${time(contents.notBefore)}" NotOnOrAfter="${time(contents.notOnOrAfter)}">`,
    `<saml:AudienceRestriction><saml:Audience>${escapeXml(contents.audience)}</saml:Audience></saml:AudienceRestriction>`,
    '</saml:Conditions>',
    `<saml:AuthnStatement AuthnInstant="${time(contents.authenticatedAt)}" SessionIndex="${escapeXml(contents.sessionIndex)}">`,
    `<saml:AuthnContext><saml:AuthnContextClassRef>${escapeXml(contents.authnContext)}</saml:AuthnContextClassRef></saml:AuthnContext>`,
    `</saml:AuthnStatement><saml:AttributeStatement>${attributes}</saml:AttributeStatement></saml:Assertion>`,
  ].join('');
}

export function responseXml(contents: ResponseContents): string {
  const answered = contents.inResponseTo ? ` InResponseTo="${escapeXml(contents.inResponseTo)}"` : '';
  return [
    '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"',
    ` ID="${contents.responseId}" Version="2.0" IssueInstant="${time(contents.issuedAt)}" Destination="${escapeXml(contents.acsUrl)}"${answered}>`,
    `<saml:Issuer>${escapeXml(contents.issuer)}</saml:Issuer>`,
    '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>',
    assertionXml(contents),
    '</samlp:Response>',
  ].join('');
}
