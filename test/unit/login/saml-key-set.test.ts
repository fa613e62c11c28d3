// Stint's SAML keys are the keys of their primes, as OpenSSL makes them, and each has one certificate that OpenSSL can read and
// verify.
import { createPublicKey, generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readSamlKeys, SamlJwks } from '../../../functions/login/keys/saml-key-set.ts';
import { selfSign } from '../../../functions/login/keys/self-sign.ts';

const PAIR = generateKeyPairSync('rsa', { modulusLength: 2048 });
const { kty, e, p, q } = PAIR.privateKey.export({ format: 'jwk' });
const KEYS = readSamlKeys(SamlJwks.parse([{ kty, e, p, q }]));

describe('a key for SAML', () => {
  it('is the whole of it, made again from its primes', () => {
    // Of several good exponents OpenSSL takes another, so what it comes to is compared.
    const { d: _, ...made } = KEYS.signing?.export({ format: 'jwk' }) ?? {};
    expect(PAIR.privateKey.export({ format: 'jwk' })).toMatchObject(made);
    expect(Object.keys(made).sort()).toEqual(['dp', 'dq', 'e', 'kty', 'n', 'p', 'q', 'qi']);
    const message = Buffer.from('signed');
    const signature = KEYS.signing && sign('sha256', message, KEYS.signing);
    expect(signature).toEqual(sign('sha256', message, PAIR.privateKey));
  });

  it('has a certificate that holds its public half and is signed with it', () => {
    const certificate = new X509Certificate(KEYS.certificates[0] ?? '');
    expect(certificate.publicKey.equals(createPublicKey(PAIR.privateKey))).toBe(true);
    expect(certificate.verify(PAIR.publicKey)).toBe(true);
    expect(certificate.validTo).toBe('Dec 31 23:59:59 2049 GMT');
  });

  it('has the same certificate in every instance, so that an identity provider knows it', () => {
    expect(readSamlKeys(SamlJwks.parse([{ kty, e, p, q }])).certificates).toEqual(KEYS.certificates);
  });
});

describe('a self-signed certificate', () => {
  const until = (date: string) =>
    selfSign(PAIR.privateKey, { commonName: 'x', from: new Date(0), until: new Date(date) });
  const holds = (pem: string, tag: number, digits: string) => {
    const time = Buffer.concat([Buffer.from([tag, digits.length]), Buffer.from(digits)]);
    return new X509Certificate(pem).raw.includes(time);
  };

  it('writes years through 2049 with two digits, and later ones with four', () => {
    expect(holds(until('2049-12-31T23:59:59Z'), 0x17, '491231235959Z')).toBe(true);
    expect(holds(until('2050-01-01T00:00:00Z'), 0x18, '20500101000000Z')).toBe(true);
  });
});
