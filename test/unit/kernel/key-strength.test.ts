// A public key is strong only if it is of a listed kind, size, exponent and named curve; a key that cannot be read is weak.
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { weaknessIn, weaknessOf } from '../../../shared/kernel/key-strength.ts';

const rsa = (modulusLength: number, publicExponent = 65_537): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey;
const ec = (namedCurve: string, paramEncoding: 'named' | 'explicit' = 'named'): KeyObject =>
  generateKeyPairSync('ec', { namedCurve, paramEncoding }).publicKey;

const LONG = rsa(2_048).export({ format: 'jwk' });
/** Its exponent in base64url; nobody generates such a key, but anybody can publish one. */
const withExponent = (bytes: readonly number[]): KeyObject =>
  createPublicKey({ key: { ...LONG, e: Buffer.from(bytes).toString('base64url') }, format: 'jwk' });
/** A short modulus behind zeros, which make its text as long as that of a long one. */
function padded(): KeyObject {
  const n = Buffer.from(rsa(1_024).export({ format: 'jwk' }).n ?? '', 'base64url');
  const text = Buffer.concat([Buffer.alloc(128), n]).toString('base64url');
  return createPublicKey({ key: { ...LONG, n: text }, format: 'jwk' });
}

describe('a public key', () => {
  it.each<[string, () => KeyObject]>([
    ['RSA of 2,048 bits', () => rsa(2_048)],
    ['RSA of 3,072 bits', () => rsa(3_072)],
    ['RSA that is for PSS alone', () => generateKeyPairSync('rsa-pss', { modulusLength: 2_048 }).publicKey],
    ['RSA with an exponent of 32 bits', () => withExponent([0xff, 0xff, 0xff, 0xff])],
    ['P-256', () => ec('P-256')],
    ['P-384', () => ec('P-384')],
    ['P-521', () => ec('P-521')],
    ['Ed25519', () => generateKeyPairSync('ed25519').publicKey],
  ])('is strong: %s', (_, key) => {
    expect(weaknessOf(key())).toBeUndefined();
  });

  it.each<[string, string, () => KeyObject]>([
    ['rsa-short', 'RSA of 1,024 bits', () => rsa(1_024)],
    ['rsa-short', 'RSA of 2,047 bits', () => rsa(2_047)],
    ['rsa-short', 'RSA of 1,024 bits behind zeros', padded],
    [
      'rsa-short',
      'RSA of 1,024 bits for PSS',
      () => generateKeyPairSync('rsa-pss', { modulusLength: 1_024 }).publicKey,
    ],
    [
      'rsa-long',
      'RSA of 8,200 bits',
      () =>
        createPublicKey({
          key: { ...LONG, n: Buffer.alloc(1_025, 0xff).toString('base64url') },
          format: 'jwk',
        }),
    ],
    ['rsa-exponent', 'RSA with exponent 1', () => withExponent([1])],
    ['rsa-exponent', 'RSA with exponent 2', () => withExponent([2])],
    ['rsa-exponent', 'RSA with exponent 3', () => rsa(2_048, 3)],
    ['rsa-exponent', 'RSA with exponent 65,535', () => withExponent([0xff, 0xff])],
    ['rsa-exponent', 'RSA with exponent 65,538', () => withExponent([1, 0, 2])],
    ['rsa-exponent', 'RSA with an exponent of 33 bits', () => withExponent([1, 0, 0, 0, 1])],
    ['curve', 'P-192', () => ec('prime192v1')],
    ['curve', 'P-224', () => ec('secp224r1')],
    ['curve', 'secp256k1', () => ec('secp256k1')],
    ['curve', 'Brainpool', () => ec('brainpoolP256r1')],
    ['curve-parameters', 'P-256 written out', () => ec('P-256', 'explicit')],
    ['kind', 'DSA', () => generateKeyPairSync('dsa', { modulusLength: 2_048, divisorLength: 256 }).publicKey],
    ['kind', 'Ed448', () => generateKeyPairSync('ed448').publicKey],
    ['kind', 'X25519', () => generateKeyPairSync('x25519').publicKey],
  ])('is weak (%s): %s', (weakness, _, key) => {
    expect(weaknessOf(key())).toBe(weakness);
  });

  it('that cannot be read is weak', () => {
    const unreadable = () => {
      throw new Error('a point off its curve');
    };
    expect(weaknessIn(unreadable)).toBe('unreadable');
  });
});
