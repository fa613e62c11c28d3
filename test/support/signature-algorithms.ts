// Every algorithm of which a vector is made: a key pair, how it signs, and how it is published. Signs with node:crypto,
// which also makes what a proper library refuses to make.
import {
  constants,
  createHash,
  generateKeyPairSync,
  type KeyObject,
  privateEncrypt,
  sign,
} from 'node:crypto';
import type { JWK } from 'jose';

export type VectorAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'ES384' | 'ES512' | 'EdDSA';

export interface Signer {
  readonly alg: VectorAlgorithm;
  readonly privateKey: KeyObject;
  readonly jwk: JWK;
  readonly sign: (input: string) => Buffer;
}

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING };

function signWith(alg: VectorAlgorithm, data: Buffer, key: KeyObject): Buffer {
  switch (alg) {
    case 'RS256':
      return sign('sha256', data, key);
    case 'PS256':
      return sign('sha256', data, { key, ...PSS, saltLength: 32 });
    case 'ES256':
      return sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' });
    case 'ES384':
      return sign('sha384', data, { key, dsaEncoding: 'ieee-p1363' });
    case 'ES512':
      return sign('sha512', data, { key, dsaEncoding: 'ieee-p1363' });
    case 'EdDSA':
      return sign(null, data, key);
  }
}

function generate(alg: VectorAlgorithm, modulusLength: number) {
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519');
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  if (alg === 'ES384') return generateKeyPairSync('ec', { namedCurve: 'P-384' });
  if (alg === 'ES512') return generateKeyPairSync('ec', { namedCurve: 'P-521' });
  return generateKeyPairSync('rsa', { modulusLength });
}

export function createSigner(alg: VectorAlgorithm, modulusLength = 2_048): Signer {
  const { publicKey, privateKey } = generate(alg, modulusLength);
  return {
    alg,
    privateKey,
    // No alg: what a key may verify must not hang on its publisher's care.
    jwk: { ...publicKey.export({ format: 'jwk' }), kid: 'vector' },
    sign: (input) => signWith(alg, Buffer.from(input), privateKey),
  };
}

/** As X.509 and most other formats write it, and JWS must not (RFC 7518 section 3.4). */
export const derOf = ({ alg, privateKey }: Signer, input: string): Buffer =>
  sign(`sha${alg.slice(2)}`, Buffer.from(input), { key: privateKey, dsaEncoding: 'der' });

/** What RSA makes of a block as it is written, whatever it is padded with. */
export const signBlock = ({ privateKey }: Signer, block: Buffer): Buffer =>
  privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, block);

export const saltless = ({ privateKey }: Signer, input: string): Buffer =>
  sign('sha256', Buffer.from(input), { key: privateKey, ...PSS, saltLength: 0 });

export const sha1 = ({ privateKey }: Signer, input: string): Buffer =>
  sign('sha1', Buffer.from(input), privateKey);

/** The digest signed once more: a signature of another message. */
export const overDigest = (signer: Signer, input: string): Buffer =>
  signer.sign(createHash('sha256').update(input).digest('hex'));
