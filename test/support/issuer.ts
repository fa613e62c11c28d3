// An OpenID Provider in memory. Signs with node:crypto and not with jose, so that it can also make every token that a
// proper library refuses to make.
import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { JWK } from 'jose';
import { AUDIENCE, ISSUER, NOW } from './builders.ts';

export type Algorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export type Keys = Readonly<Record<Algorithm, KeyPair>>;

/** One RSA pair for both kinds of padding. */
export function generateKeys(): Keys {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    RS256: rsa,
    PS256: rsa,
    ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    EdDSA: generateKeyPairSync('ed25519'),
  };
}

/** Made once for each test file: an RSA pair costs more than all else in a test. */
export const ISSUER_KEYS = generateKeys();

export interface TokenParts {
  readonly alg?: Algorithm;
  /** Added to the defaults; undefined removes one. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** The payload's very text, for what JSON.stringify cannot write. */
  readonly payload?: string | Uint8Array;
  readonly headerText?: string;
  readonly keys?: Keys;
}

export const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

export const defaultClaims = (): Record<string, unknown> => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'alice',
  iat: seconds(NOW) - 10,
  exp: seconds(NOW) + 3_000,
});

export const kidOf = (alg: Algorithm): string => `key-${alg}`;

export function publicJwk(alg: Algorithm, keys: Keys = ISSUER_KEYS): JWK {
  return { ...keys[alg].publicKey.export({ format: 'jwk' }), alg, use: 'sig', kid: kidOf(alg) };
}

export const keySet = (keys: Keys = ISSUER_KEYS): { readonly keys: JWK[] } => ({
  keys: [publicJwk('RS256', keys), publicJwk('ES256', keys), publicJwk('EdDSA', keys)],
});

const encode = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');

function signatureOf(alg: Algorithm, input: string, { privateKey }: KeyPair): Buffer {
  const data = Buffer.from(input);
  if (alg === 'EdDSA') return sign(null, data, privateKey);
  if (alg === 'PS256')
    // RFC 7518 section 3.5: a salt as long as the hash.
    return sign('sha256', data, {
      key: privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    });
  return sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
}

function signingInput({ alg = 'RS256', claims, header, payload, headerText }: TokenParts): string {
  const head = headerText ?? JSON.stringify({ alg, kid: kidOf(alg), typ: 'JWT', ...header });
  return `${encode(head)}.${encode(payload ?? JSON.stringify({ ...defaultClaims(), ...claims }))}`;
}

/** Signed with the key of `alg`, whatever the header says. */
export function token(parts: TokenParts = {}): string {
  const { alg = 'RS256', keys = ISSUER_KEYS } = parts;
  const input = signingInput(parts);
  return `${input}.${encode(signatureOf(alg, input, keys[alg]))}`;
}

/** Signed with HMAC over any bytes, the public key's say. */
export function hmacToken(secret: string | Buffer, parts: TokenParts = {}): string {
  const input = signingInput({ ...parts, header: { alg: 'HS256', ...parts.header } });
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** No signature, and a header that says so. */
export function unsignedToken(alg: string, parts: TokenParts = {}, signature = ''): string {
  return `${signingInput({ ...parts, header: { alg, ...parts.header } })}.${signature}`;
}

export const publicPem = (alg: Algorithm): string =>
  ISSUER_KEYS[alg].publicKey.export({ format: 'pem', type: 'spki' }).toString();
