// Keys in a document are public and strong, stored as written, and each can be told from the others.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { OidcProvider } from '../../../shared/rules/providers/oidc.ts';
import { publicJwk } from '../../support/issuer.ts';
import { faultsOf } from './documents.ts';

const faultsWith = (jwks: object, more = ''): readonly string[] =>
  faultsOf(`version: 1
providers:
  - { id: cluster, kind: oidc, issuer: https://k8s.example.com, jwks: ${JSON.stringify(jwks)}${more} }
roles: []
grants: []
`);

const RSA = publicJwk('RS256');
const EC = publicJwk('ES256');
const ED = publicJwk('EdDSA');
const SMALL = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
const PRIVATE = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
const SECP256K1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({ format: 'jwk' });

describe('keys in the document', () => {
  it('may be several, of each kind', () => {
    expect(faultsWith({ keys: [RSA, EC, ED] })).toEqual([]);
  });

  it('may be one without a name, and as clusters and servers publish it', () => {
    expect(faultsWith({ keys: [{ kty: 'RSA', n: RSA.n, e: RSA.e }] })).toEqual([]);
    expect(faultsWith({ keys: [{ ...RSA, x5c: ['MIIB'], x5t: 'abc', key_ops: ['verify'] }] })).toEqual([]);
  });

  it('are stored as they are written', () => {
    const entry = { id: 'cluster', kind: 'oidc', issuer: 'https://k8s.example.com', jwks: { keys: [RSA] } };
    expect(OidcProvider.parse(entry).jwks).toEqual({ keys: [RSA] });
  });

  const SECRET = 'providers[0].jwks.keys[0]: remove this key and make another: it is secret';
  /**
   * @attack Secret key written into the document
   * @removed the check for secret members
   * @failed 4 of 17: may not be secret: a private key; and are not repeated: `expected [] to deeply equal [
   *   StringContaining{…} ]`
   */
  it.each<[string, object]>([
    ['a private key', PRIVATE],
    ['a private RSA key by one of its primes', { ...RSA, p: 'AQAB' }],
    ['a symmetric key', { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256' }],
    ['a public key with a symmetric one beside it', { ...RSA, k: 'c2VjcmV0' }],
  ])('may not be secret: %s; and are not repeated', (_, jwk) => {
    const faults = faultsWith({ keys: [jwk] });
    expect(faults).toEqual([expect.stringContaining(SECRET)]);
    expect(faults.join()).not.toContain('c2VjcmV0');
  });

  it.each<[string, object]>([
    ['an RSA key of 1,024 bits', SMALL],
    ['an RSA key with exponent 1', { ...RSA, e: 'AQ' }],
    ['an RSA key with an even exponent', { ...RSA, e: 'AQAC' }],
    ['an RSA key with a tiny exponent', { ...RSA, e: 'Aw' }],
    ['an RSA key without its modulus', { kty: 'RSA', e: 'AQAB' }],
    ['a point off its curve', { ...EC, x: EC.y }],
    ['a key of one kind with the members of another', { ...EC, kty: 'RSA' }],
  ])('must be readable: %s', (_, jwk) => {
    expect(faultsWith({ keys: [jwk] })).toEqual([
      expect.stringContaining('jwks.keys[0]: write a public key'),
    ]);
  });

  it.each<[string, object, string]>([
    ['another curve', SECP256K1, 'jwks.keys[0].crv: write P-256 or'],
    ['a key for encryption', { ...RSA, use: 'enc' }, 'jwks.keys[0].use: write sig'],
  ])('may not be %s', (_, jwk, says) => {
    expect(faultsWith({ keys: [jwk] })).toEqual([expect.stringContaining(says)]);
  });

  it.each<[string, readonly object[]]>([
    [
      'two without a name',
      [
        { ...RSA, kid: undefined },
        { ...EC, kid: undefined },
      ],
    ],
    ['one of two without a name', [RSA, { ...EC, kid: undefined }]],
    ['two of one name', [RSA, { ...EC, kid: RSA.kid }]],
  ])('are told apart by their names: %s', (_, keys) => {
    expect(faultsWith({ keys })).toEqual([
      expect.stringContaining('jwks.keys: give each key a kid of its own'),
    ]);
  });

  it('are at least one, and stand in place of an address', () => {
    expect(faultsWith({ keys: [] })).toEqual([expect.stringContaining('jwks.keys: use at least 1')]);
    expect(faultsWith({ keys: [RSA] }, ', jwksUri: https://k8s.example.com/keys')).toEqual([
      expect.stringContaining('providers[0].jwksUri: remove jwksUri or jwks'),
    ]);
  });
});
