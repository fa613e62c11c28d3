// Guarantees: a key has one thumbprint (RFC 7638), however an issuer spells the key.
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, it } from 'vitest';
import { nameKey } from '../../../shared/adapters/issuer-keys/fetch-key-set.ts';
import { publicJwk } from '../../support/issuer.ts';

/** RFC 7638 section 3.1. */
const EXAMPLE = {
  kty: 'RSA',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  e: 'AQAB',
  alg: 'RS256',
  kid: '2011-04-29',
};
const THUMBPRINT = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';

const withLeadingZero = (value: string) =>
  Buffer.concat([Buffer.alloc(1), Buffer.from(value, 'base64url')]).toString('base64url');

describe('the thumbprint of a key', () => {
  it('is that of RFC 7638', () => expect(nameKey(EXAMPLE)?.thumbprint).toBe(THUMBPRINT));

  it.each(['RS256', 'ES256', 'EdDSA'] as const)('is what other software computes, for %s', async (alg) => {
    const jwk = publicJwk(alg);
    expect(nameKey({ ...jwk })).toMatchObject({
      thumbprint: await calculateJwkThumbprint(jwk),
      kid: jwk.kid,
      alg,
    });
  });

  it.each<[string, object]>([
    ['another kid', { kid: 'new' }],
    ['no kid', { kid: undefined }],
    ['another algorithm', { alg: 'PS256' }],
    ['a certificate beside it', { x5c: ['AAAA'] }],
    ['a leading zero in the modulus', { n: withLeadingZero(EXAMPLE.n) }],
    ['a leading zero in the exponent', { e: withLeadingZero(EXAMPLE.e) }],
    ['padding', { e: 'AQAB====' }],
    ['a stray character', { n: `${EXAMPLE.n}\n` }],
    ['the other base64', { n: Buffer.from(EXAMPLE.n, 'base64url').toString('base64') }],
  ])('is the same with %s, and so is the key', (_, parts) => {
    const named = nameKey({ ...EXAMPLE, ...parts });
    expect(named).toMatchObject({ thumbprint: THUMBPRINT, jwk: { n: EXAMPLE.n, e: EXAMPLE.e } });
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['without its numbers', { kty: 'RSA' }],
    ['on an unknown curve', { kty: 'EC', crv: 'P-1', x: 'AQAB', y: 'AQAB' }],
    ['off its curve', { kty: 'EC', crv: 'P-256', x: 'AQAB', y: 'AQAB' }],
    ['of numbers that are no text', { kty: 'RSA', n: 5, e: 3 }],
  ])('is none for a key %s', (_, published) => expect(nameKey(published)).toBeUndefined());
});
