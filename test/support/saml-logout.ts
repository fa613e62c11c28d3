// A LogoutRequest by HTTP-Redirect, as an identity provider sends it or as somebody forges it.
import { createHmac, sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { Signing } from '../../local/saml/sign-xml.ts';
import { IDP, NOW, PERSISTENT, SIGNER } from './saml-idp.ts';

export const SLO = 'https://vend.example.com/login/saml/corp/slo';
export const IDP_SLO = 'https://idp.example.com/slo';
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';

export interface LogoutForgery {
  readonly id?: string;
  readonly sessionIndexes?: readonly string[];
  readonly nameId?: string;
  readonly edit?: (xml: string) => string;
  readonly relayState?: string;
  readonly signer?: Signing;
  readonly sigAlg?: string;
  readonly hash?: string;
  /** In place of the deflated message. */
  readonly message?: Buffer;
}

function logoutXml({
  id = '_logout1',
  sessionIndexes = ['_session1'],
  nameId = 'alice',
}: LogoutForgery): string {
  const indexes = sessionIndexes.map((index) => `<samlp:SessionIndex>${index}</samlp:SessionIndex>`).join('');
  return [
    '<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"',
    ` ID="${id}" Version="2.0" IssueInstant="${NOW.toISOString()}" Destination="${SLO}">`,
    `<saml:Issuer>${IDP}</saml:Issuer><saml:NameID Format="${PERSISTENT}">${nameId}</saml:NameID>${indexes}`,
    '</samlp:LogoutRequest>',
  ].join('');
}

const encodeForm = (name: string, value: string): string => new URLSearchParams({ [name]: value }).toString();

/** The query, question mark included. */
export function logoutQuery(forgery: LogoutForgery = {}): string {
  const {
    edit = (xml) => xml,
    relayState = 'their-state',
    signer = SIGNER,
    sigAlg = RSA_SHA256,
    hash = 'sha256',
  } = forgery;
  const message = forgery.message ?? deflateRawSync(edit(logoutXml(forgery)));
  const content = [
    encodeForm('SAMLRequest', message.toString('base64')),
    ...(relayState === '' ? [] : [encodeForm('RelayState', relayState)]),
    encodeForm('SigAlg', sigAlg),
  ].join('&');
  const signature = sigAlg.includes('hmac')
    ? createHmac('sha256', signer.certificate).update(content).digest()
    : sign(hash, Buffer.from(content), signer.key);
  return `?${content}&${encodeForm('Signature', signature.toString('base64'))}`;
}
