// Guarantees: what is accepted by our own reading, signature check and claims, jose accepts as well, and what jose accepts is refused
// only where a rule of Stint is stricter.
import { constants, KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import {
  CompactSign,
  type CryptoKey,
  decodeJwt,
  decodeProtectedHeader,
  generateKeyPair,
  jwtVerify,
} from 'jose';
import { describe, expect, it } from 'vitest';
import { judgeRegisteredClaims } from '../../../shared/identity/judge-registered-claims.ts';
import { readJwt } from '../../../shared/identity/read-jwt.ts';
import { isSignedBy } from '../../../shared/identity/verify-signature.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { SIGNATURE_ALGORITHMS } from '../../../shared/kernel/signature-algorithms.ts';

const encode = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');
const read = (text: string) => readJwt(new Secret(text));

describe('a token', () => {
  it('is read as jose reads it, or refused', () => {
    const text = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom('{"a":1}', '{"a":1,"a":2}', '[]', '{"__proto__":1}'),
    );
    const property = fc.property(
      text,
      text,
      fc.stringMatching(/^[\w-]{0,9}[.=]?$/),
      (header, claims, signature) => {
        const token = `${encode(header)}.${encode(claims)}.${signature}`;
        const jwt = read(token);
        if (!jwt.ok) return;
        expect(jwt.value.header).toEqual(decodeProtectedHeader(token));
        expect(jwt.value.claims).toEqual(decodeJwt(token));
        expect(jwt.value.signingInput).toBe(token.slice(0, token.lastIndexOf('.')));
      },
    );
    fc.assert(property);
  });

  const good = [encode('{"alg":"RS256"}'), encode('{"sub":"a"}'), 'AAAA'] as const;
  const [header, claims, signature] = good;

  it('of three parts is read once', () => {
    const token = new Secret(good.join('.'));
    expect(readJwt(token)).toMatchObject({ ok: true, value: { claims: { sub: 'a' } } });
    expect(readJwt(token)).toBe(readJwt(token));
  });

  it.each([
    ['two parts', `${header}.${claims}`],
    ['five parts', `${good.join('.')}.AAAA.AAAA`],
    ['padding', `${header}.${encode('{"sub":"ab"}')}=.${signature}`],
    ['a line break', `${header}.\n${claims}.${signature}`],
    ['standard base64', `${header}.${claims}.+/+/`],
    ['claims with a character too many', `${header}.${encode('{"a":1,"b":2}').slice(0, 16)}A.${signature}`],
    ['a signature with a character too many', `${header}.${claims}.AAAAA`],
    ['no UTF-8', `${header}.${encode(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))}.${signature}`],
    ['a list for claims', `${header}.${encode('[1]')}.${signature}`],
    ['null for a header', `${encode('null')}.${claims}.${signature}`],
    ['a claim twice', `${header}.${encode('{"sub":"a","s\\u0075b":"b"}')}.${signature}`],
    ['a header twice', `${encode('{"alg":"RS256","alg":"none"}')}.${claims}.${signature}`],
  ])('with %s is refused', (_, token) => {
    expect(read(token)).toEqual({ ok: false, error: 'token-malformed' });
  });
});

describe('a signature', () => {
  const input = `${encode('{"alg":"x"}')}.${encode('{"sub":"a"}')}`;

  it.each(SIGNATURE_ALGORITHMS)('by %s counts for this algorithm alone', async (alg) => {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    const jws = await new CompactSign(Buffer.from('{"sub":"a"}'))
      .setProtectedHeader({ alg })
      .sign(privateKey);
    const jwt = read(jws);
    if (!jwt.ok) throw new Error('not read');
    const taken = [...SIGNATURE_ALGORITHMS, 'HS256', 'none', ''].filter((other) =>
      isSignedBy(publicKey, other, jwt.value),
    );
    expect(taken).toEqual([alg]);
  });

  it('that the key of one algorithm made by another does not count', async () => {
    const pair = await crypto.subtle.generateKey(rsaOf(2_048), true, ['sign', 'verify']);
    const signature = sign('sha384', Buffer.from(input), KeyObject.from(pair.privateKey));
    const signed = { signingInput: input, signature };
    expect(['RS384', 'RS256'].filter((alg) => isSignedBy(pair.publicKey, alg, signed))).toEqual([]);
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    const pss = sign('sha256', Buffer.from(input), { key: KeyObject.from(pair.privateKey), ...padding });
    expect(isSignedBy(pair.publicKey, 'PS256', { signingInput: input, signature: pss })).toBe(false);
  });

  it.each<[string, RsaHashedKeyGenParams | EcKeyGenParams, KeyUsage[], 'publicKey' | 'privateKey']>([
    ['a private key', rsaOf(2_048), ['sign', 'verify'], 'privateKey'],
    ['an RSA key of 1,024 bits', rsaOf(1_024), ['sign', 'verify'], 'publicKey'],
  ])('with %s does not count', async (_, algorithm, usages, part) => {
    const pair = await crypto.subtle.generateKey(algorithm, true, usages);
    if (!('publicKey' in pair)) throw new Error('no pair');
    const signature = await crypto.subtle.sign(algorithm.name, pair.privateKey, Buffer.from(input));
    const signed = { signingInput: input, signature: new Uint8Array(signature) };
    expect(isSignedBy(pair[part], 'RS256', signed)).toBe(false);
  });
});

function rsaOf(modulusLength: number): RsaHashedKeyGenParams {
  const publicExponent = new Uint8Array([1, 0, 1]);
  return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength, publicExponent };
}

describe('registered claims', () => {
  const NOW = new Date('2026-03-01T12:00:00.500Z');
  const seconds = Math.floor(NOW.getTime() / 1000);
  const TERMS = {
    issuer: 'https://id.example.com',
    audiences: ['https://a.example', 'https://b.example'],
    requiredClaims: ['sub', 'exp'],
    maxTokenAgeSeconds: 600,
  };

  it('are accepted if and only if jose accepts them', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const near = fc.oneof(
      fc.constantFrom(-31, -30, -29, 0, 29, 30, 31, -600, -630, -631, 600).map((by) => seconds + by),
      fc.integer({ min: seconds - 700, max: seconds + 700 }),
    );
    const time = fc.oneof(
      { weight: 9, arbitrary: near },
      { weight: 1, arbitrary: fc.constantFrom(null, '1', seconds + 0.5) },
    );
    const audience = fc.constantFrom(...TERMS.audiences, 'https://c.example', 7, null);
    const claims = fc.record(
      {
        iss: fc.oneof(
          { weight: 9, arbitrary: fc.constant(TERMS.issuer) },
          { weight: 1, arbitrary: fc.constantFrom('x', [TERMS.issuer], null) },
        ),
        aud: fc.oneof(audience, fc.array(audience, { maxLength: 3 })),
        sub: fc.constantFrom('alice', 7),
        iat: time,
        exp: time,
        nbf: time,
      },
      { requiredKeys: ['sub'] },
    );
    let accepted = 0;
    const property = fc.asyncProperty(claims, async (given) => {
      const token = await signAsGiven(given, privateKey);
      const byJose = await isAcceptedByJose(token, publicKey);
      accepted += byJose ? 1 : 0;
      expect(judgeRegisteredClaims(given, TERMS, NOW) === undefined).toBe(byJose);
    });
    await fc.assert(property, { numRuns: 400 });
    expect(accepted).toBeGreaterThan(5);
  });

  it.each<[string, object, string | undefined]>([
    ['by another claim', { client_id: 'https://a.example' }, undefined],
    ['by a list in another claim', { client_id: ['https://a.example'] }, 'audience-wrong'],
    [
      'by both, of which aud counts',
      { client_id: 'https://a.example', aud: 'https://c.example' },
      'audience-wrong',
    ],
  ])('name the audience %s', (_, audience, fault) => {
    const claims = { iss: TERMS.issuer, sub: 'alice', iat: seconds, exp: seconds + 60, ...audience };
    expect(judgeRegisteredClaims(claims, { ...TERMS, audienceClaim: 'client_id' }, NOW)).toBe(fault);
  });

  /** SignJWT checks the types of what it is given. */
  const signAsGiven = (given: object, key: CryptoKey): Promise<string> =>
    new CompactSign(Buffer.from(JSON.stringify(given))).setProtectedHeader({ alg: 'ES256' }).sign(key);

  const isAcceptedByJose = (token: string, key: CryptoKey): Promise<boolean> =>
    jwtVerify(token, key, {
      issuer: TERMS.issuer,
      audience: TERMS.audiences,
      requiredClaims: TERMS.requiredClaims,
      maxTokenAge: TERMS.maxTokenAgeSeconds,
      clockTolerance: 30,
      currentDate: NOW,
    }).then(
      () => true,
      () => false,
    );
});
