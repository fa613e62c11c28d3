// A SAML identity provider for tests: signs what it is told, however wrong. Keys are made once a run.
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { selfSign } from '../../functions/login/keys/self-sign.ts';
import type { ResponseExpectations } from '../../functions/login/sign-on-saml/protocol/check-conditions.ts';
import { verifySamlResponse } from '../../functions/login/sign-on-saml/protocol/verify-response.ts';
import {
  type ResponseContents,
  responseXml,
  type Signing,
  signXml,
} from '../../local/saml/issue-response.ts';
import { SamlConnection } from '../../shared/rules/sign-on/saml-connection.ts';

export const NOW = new Date('2026-03-01T12:00:00.000Z');
export const IDP = 'https://idp.example.com/saml';
export const SP = 'https://vend.example.com/login/saml/corp/metadata';
export const ACS = 'https://vend.example.com/login/saml/corp/acs';
export const REQUEST = '_request0000000000000000000000001';
export const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';

export const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

export function signerWith(privateKey: KeyObject): Signing {
  const key: KeyObject = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const certificate = selfSign(key, { commonName: 'test idp', from: later(-86_400), until: later(86_400) });
  return { key, certificate };
}

export const newSigner = (): Signing =>
  signerWith(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);

export const SIGNER = newSigner();
export const ATTACKER = newSigner();

const CONTENTS: ResponseContents = {
  responseId: '_response1',
  assertionId: '_assertion1',
  issuer: IDP,
  acsUrl: ACS,
  audience: SP,
  inResponseTo: REQUEST,
  issuedAt: NOW,
  notBefore: later(-30),
  notOnOrAfter: later(300),
  nameId: { value: 'alice', format: PERSISTENT },
  authenticatedAt: later(-10),
  authnContext: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  sessionIndex: '_session1',
  attributes: { mail: ['alice@example.com'], groups: ['media', 'staff'] },
};

type Edit = (xml: string) => string;

export interface Forgery {
  readonly contents?: Partial<ResponseContents>;
  /** Before anything is signed. */
  readonly edit?: Edit;
  /** Between the two signatures: the assertion is signed, the response is not. */
  readonly editSigned?: Edit;
  /** undefined: left unsigned. */
  readonly assertionSigner?: Signing | undefined;
  readonly responseSigner?: Signing | undefined;
}

const signedBy = (signer: Signing | undefined, name: string): Edit =>
  signer ? (xml) => signXml(xml, name, signer) : (xml) => xml;

export function samlXml(forgery: Forgery = {}): string {
  const { contents, edit = (xml) => xml, editSigned = (xml) => xml } = forgery;
  const { assertionSigner, responseSigner } = { assertionSigner: SIGNER, responseSigner: SIGNER, ...forgery };
  const steps = [
    edit,
    signedBy(assertionSigner, 'Assertion'),
    editSigned,
    signedBy(responseSigner, 'Response'),
  ];
  return steps.reduce((xml, step) => step(xml), responseXml({ ...CONTENTS, ...contents }));
}

export const connection = (fields: object = {}): SamlConnection =>
  SamlConnection.parse({
    id: 'corp',
    kind: 'saml',
    name: 'Corporate',
    entityId: IDP,
    ssoUrl: 'https://idp.example.com/sso',
    certificates: [SIGNER.certificate],
    groups: 'groups',
    claims: { email: 'mail' },
    ...fields,
  });

export const encode = (xml: string | Uint8Array): string => Buffer.from(xml).toString('base64');

export const verify = (xml: string | Uint8Array, expected: Partial<ResponseExpectations> = {}) =>
  verifySamlResponse(encode(xml), {
    connection: connection(),
    entityId: SP,
    acsUrl: ACS,
    requestId: REQUEST,
    now: NOW,
    ...expected,
  });

/** What became of it, in a word. */
export function verdict(xml: string | Uint8Array, expected: Partial<ResponseExpectations> = {}) {
  const result = verify(xml, expected);
  return result.ok ? `${result.value.signedOn.subject} signed on` : result.error;
}
