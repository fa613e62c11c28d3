// Against forged or misdirected SAML LogoutRequests: only a request that the identity provider signed, for this
// deployment, in its time, counts.
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Carried } from '../../functions/login/sign-on-saml/protocol/verify-logout.ts';
import { verifyLogoutRequest } from '../../functions/login/sign-on-saml/protocol/verify-logout.ts';
import { ATTACKER, connection, later, NOW, SIGNER } from '../support/saml-idp.ts';
import {
  answerForm,
  IDP_SLO,
  type LogoutForgery,
  logoutForm,
  logoutQuery,
  type PostForgery,
  SLO,
} from '../support/saml-logout.ts';

function verdict(carried: Carried, now = NOW): string {
  const expected = { connection: connection({ sloUrl: IDP_SLO }), sloUrl: SLO, now };
  const result = verifyLogoutRequest(carried, expected);
  return result.ok ? `ends ${result.value.idpSessions.join()}` : result.error;
}

const verdictOf = (query: string, now?: Date) => verdict({ by: 'redirect', search: query }, now);

const edited = (from: string | RegExp, to: string) =>
  verdictOf(logoutQuery({ edit: (xml) => xml.replace(from, to) }));
const GENUINE = logoutQuery();
const TAKEN = 'ends ["alice","_session1"]';

describe('a logout request is the identity provider’s', () => {
  it('when it is signed, with or without a RelayState', () => {
    expect(verdictOf(GENUINE)).toBe(TAKEN);
    expect(verdictOf(logoutQuery({ relayState: '' }))).toBe(TAKEN);
  });

  it.each<[string, string]>([
    ['unsigned', GENUINE.replace(/&SigAlg.*/, '')],
    ['without a signature', GENUINE.replace(/&Signature=.*/, '')],
    ['with an empty signature', GENUINE.replace(/&Signature=.*/, '&Signature=')],
    ['without an algorithm', GENUINE.replace(/&SigAlg=[^&]*/, '')],
    ['signed by a stranger', logoutQuery({ signer: ATTACKER })],
    ['with another RelayState', GENUINE.replace('their-state', 'other-state')],
    ['with its RelayState taken out', GENUINE.replace('&RelayState=their-state', '')],
    [
      'with another message',
      GENUINE.replace(
        /SAMLRequest=[^&]*/,
        /SAMLRequest=[^&]*/.exec(logoutQuery({ id: '_other' }))?.[0] ?? '',
      ),
    ],
    [
      'signed with SHA-1',
      logoutQuery({ sigAlg: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1', hash: 'sha1' }),
    ],
    ['signed with SHA-1 that says SHA-256', logoutQuery({ hash: 'sha1' })],
    [
      'signed with the certificate as a password',
      logoutQuery({ sigAlg: 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256' }),
    ],
  ])('not %s', (_, query) => {
    expect(verdictOf(query)).toBe('signature-wrong');
  });

  it.each([
    ['a second request', `${GENUINE}&SAMLRequest=x`],
    ['a second request in front', GENUINE.replace('?', '?SAMLRequest=x&')],
    ['a second algorithm', `${GENUINE}&SigAlg=x`],
    ['anything else', `${GENUINE}&x=y`],
    ['a name written otherwise', GENUINE.replace('SAMLRequest', 'SAML%52equest')],
    ['a response', GENUINE.replace('SAMLRequest', 'SAMLResponse')],
    ['nothing', ''],
  ])('not with %s', (_, query) => {
    expect(verdictOf(query)).toBe('structure-unexpected');
  });
});

describe('a logout request is for us, now', () => {
  /**
   * @attack SAML: a logout message without an id
   * @removed the check of ids
   * @failed 1 of 135: not with no ID: `expected 'ends ["alice","_session1"]' to be 'id-unusable'`
   * @also test/attack/saml-logout-answers.test.ts
   */
  it.each<[string, string | RegExp, string, string]>([
    ['another issuer', /<saml:Issuer>[^<]*/, '<saml:Issuer>https://evil.example', 'issuer-wrong'],
    [
      'another destination',
      /Destination="[^"]*/,
      'Destination="https://other.example.com/slo',
      'destination-wrong',
    ],
    ['no destination', / Destination="[^"]*"/, '', 'destination-wrong'],
    ['an end that has passed', ' Destination', ' NotOnOrAfter="2026-03-01T11:00:00Z" Destination', 'expired'],
    ['an end that is none', ' Destination', ' NotOnOrAfter="soon" Destination', 'time-unreadable'],
    ['no time', / IssueInstant="[^"]*"/, '', 'time-unreadable'],
    ['no NameID', /<saml:NameID.*<\/saml:NameID>/, '', 'structure-unexpected'],
    ['two NameIDs', '<saml:NameID ', '<saml:NameID>bob</saml:NameID><saml:NameID ', 'structure-unexpected'],
    ['an encrypted name', /<saml:NameID.*<\/saml:NameID>/, '<saml:EncryptedID/>', 'structure-unexpected'],
    ['extensions', '<saml:NameID', '<samlp:Extensions/><saml:NameID', 'structure-unexpected'],
    ['a comment in the name', '>alice<', '>al<!---->ice<', 'markup-forbidden'],
    ['a DTD', '<samlp:LogoutRequest', '<!DOCTYPE a><samlp:LogoutRequest', 'markup-forbidden'],
    ['no ID', ' ID="_logout1"', '', 'id-unusable'],
  ])('not with %s', (_, from, to, reason) => {
    expect(edited(from, to)).toBe(reason);
  });

  it.each([
    [329, TAKEN],
    [330, 'expired'],
    [-30, TAKEN],
    [-31, 'not-yet-valid'],
  ])('%i seconds after it was written: %s', (seconds, outcome) => {
    expect(verdictOf(GENUINE, later(seconds))).toBe(outcome);
  });

  it('and its id is remembered until then', () => {
    const expected = { connection: connection({ sloUrl: IDP_SLO }), sloUrl: SLO, now: NOW };
    const taken = verifyLogoutRequest({ by: 'redirect', search: GENUINE }, expected);
    expect(taken.ok && taken.value.usableUntil).toEqual(later(330));
  });

  it.each<[string, LogoutForgery, string]>([
    ['a deflate bomb', { message: deflateRawSync(Buffer.alloc(50_000_000, 'x')) }, 'deflate-invalid'],
    ['what was not deflated', { message: Buffer.from('<a/>') }, 'deflate-invalid'],
  ])('not %s', (_, forgery, reason) => {
    expect(verdictOf(logoutQuery(forgery))).toBe(reason);
  });
});

describe('a logout request by POST', () => {
  const posted = (
    forgery: PostForgery = {},
    fields: Readonly<Record<string, unknown>> = logoutForm(forgery),
  ) => verdict({ by: 'post', fields });

  it('is the identity provider’s when it is signed', () => {
    expect(posted()).toBe(TAKEN);
  });

  /**
   * @attack SAML: a logout message by redirect that is unsigned, forged or changed, in either direction
   * @removed the refusal of a wrong signature
   * @failed 27 of 135: is not taken unsigned: `expected 'over' to be 'signature-wrong'`
   * @also test/attack/saml-logout-answers.test.ts
   *
   * @attack SAML: a logout message signed with SHA-1
   * @removed SHA-1's absence from the lists, signature and digest each
   * @failed 4 and 1 of 135: is not taken signed with SHA-1: `expected 'over' to be 'signature-wrong'`
   * @also test/attack/saml-logout-answers.test.ts
   *
   * @attack SAML: a logout message by POST that is unsigned
   * @removed the demand for a signature
   * @failed 2 of 135: is not taken unsigned: `expected 'over' to be 'signature-wrong'`
   * @also test/attack/saml-logout-answers.test.ts
   *
   * @attack SAML: the same, with words that no signature covers
   * @removed the comparison of what was checked and what was signed
   * @failed 2 of 135: is not taken with words that no signature covers: `expected 'over' to be
   *   'signed-bytes-differ'`
   * @also test/attack/saml-logout-answers.test.ts
   *
   * @attack SAML: the same, by weak algorithms or about another element
   * @removed the check of the signature's form
   * @failed 4 of 135: is not taken signed with SHA-1: `expected 'signature-wrong' to be
   *   'algorithm-not-allowed'`
   * @note verifying knows only the same lists, and verifies the parent
   * @also test/attack/saml-logout-answers.test.ts
   *
   * @attack SAML: a logout message of another issuer
   * @removed the comparison
   * @failed 4 of 135: is not taken of another issuer: `expected 'over' to be 'issuer-wrong'`
   * @also test/attack/saml-logout-answers.test.ts
   *
   * @attack SAML: a logout message for another address or connection
   * @removed the comparison
   * @failed 9 of 135: is not taken for another address: `expected 'over' to be 'destination-wrong'`
   * @also test/attack/saml-logout-answers.test.ts
   */
  it.each<[string, PostForgery, string]>([
    [
      'unsigned',
      { editSigned: (xml) => xml.replace(/<ds:Signature.*<\/ds:Signature>/, '') },
      'signature-wrong',
    ],
    ['signed by a stranger', { signer: ATTACKER }, 'signature-wrong'],
    [
      'about somebody else since',
      { editSigned: (xml) => xml.replace('>alice<', '>bob<') },
      'signature-wrong',
    ],
    [
      'signed with SHA-1',
      { signer: { ...SIGNER, signatureAlgorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' } },
      'algorithm-not-allowed',
    ],
    ['for another address', { edit: (xml) => xml.replace('/slo"', '/acs"') }, 'destination-wrong'],
    ['of another issuer', { edit: (xml) => xml.replace('/saml<', '/other<') }, 'issuer-wrong'],
    [
      'with a second name around the signed one',
      { editSigned: (xml) => xml.replace('<saml:NameID ', '<saml:NameID>bob</saml:NameID><saml:NameID ') },
      'structure-unexpected',
    ],
    [
      'with words that no signature covers',
      { editSigned: (xml) => xml.replace('<saml:NameID ', '<saml:NameID xmlnsx="unsigned" ') },
      'signed-bytes-differ',
    ],
  ])('is not taken %s', (_, forgery, reason) => {
    expect(posted(forgery)).toBe(reason);
  });

  it('is not taken under the name of an answer, nor an answer under its name', () => {
    const { SAMLRequest } = logoutForm();
    expect(posted({}, { SAMLResponse: SAMLRequest })).toBe('base64-invalid');
    expect(posted({}, { SAMLRequest: answerForm().SAMLResponse })).toBe('structure-unexpected');
  });
});
