// The signed SAML response for a demo person who has signed on.
import { type KeyObject, randomBytes } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import type { DemoPerson } from '../demo/people.ts';

const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';

export interface Signing {
  readonly key: KeyObject;
  /** PEM; put into KeyInfo. */
  readonly certificate: string;
  readonly signatureAlgorithm?: string;
  readonly digestAlgorithm?: string;
}

/** `name` is the local name of the one element to sign. */
export function signXml(
  xml: string,
  name: string,
  signing: Signing,
  place: 'after-issuer' | 'first' = 'after-issuer',
): string {
  const element = `//*[local-name(.)='${name}']`;
  const signer = new SignedXml({
    privateKey: signing.key.export({ type: 'pkcs8', format: 'pem' }),
    publicCert: signing.certificate,
    signatureAlgorithm: signing.signatureAlgorithm ?? 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: EXCLUSIVE_C14N,
  });
  signer.addReference({
    xpath: element,
    transforms: [ENVELOPED, EXCLUSIVE_C14N],
    digestAlgorithm: signing.digestAlgorithm ?? 'http://www.w3.org/2001/04/xmlenc#sha256',
  });
  signer.computeSignature(xml, {
    prefix: 'ds',
    location:
      place === 'first'
        ? { reference: element, action: 'prepend' }
        : { reference: `${element}/*[local-name(.)='Issuer']`, action: 'after' },
  });
  return signer.getSignedXml();
}

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

/** The XML of a response with one assertion, not signed yet. */
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

const VALID_MS = 300_000;
const BACKDATED_MS = 30_000;
const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
const PASSWORD = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport';

export interface ServiceProviderAddresses {
  readonly entityId: string;
  readonly acsUrl: string;
}

/** A fresh ID for a SAML message; XML IDs cannot start with a digit. */
export const newId = (): string => `_${randomBytes(16).toString('hex')}`;

interface Occasion {
  /** Undefined for a sign-on that the identity provider starts. */
  readonly inResponseTo: string | undefined;
  readonly sessionIndex: string;
}

/** In base64, as its form field has it. */
export function issueResponse(
  { sub, name, email, groups }: DemoPerson,
  to: ServiceProviderAddresses,
  from: { readonly entityId: string; readonly signing: Signing },
  { inResponseTo, sessionIndex }: Occasion,
): string {
  const now = Date.now();
  const xml = responseXml({
    responseId: newId(),
    assertionId: newId(),
    issuer: from.entityId,
    acsUrl: to.acsUrl,
    audience: to.entityId,
    inResponseTo,
    issuedAt: new Date(now),
    notBefore: new Date(now - BACKDATED_MS),
    notOnOrAfter: new Date(now + VALID_MS),
    nameId: { value: sub, format: PERSISTENT },
    authenticatedAt: new Date(now),
    authnContext: PASSWORD,
    sessionIndex,
    attributes: { uid: [sub], displayName: [name], mail: [email], groups },
  });
  const signed = signXml(signXml(xml, 'Assertion', from.signing), 'Response', from.signing);
  return Buffer.from(signed).toString('base64');
}
