// Against foreign XML where the standard leaves the content open (an attribute's value, Extensions): it refuses
// nobody, is never read, and is no place for a copy of an assertion.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Carried } from '../../functions/login/sign-on-saml/protocol/verify-logout.ts';
import {
  verifyLogoutRequest,
  verifyLogoutResponse,
} from '../../functions/login/sign-on-saml/protocol/verify-logout.ts';
import {
  connection,
  IDP,
  NOW,
  PERSISTENT,
  REQUEST,
  SP,
  samlXml,
  verdict,
  verify,
} from '../support/saml-idp.ts';
import { answerForm, answerQuery, IDP_SLO, logoutForm, logoutQuery, SLO } from '../support/saml-logout.ts';

const TARGETED = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.10';
const attributeXml = (...values: readonly string[]): string =>
  `<saml:Attribute Name="${TARGETED}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`;
const nameId = (text: string, attributes = `Format="${PERSISTENT}"`): string =>
  `<saml:NameID ${attributes}>${text}</saml:NameID>`;

const withAttribute = (xml: string) =>
  samlXml({ edit: (text) => text.replace('<saml:AttributeStatement>', `<saml:AttributeStatement>${xml}`) });

describe('an attribute that nobody asked for refuses nobody, whatever XML it holds', () => {
  it.each([
    ['a targeted id', attributeXml(nameId('x1'))],
    ['two of them', attributeXml(nameId('x1'), nameId('x2'))],
    ['one for another service', attributeXml(nameId('x1', 'SPNameQualifier="https://other.example"'))],
    ['an element', attributeXml('<a:address xmlns:a="urn:a"><a:street>High St</a:street></a:address>')],
    ['several', attributeXml('<a xmlns="urn:a"/><b xmlns="urn:b"/>')],
    ['an element of no namespace', attributeXml('<NameID xmlns="">mallory</NameID>')],
    ['text among elements', attributeXml('<p xmlns="urn:a">Hello <b>you</b> there</p>')],
    ['one id twice', attributeXml('<p xmlns="urn:a" id="1"/>', '<p xmlns="urn:a" id="1"/>')],
    ['text beside it', attributeXml('x1', '<p xmlns="urn:a"/>')],
  ])('%s', (_, xml) => {
    expect(verdict(withAttribute(xml))).toBe('alice signed on');
  });

  /**
   * @attack SAML: a claim that is asked for and holds XML, taken for one that is not there
   * @removed its being no text
   * @failed 1 of 75: and says nothing where it is asked for: `expected 'alice signed on' to be
   *   'claims-unusable'`
   */
  it('and says nothing where it is asked for', () => {
    const xml = withAttribute(attributeXml('<p xmlns="urn:a">media</p>'));
    expect(verdict(xml, { connection: connection({ groups: TARGETED }) })).toBe('groups-unusable');
    expect(verdict(xml, { connection: connection({ claims: { id: TARGETED } }) })).toBe('claims-unusable');
  });
});

describe('a targeted id as the subject', () => {
  const subjectOf = (xml: string) => verdict(xml, { connection: connection({ subject: TARGETED }) });
  const CASE = readFileSync(new URL('../data/saml-targeted-id.xml', import.meta.url), 'utf8').trim();

  it.each([
    ['a persistent NameID', CASE],
    [
      'one qualified by these two',
      attributeXml(nameId('x1', `Format="${PERSISTENT}" NameQualifier="${IDP}" SPNameQualifier="${SP}"`)),
    ],
    ['text', attributeXml('x1')],
    ['space around', attributeXml(`\n  ${nameId('x1')}\n  `)],
  ])('is taken: %s', (_, xml) => {
    expect(subjectOf(withAttribute(xml))).toBe('x1 signed on');
  });

  /**
   * @attack SAML: parts of a message in Extensions or in an attribute's XML
   * @removed the demand that all of it be foreign, down to the leaves
   * @failed 12 of 75: is not, and the cause says why: other XML with a name: `expected
   *   'subject-attribute-not-text' to be 'structure-unexpected'`
   * @note nobody reads it in any case
   *
   * @attack SAML: a targeted id for another service, or one that does not last
   * @removed the qualifiers; the format
   * @failed 3 and 3 of 75: another service's: `expected 'x1 signed on' to be 'name-id-for-another-provider'`
   */
  it.each([
    [
      'another service’s',
      attributeXml(nameId('x1', `Format="${PERSISTENT}" SPNameQualifier="https://other.example"`)),
      'name-id-for-another-provider',
    ],
    [
      'another identity provider’s',
      attributeXml(nameId('x1', `Format="${PERSISTENT}" NameQualifier="https://other.example"`)),
      'name-id-for-another-provider',
    ],
    [
      'a transient one',
      attributeXml(nameId('x1', 'Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"')),
      'name-id-not-persistent',
    ],
    ['one without a format', attributeXml(nameId('x1', '')), 'name-id-not-persistent'],
    ['two', attributeXml(nameId('x1'), nameId('x2')), 'subject-attribute-repeated'],
    ['two in one value', attributeXml(`${nameId('x1')}${nameId('x2')}`), 'structure-unexpected'],
    ['text and a name', attributeXml(`x2${nameId('x1')}`), 'xml-malformed'],
    ['none', attributeXml(), 'subject-attribute-missing'],
    ['an empty value', attributeXml(''), 'subject-attribute-missing'],
    ['an empty name', attributeXml(nameId('')), 'subject-unusable'],
    ['other XML', attributeXml('<id xmlns="urn:a">x1</id>'), 'subject-attribute-not-text'],
    ['other XML with a name', attributeXml(`<id xmlns="urn:a">${nameId('x1')}</id>`), 'structure-unexpected'],
  ])('is not, and the cause says why: %s', (_, xml, cause) => {
    expect(subjectOf(withAttribute(xml))).toBe(cause);
  });

  it('leaves the NameID of the subject to logouts', () => {
    const result = verify(withAttribute(CASE), { connection: connection({ subject: TARGETED }) });
    expect(result).toMatchObject({ value: { signedOn: { subject: 'x1', samlName: { nameId: 'alice' } } } });
  });

  it.each([
    ['no NameID', /<saml:NameID.*<\/saml:NameID>/, '', 'name-id-missing'],
    [
      'a NameID that changes',
      PERSISTENT,
      'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
      'name-id-not-persistent',
    ],
    [
      'a NameID of others',
      ' Format=',
      ' NameQualifier="https://other.example" Format=',
      'name-id-for-another-provider',
    ],
  ])('without an attribute the cause says it as well: %s', (_, from, to, cause) => {
    expect(verdict(samlXml({ edit: (xml) => xml.replace(from, to) }))).toBe(cause);
  });
});

describe('open content is no place for a part of a message', () => {
  const EVIL =
    /<saml:Assertion.*<\/saml:Assertion>/s.exec(
      samlXml({ contents: { nameId: { value: 'mallory', format: PERSISTENT } } }),
    )?.[0] ?? '';
  const PLACES: readonly (readonly [string, (xml: string) => string])[] = [
    ['an attribute', (xml) => withAttribute(attributeXml(xml))],
    [
      'an element of an attribute',
      (xml) => withAttribute(attributeXml(`<x:a xmlns:x="urn:x"><x:b>${xml}</x:b></x:a>`)),
    ],
    ['Extensions', (xml) => withExtensions(xml)],
    ['an element of Extensions', (xml) => withExtensions(`<x:a xmlns:x="urn:x">${xml}</x:a>`)],
  ];
  const withExtensions = (xml: string) =>
    samlXml({
      edit: (text) =>
        text.replace('<samlp:Status>', `<samlp:Extensions>${xml}</samlp:Extensions><samlp:Status>`),
    });
  const PARTS = [
    EVIL,
    '<saml:Subject/>',
    '<saml:AttributeStatement/>',
    '<samlp:Status/>',
    '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>',
    '<ds:Object xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>',
  ];

  it.each(
    PLACES.flatMap(([place, put]) => PARTS.map((part) => [part.slice(0, 24), place, put(part)] as const)),
  )('not %s in %s, though signed', (_, __, xml) => {
    expect(verdict(xml)).toBe('structure-unexpected');
  });

  it('nor does an ID in it stand for the signed element', () => {
    for (const [, put] of PLACES) {
      expect(verdict(put('<x:a xmlns:x="urn:x" Id="_assertion1"/>'))).toBe('id-twice');
      expect(verdict(put('<x:a xmlns:x="urn:x" xml:id="_response1"/>'))).toBe('id-twice');
    }
  });

  it('nor does the name of a namespace stand for elements', () => {
    const spelt = '<x:a xmlns:x="urn:x}:a samlp:Status saml:Assertion "/>';
    const forged = samlXml({ edit: (xml) => xml.replace(/<samlp:Status>.*<\/samlp:Status>/, spelt) });
    expect(verdict(forged)).toBe('structure-unexpected');
  });

  it('and what stands there is signed like everything else', () => {
    const put = (text: string) => withExtensions(`<x:a xmlns:x="urn:x">${text}</x:a>`);
    expect(verdict(put('before'))).toBe('alice signed on');
    expect(verdict(put('before').replace('>before<', '>after<'))).toBe('signature-wrong');
  });

  it('and costs no more than the rest may', () => {
    const deep = `${'<a>'.repeat(20)}${'</a>'.repeat(20)}`;
    const many = '<a/>'.repeat(1_000);
    for (const xml of [deep, many]) {
      expect(verdict(withExtensions(`<a xmlns="urn:x">${xml}</a>`))).toBe('xml-too-complex');
      expect(verdict(withAttribute(attributeXml(`<a xmlns="urn:x">${xml}</a>`)))).toBe('xml-too-complex');
    }
  });
});

describe('Extensions of a logout message', () => {
  /** As Keycloak sends them: by which key the signature in the query is. */
  const KEYCLOAK =
    '<samlp:Extensions><kckey:Key xmlns:kckey="urn:keycloak:ext:key:1.0" KeyId="k1"/></samlp:Extensions>';
  const put = (extensions: string) => (xml: string) =>
    xml.replace('</saml:Issuer>', `</saml:Issuer>${extensions}`);
  const expected = { connection: connection({ sloUrl: IDP_SLO }), sloUrl: SLO, requestId: REQUEST, now: NOW };
  const asked = (carried: Carried) => {
    const result = verifyLogoutRequest(carried, expected);
    return result.ok ? 'taken' : result.error;
  };
  const answered = (carried: Carried) => {
    const result = verifyLogoutResponse(carried, expected);
    return result.ok ? 'taken' : result.error;
  };
  const MESSAGES: readonly (readonly [string, (extensions: string) => string])[] = [
    ['a request by redirect', (xml) => asked({ by: 'redirect', search: logoutQuery({ edit: put(xml) }) })],
    ['a request by POST', (xml) => asked({ by: 'post', fields: logoutForm({ edit: put(xml) }) })],
    ['an answer by redirect', (xml) => answered({ by: 'redirect', search: answerQuery({ edit: put(xml) }) })],
    ['an answer by POST', (xml) => answered({ by: 'post', fields: answerForm({ edit: put(xml) }) })],
  ];

  it.each(MESSAGES)('are passed over in %s', (_, verdictOf) => {
    expect(verdictOf(KEYCLOAK)).toBe('taken');
  });

  it.each(MESSAGES)('hold nothing of the message in %s', (_, verdictOf) => {
    for (const part of [
      '<saml:NameID>bob</saml:NameID>',
      '<samlp:SessionIndex>s</samlp:SessionIndex>',
      '<samlp:Status/>',
    ])
      expect(verdictOf(`<samlp:Extensions>${part}</samlp:Extensions>`)).toBe('structure-unexpected');
    expect(verdictOf(KEYCLOAK + KEYCLOAK)).toBe('structure-unexpected');
  });

  it.each([
    [
      'a request',
      () =>
        asked({
          by: 'post',
          fields: logoutForm({ edit: put(KEYCLOAK), editSigned: (xml) => xml.replace('"k1"', '"k2"') }),
        }),
    ],
    [
      'an answer',
      () =>
        answered({
          by: 'post',
          fields: answerForm({ edit: put(KEYCLOAK), editSigned: (xml) => xml.replace('"k1"', '"k2"') }),
        }),
    ],
  ])('are signed with %s', (_, outcome) => {
    expect(outcome()).toBe('signature-wrong');
  });
});

describe('a list of prefixes in CanonicalizationMethod', () => {
  const vector = (name: string) =>
    readFileSync(new URL(`../data/saml-prefix-lists/${name}`, import.meta.url), 'utf8');
  const theirs = connection({ certificates: [vector('certificate.pem')] });

  it.each(['xs.xml', 'default.xml'])('as another implementation signs with it: %s', (name) => {
    expect(vector(name)).toMatch(/CanonicalizationMethod[^>]*><ec:InclusiveNamespaces/);
    expect(verdict(vector(name), { connection: theirs })).toBe('alice signed on');
  });

  it.each([
    ['another prefix', 'PrefixList="xs"', 'PrefixList="xsi"'],
    ['no list', /<ec:InclusiveNamespaces[^>]*\/>/, ''],
    ['what the prefix stands for', 'xmlns:xs="http://www.w3.org/2001/XMLSchema"', 'xmlns:xs="urn:x"'],
    ['what was signed', '>media<', '>admin<'],
  ])('is signed itself: not with %s', (_, from, to) => {
    const changed = vector('xs.xml').replace(from, to);
    expect(changed).not.toBe(vector('xs.xml'));
    expect(verdict(changed, { connection: theirs })).toBe('signature-wrong');
  });

  it('holds nothing else', () => {
    const changed = vector('xs.xml').replace(
      'PrefixList="xs"/>',
      'PrefixList="xs"><saml:Assertion/></ec:InclusiveNamespaces>',
    );
    expect(verdict(changed, { connection: theirs })).toBe('structure-unexpected');
  });
});
