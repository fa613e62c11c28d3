// An RSA private key from its primes (RFC 8017 section 3.2), from which the other numbers are computed: an environment of 4 KB
// has no room for two whole keys beside the other settings. Checks nothing: a caller proves the key by using it.
import { createPrivateKey, type KeyObject } from 'node:crypto';

const PUBLIC_EXPONENT = 65_537n;

const fromBase64Url = (text: string): bigint => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`);

function toBase64Url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
}

/** The modular inverse, by the extended Euclidean algorithm. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [previous, current] = [0n, 1n];
  let [remainder, divisor] = [modulus, value % modulus];
  while (divisor !== 0n) {
    const quotient = remainder / divisor;
    [previous, current] = [current, previous - quotient * current];
    [remainder, divisor] = [divisor, remainder - quotient * divisor];
  }
  return previous < 0n ? previous + modulus : previous;
}

export interface Primes {
  /** base64url. */
  readonly p: string;
  readonly q: string;
}

/** Throws if Node.js cannot make a key of the numbers. */
export function rsaFromPrimes(primes: Primes): KeyObject {
  const [p, q] = [fromBase64Url(primes.p), fromBase64Url(primes.q)];
  const d = inverse(PUBLIC_EXPONENT, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e: PUBLIC_EXPONENT, d, p, q };
  const forSpeed = { dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const members = Object.entries({ ...numbers, ...forSpeed }).map(([name, value]) => [
    name,
    toBase64Url(value),
  ]);
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(members) }, format: 'jwk' });
}
