// A client that binds its tokens to a key (RFC 9449). Signs with node:crypto and not with jose, so that it can also make
// every proof that a proper library refuses to make.
import { createHash, createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { NOW, PUBLIC_URL } from './builders.ts';
import { seconds } from './issuer.ts';

type Jwk = Readonly<Record<string, unknown>>;

export interface ClientKey {
  readonly alg: string;
  readonly privateKey: KeyObject;
  readonly jwk: Jwk;
}

const PAIRS = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
} as const;

export function clientKey(alg: keyof typeof PAIRS = 'ES256'): ClientKey {
  const { publicKey, privateKey } = PAIRS[alg]();
  return { alg, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }) } };
}

export const privateJwk = ({ privateKey }: ClientKey): Jwk => ({ ...privateKey.export({ format: 'jwk' }) });

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** RFC 7638: the required members in the order of their names. */
export function jwkThumbprint({ jwk }: ClientKey): string {
  const members = ['crv', 'e', 'kty', 'n', 'x', 'y'].filter((name) => name in jwk);
  return sha256(JSON.stringify(Object.fromEntries(members.map((name) => [name, jwk[name]]))));
}

export interface ProofParts {
  readonly method?: string;
  readonly path?: string;
  /** Undefined removes one. */
  readonly claims?: Jwk;
  readonly header?: Jwk;
  /** Signs in place of the key whose public part is in the header. */
  readonly signedBy?: ClientKey;
  /** Signs with HMAC and this secret. */
  readonly hmac?: string;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function signatureOf(input: string, { alg, privateKey }: ClientKey): Buffer {
  const data = Buffer.from(input);
  if (alg === 'EdDSA') return sign(null, data, privateKey);
  return sign(`sha${alg.slice(2)}`, data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
}

/** For POST /v1/credentials and this token, made at the moment at which the tests' clock starts. */
export function dpopProof(key: ClientKey, token: string, parts: ProofParts = {}): string {
  const { method = 'POST', path = '/v1/credentials', claims, header, signedBy = key, hmac } = parts;
  const head = { typ: 'dpop+jwt', alg: key.alg, jwk: key.jwk, ...header };
  const own = {
    jti: randomUUID(),
    htm: method,
    htu: PUBLIC_URL + path,
    iat: seconds(NOW),
    ath: sha256(token),
  };
  const input = `${encode(head)}.${encode({ ...own, ...claims })}`;
  if (hmac !== undefined) return `${input}.${createHmac('sha256', hmac).update(input).digest('base64url')}`;
  return `${input}.${signatureOf(input, signedBy).toString('base64url')}`;
}

/** What a request with a bound token carries; its `token` must be null. */
export const dpopHeaders = (token: string, proof: string) => ({
  authorization: `DPoP ${token}`,
  dpop: proof,
});
