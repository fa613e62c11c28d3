// Against everybody without the identity provider's key: response and assertion both need its signature, by a strong
// algorithm, over the element itself.
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyRedirect } from '../../functions/login/sign-on-saml/protocol/redirect-binding.ts';
import { err } from '../../shared/kernel/result.ts';
import {
  ATTACKER,
  connection,
  newSigner,
  SIGNER,
  samlXml,
  signerWith,
  verdict,
} from '../support/saml-idp.ts';
import { logoutQuery } from '../support/saml-logout.ts';
import { faultsOf } from '../unit/rules/documents.ts';

const GENUINE = samlXml();
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const RSA_SHA512 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512';
const RSA_SHA1 = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1';
const SHA512 = 'http://www.w3.org/2001/04/xmlenc#sha512';
const SHA1 = 'http://www.w3.org/2000/09/xmldsig#sha1';
const PSS = 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1';

describe('both signatures are needed', () => {
  const withoutSignature = (part: string) =>
    GENUINE.replace(new RegExp(`(<${part}.*?</saml:Issuer>)<ds:Signature.*?</ds:Signature>`), '$1');

  it.each([
    ['an unsigned assertion in a signed response', samlXml({ assertionSigner: undefined }), 'assertion'],
    ['a signed assertion in an unsigned response', samlXml({ responseSigner: undefined }), 'response'],
    ['neither signed', samlXml({ assertionSigner: undefined, responseSigner: undefined }), 'response'],
    ['the response’s signature cut out', withoutSignature('samlp:Response'), 'response'],
    ['the assertion’s signature cut out', withoutSignature('saml:Assertion'), 'assertion'],
  ])('%s is refused, and the cause says which is missing', (_, xml, missing) => {
    expect(verdict(xml)).toBe(`${missing}-unsigned`);
  });

  /**
   * @attack SAML: a stranger's key, also from KeyInfo
   * @removed the verification of the signature
   * @failed 6 of 57: the assertion signed by a stranger, whose certificate is in KeyInfo: `expected 'alice
   *   signed on' to be 'signature-wrong'`
   *
   * @attack SAML: an assertion that nobody signed in a signed response
   * @removed the verification of the assertion's own signature
   * @failed 1 of 57: the assertion signed by a stranger, whose certificate is in KeyInfo: `expected 'alice
   *   signed on' to be 'signature-wrong'`
   * @note without any signature the content model refuses it
   *
   * @attack SAML: the same the other way round
   * @removed the verification of the response's signature
   * @failed 8 of 57: the response signed by a stranger, whose certificate is in KeyInfo: `expected
   *   'signed-bytes-differ' to be 'signature-wrong'`
   */
  it.each([
    ['the assertion signed by a stranger', samlXml({ assertionSigner: ATTACKER })],
    ['the response signed by a stranger', samlXml({ responseSigner: ATTACKER })],
    ['both signed by a stranger', samlXml({ assertionSigner: ATTACKER, responseSigner: ATTACKER })],
  ])('%s, whose certificate is in KeyInfo', (_, xml) => {
    expect(xml).toContain('X509Certificate');
    expect(verdict(xml)).toBe('signature-wrong');
  });

  it('a stranger’s signature with the real certificate in KeyInfo', () => {
    const bare = (certificate: string) => certificate.replace(/-----.*?-----|\n/g, '');
    const xml = samlXml({ assertionSigner: ATTACKER, responseSigner: ATTACKER });
    expect(verdict(xml.replaceAll(bare(ATTACKER.certificate), bare(SIGNER.certificate)))).toBe(
      'signature-wrong',
    );
  });

  /**
   * @attack SAML: a signature about something else
   * @removed the check of the reference
   * @failed 8 of 57: each signature about its own element: `expected 'signature-wrong' to be
   *   'reference-wrong'`
   * @note what is verified is the parent, whatever the reference says
   */
  it('each signature about its own element', () => {
    const swapped = GENUINE.replace('URI="#_assertion1"', 'URI="#_response1"');
    expect(verdict(swapped)).toBe('reference-wrong');
  });

  it.each(['', '#', '#_assertion1 ', '_assertion1', "#xpointer(id('_assertion1'))", 'https://evil.example/'])(
    'and not about %j',
    (uri) => {
      expect(verdict(GENUINE.replace('URI="#_assertion1"', `URI="${uri}"`))).toBe('reference-wrong');
    },
  );

  it('a reference that names nothing', () => {
    expect(verdict(GENUINE.replace(' URI="#_response1"', ''))).toBe('reference-wrong');
  });
});

describe('whatever was changed after signing is noticed', () => {
  /**
   * @attack SAML: changed after signing
   * @removed the comparison of the digest
   * @failed 6 of 57: the name: `expected 'mallory signed on' to be 'signature-wrong'`
   */
  it.each([
    ['the name', '>alice<', '>mallory<'],
    ['a group', '>media<', '>admin<'],
    ['how they signed on', ':PasswordProtectedTransport<', ':Smartcard<'],
    ['the time', 'NotOnOrAfter="2026-03-01T12:05', 'NotOnOrAfter="2026-03-01T12:06'],
    ['a digest', /<ds:DigestValue>..../, '<ds:DigestValue>AAAA'],
    ['the signature', /<ds:SignatureValue>..../, '<ds:SignatureValue>AAAA'],
    ['the status message', '"/></samlp:Status>', '"/><samlp:StatusMessage/></samlp:Status>'],
  ])('%s', (_, from, to) => {
    const changed = GENUINE.replace(from, to);
    expect(changed).not.toBe(GENUINE);
    expect(verdict(changed)).toBe('signature-wrong');
  });

  it('the assertion of another response', () => {
    const other = samlXml({ contents: { nameId: { value: 'bob', format: 'urn:x' } } });
    const assertion = /<saml:Assertion.*<\/saml:Assertion>/s;
    const mixed = GENUINE.replace(assertion, () => assertion.exec(other)?.[0] ?? '');
    expect(verdict(mixed)).toBe('signature-wrong');
  });
});

describe('only strong algorithms count, though the right key signed', () => {
  /**
   * @attack SAML: weak algorithms, HMAC, transforms
   * @removed the closed lists
   * @failed 18 of 57: RSA with SHA-1 is refused in either signature: `expected 'signature-wrong' to be
   *   'algorithm-not-allowed'`
   * @note verifying knows only the same lists
   *
   * @attack SAML: SHA-1
   * @removed SHA-1's absence from the lists, digest and signature each
   * @failed 1 of 57: a SHA-1 digest is refused in either signature: `expected 'alice signed on' to be
   *   'algorithm-not-allowed'`
   */
  it.each([
    ['RSA with SHA-1', { signatureAlgorithm: RSA_SHA1 }],
    ['a SHA-1 digest', { digestAlgorithm: SHA1 }],
    ['SHA-1 in both', { signatureAlgorithm: RSA_SHA1, digestAlgorithm: SHA1 }],
  ])('%s is refused in either signature', (_, weak) => {
    const weakly = { ...SIGNER, ...weak };
    expect(verdict(samlXml({ assertionSigner: weakly }))).toBe('algorithm-not-allowed');
    expect(verdict(samlXml({ responseSigner: weakly }))).toBe('algorithm-not-allowed');
  });

  it.each([
    ['RSA with SHA-512', { signatureAlgorithm: RSA_SHA512, digestAlgorithm: SHA512 }],
    ['RSA-PSS', { signatureAlgorithm: PSS }],
  ])('%s is taken', (_, strong) => {
    const strongly = { ...SIGNER, ...strong };
    expect(verdict(samlXml({ assertionSigner: strongly, responseSigner: strongly }))).toBe('alice signed on');
  });

  it.each([
    'http://www.w3.org/2000/09/xmldsig#hmac-sha1',
    'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256',
    'http://www.w3.org/2000/09/xmldsig#dsa-sha1',
    'http://www.w3.org/2001/04/xmldsig-more#rsa-md5',
    'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
    'http://www.w3.org/2001/04/xmldsig-more#RSA-SHA256',
    'toString',
    '',
  ])('a signature that says %j is refused', (algorithm) => {
    expect(verdict(GENUINE.replace(RSA_SHA256, algorithm))).toBe('algorithm-not-allowed');
    const last = GENUINE.lastIndexOf(RSA_SHA256);
    const second = `${GENUINE.slice(0, last)}${algorithm}${GENUINE.slice(last + RSA_SHA256.length)}`;
    expect(verdict(second)).toBe('algorithm-not-allowed');
  });

  it('an HMAC with the public certificate as its key is refused', () => {
    const HMAC = 'http://www.w3.org/2000/09/xmldsig#hmac-sha1';
    const signedInfo = /<ds:SignedInfo>.*?<\/ds:SignedInfo>/s;
    const changed = GENUINE.replace(RSA_SHA256, HMAC);
    const canonical = (signedInfo.exec(changed)?.[0] ?? '').replace(
      '<ds:SignedInfo>',
      '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">',
    );
    const mac = createHmac('sha1', SIGNER.certificate).update(canonical).digest('base64');
    const forged = changed.replace(/<ds:SignatureValue>[^<]*/, `<ds:SignatureValue>${mac}`);
    expect(verdict(forged)).toBe('algorithm-not-allowed');
  });

  it.each([
    'http://www.w3.org/TR/1999/REC-xslt-19991116',
    'http://www.w3.org/TR/1999/REC-xpath-19991116',
    'http://www.w3.org/2002/06/xmldsig-filter2',
    'http://www.w3.org/2000/09/xmldsig#base64',
    'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
    'http://www.w3.org/2001/10/xml-exc-c14n#WithComments',
  ])('the transform %s is refused', (algorithm) => {
    const transform = /(<ds:Transform Algorithm=")[^"]*(xml-exc-c14n#"\/><\/ds:Transforms>)/;
    const forged = GENUINE.replace(transform, `$1${algorithm}"/></ds:Transforms>`);
    expect(forged).toContain(`<ds:Transform Algorithm="${algorithm}"`);
    expect(verdict(forged)).toBe('algorithm-not-allowed');
  });

  it.each<[string, string | RegExp, string]>([
    ['no transform', /<ds:Transforms>.*?<\/ds:Transforms>/, '<ds:Transforms/>'],
    ['a third transform', '</ds:Transforms>', '<ds:Transform Algorithm="urn:x"/></ds:Transforms>'],
    ['a second reference', '</ds:SignedInfo>', '<ds:Reference URI="#x"/></ds:SignedInfo>'],
    ['a second SignedInfo', '<ds:SignatureValue>', '<ds:SignedInfo/><ds:SignatureValue>'],
    ['an Object', '</ds:Signature>', '<ds:Object/></ds:Signature>'],
    [
      'an HMAC’s length',
      /(<ds:SignatureMethod[^>]*)\/>/,
      '$1><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>',
    ],
    ['a key to be fetched', '<ds:X509Data>', '<ds:RetrievalMethod URI="https://evil.example"/><ds:X509Data>'],
    ['anything in KeyInfo', '<ds:X509Data>', '<ds:X509Data><saml:Assertion/>'],
  ])('%s is refused', (_, at, evil) => {
    expect(verdict(GENUINE.replace(at, evil))).toBe('structure-unexpected');
  });
});

const CURVE = { namedCurve: 'P-256' };

const documentWith = (certificates: readonly string[]): string =>
  JSON.stringify({
    version: 1,
    providers: [],
    roles: [],
    grants: [],
    signOn: { connections: [connection({ certificates })] },
  });

describe('the connection’s certificates alone are believed', () => {
  const NEXT = newSigner();
  const both = connection({ certificates: [SIGNER.certificate, NEXT.certificate] });
  const next = { assertionSigner: NEXT, responseSigner: NEXT };

  it('while the identity provider changes its key, the old and the new one', () => {
    expect(verdict(samlXml(), { connection: both })).toBe('alice signed on');
    expect(verdict(samlXml(next), { connection: both })).toBe('alice signed on');
    expect(verdict(samlXml(next))).toBe('signature-wrong');
  });

  it('a withdrawn one no longer', () => {
    const after = connection({ certificates: [NEXT.certificate] });
    expect(verdict(samlXml(), { connection: after })).toBe('signature-wrong');
  });

  describe.each<[string, () => { privateKey: KeyObject }]>([
    ['of another kind, whose signatures would pass for RSA’s', () => generateKeyPairSync('ec', CURVE)],
    ['that is short', () => generateKeyPairSync('rsa', { modulusLength: 1024 })],
    ['with a tiny exponent', () => generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })],
  ])('a key %s', (_, keys) => {
    const weak = signerWith(keys().privateKey);
    const { certificate } = weak;

    it('cannot be configured', () => {
      expect(faultsOf(documentWith([SIGNER.certificate, certificate]))).toEqual([
        expect.stringMatching(/signOn.connections\[0\].certificates\[1\]: .* RSA key of 2048/),
      ]);
    });

    /**
     * @attack SAML: a certificate of a short or another key
     * @removed the check of the document; the check where signatures are verified
     * @failed 3 and 3 of 61: does not count where it was stored earlier, beside another that does: `expected
     *   'alice signed on' to be 'signature-wrong'`
     * @note the document is refused and its key does not count, each alone
     */
    it('does not count where it was stored earlier, beside another that does', () => {
      const stored = connection({ certificates: [certificate, SIGNER.certificate] });
      const signed = samlXml({ assertionSigner: weak, responseSigner: weak });
      expect(verdict(signed, { connection: stored })).toBe('signature-wrong');
      expect(verdict(GENUINE, { connection: stored })).toBe('alice signed on');
      const redirected = verifyRedirect(logoutQuery({ signer: weak }), 'SAMLRequest', stored.certificates);
      expect(redirected).toEqual(err('signature-wrong'));
      expect(verifyRedirect(logoutQuery(), 'SAMLRequest', stored.certificates).ok).toBe(true);
    });
  });
});
