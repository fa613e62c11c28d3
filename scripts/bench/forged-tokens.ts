// Tokens of attackers, in the shape of a good one, so that only their fault tells them apart.
import { randomBytes } from 'node:crypto';

const RSA_SIGNATURE_BYTES = 256;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part = ''): object => JSON.parse(Buffer.from(part, 'base64url').toString());

type Forge = (header: object, claims: object, count: number) => readonly [header: object, claims: object];

const FORGERIES = {
  unknownIssuer: (header, claims, count) => [header, { ...claims, iss: `https://${count}.example` }],
  unknownKey: (header, claims, count) => [{ ...header, kid: `unknown-${count}` }, claims],
  badSignature: (header, claims, count) => [header, { ...claims, jti: `forged-${count}` }],
} as const satisfies Readonly<Record<string, Forge>>;

/** Gives a token at each call, each another, made from the good one. */
export function forger(forgery: keyof typeof FORGERIES, good: string): () => string {
  const [header, payload] = good.split('.');
  const [head, claims] = [decode(header), decode(payload)];
  let count = 0;
  return () => {
    count += 1;
    const forged = FORGERIES[forgery](head, claims, count).map(encode);
    return [...forged, randomBytes(RSA_SIGNATURE_BYTES).toString('base64url')].join('.');
  };
}
