// Messages about logouts, by HTTP-Redirect and by HTTP-POST, as an identity provider sends them or as somebody forges them.
import { createHmac, sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { type Signing, signXml } from '../../local/saml/issue-response.ts';
import { type LogoutAnswer, logoutResponseXml } from '../../local/saml/log-out.ts';
import { encode, IDP, NOW, PERSISTENT, REQUEST, SIGNER } from './saml-idp.ts';

export const SLO = 'https://vend.example.com/login/saml/corp/slo';
export const IDP_SLO = 'https://idp.example.com/slo';
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';

interface Carriage {
  readonly edit?: (xml: string) => string;
  readonly relayState?: string;
  readonly signer?: Signing;
  readonly sigAlg?: string;
  readonly hash?: string;
  /** In place of the deflated message. */
  readonly message?: Buffer;
}

export interface LogoutForgery extends Carriage {
  readonly id?: string;
  readonly sessionIndexes?: readonly string[];
  readonly nameId?: string;
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
function redirectQuery(name: string, xml: string, carriage: Carriage): string {
  const {
    edit = (text) => text,
    relayState = 'their-state',
    signer = SIGNER,
    sigAlg = RSA_SHA256,
    hash = 'sha256',
  } = carriage;
  const message = carriage.message ?? deflateRawSync(edit(xml));
  const content = [
    encodeForm(name, message.toString('base64')),
    ...(relayState === '' ? [] : [encodeForm('RelayState', relayState)]),
    encodeForm('SigAlg', sigAlg),
  ].join('&');
  const signature = sigAlg.includes('hmac')
    ? createHmac('sha256', signer.certificate).update(content).digest()
    : sign(hash, Buffer.from(content), signer.key);
  return `?${content}&${encodeForm('Signature', signature.toString('base64'))}`;
}

export const logoutQuery = (forgery: LogoutForgery = {}): string =>
  redirectQuery('SAMLRequest', logoutXml(forgery), forgery);

/** By HTTP-POST the signature is in the message; `editSigned` comes after it. */
export interface PostForgery extends LogoutForgery {
  readonly editSigned?: (xml: string) => string;
}

export function logoutForm({
  edit = (xml) => xml,
  editSigned = (xml) => xml,
  signer = SIGNER,
  ...forgery
}: PostForgery = {}) {
  return { SAMLRequest: encode(editSigned(signXml(edit(logoutXml(forgery)), 'LogoutRequest', signer))) };
}

export interface AnswerForgery extends Carriage {
  readonly contents?: Partial<LogoutAnswer>;
  readonly editSigned?: (xml: string) => string;
}

const answerXml = (contents: Partial<LogoutAnswer> = {}): string =>
  logoutResponseXml({
    id: '_answer1',
    issuer: IDP,
    destination: SLO,
    inResponseTo: REQUEST,
    issuedAt: NOW,
    status: ['Success'],
    ...contents,
  });

export const answerQuery = ({ contents, ...carriage }: AnswerForgery = {}): string =>
  redirectQuery('SAMLResponse', answerXml(contents), carriage);

export function answerForm({
  contents,
  edit = (xml) => xml,
  editSigned = (xml) => xml,
  signer = SIGNER,
}: AnswerForgery = {}) {
  return { SAMLResponse: encode(editSigned(signXml(edit(answerXml(contents)), 'LogoutResponse', signer))) };
}
