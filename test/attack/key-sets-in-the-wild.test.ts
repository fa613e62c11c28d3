// Against an issuer's key set of any content: what is unusable in it is passed over within a bound, and the good keys
// beside it serve. The first cases are key sets and token headers that real issuers publish.

import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readKeySet } from '../../shared/adapters/issuer-keys/fetch-key-set.ts';
import { pickKeys, toKeySet } from '../../shared/adapters/issuer-keys/key-set.ts';
import { provider } from '../support/builders.ts';
import { FakeKeyHistory, FakeLogger } from '../support/fakes.ts';
import { generateKeys, keySet, publicJwk, token } from '../support/issuer.ts';
import { startKeySource } from '../support/key-source.ts';
import { answerJson, type Handler, startLoopback } from '../support/loopback.ts';
import { startVend } from '../support/vend-app.ts';

const OTHERS = Array.from({ length: 9 }, generateKeys);
const own = publicJwk('RS256');
const bare = (jwk: object, kid = own.kid): object => ({ ...jwk, kid, alg: undefined, use: undefined });

async function vendWith(handler: Handler, parts: Parameters<typeof token>[0] = {}, more: object = {}) {
  const server = await startLoopback(handler);
  const logger = new FakeLogger();
  const app = startVend({ keySource: (clock) => startKeySource(clock, new FakeKeyHistory(), logger) });
  app.store.providers = [provider({ issuer: server.url, jwksUri: `${server.url}/keys`, ...more })];
  const claims = { iss: server.url, ...parts.claims };
  const { status } = await app.vend({}, { token: token({ ...parts, claims }) });
  return { status, reason: app.auditLog.events[0]?.reason, lines: logger.lines };
}

const outcome = async (keys: readonly unknown[], parts: Parameters<typeof token>[0] = {}) => {
  const { status, reason } = await vendWith(answerJson({ keys }), parts);
  return reason ?? status;
};

describe('one kid twice', () => {
  it('is one key, when the keys are equal', async () => {
    expect(await outcome([own, own])).toBe(200);
    expect(await outcome([bare(own), own])).toBe(200);
    expect(await outcome([own, own], { header: { kid: undefined } })).toBe(200);
  });

  it('is one key under two names too, for a token that says none', async () => {
    expect(await outcome([own, { ...own, kid: 'other' }], { header: { kid: undefined } })).toBe(200);
    const two = [own, { ...publicJwk('RS256', OTHERS[0]), kid: 'other' }];
    expect(await outcome(two, { header: { kid: undefined } })).toBe('key-unknown');
  });

  it('is each of two keys, in whichever order', async () => {
    const other = publicJwk('RS256', OTHERS[0]);
    expect(await outcome([own, other])).toBe(200);
    expect(await outcome([other, own])).toBe(200);
    expect(await outcome([other, publicJwk('RS256', OTHERS[1])])).toBe('signature-wrong');
  });

  /**
   * @attack Many keys under one `kid`, to make each token cost more
   * @removed the limit of keys that are tried
   * @failed 1 of 41: is tried for eight keys and no more: `expected 200 to be 'signature-wrong'`
   */
  it('is tried for eight keys and no more', async () => {
    const others = OTHERS.map((keys) => publicJwk('RS256', keys));
    expect(await outcome([...others.slice(0, 7), own])).toBe(200);
    expect(await outcome([...others.slice(0, 8), own])).toBe('signature-wrong');
  });

  it('says nothing of a key of another kind', async () => {
    expect(await outcome([{ ...publicJwk('ES256'), kid: own.kid }, own])).toBe(200);
  });
});

describe('an answer in the wild', () => {
  const text = JSON.stringify(keySet());
  const sent =
    (body: Buffer | string, headers = {}): Handler =>
    (_, response) =>
      response.writeHead(200, headers).end(body);

  it.each<[string, Handler]>([
    ['gzip', sent(gzipSync(text), { 'content-encoding': 'gzip' })],
    ['x-gzip in capitals', sent(gzipSync(text), { 'content-encoding': 'X-GZIP' })],
    ['deflate', sent(deflateSync(text), { 'content-encoding': 'deflate' })],
    ['Brotli', sent(brotliCompressSync(text), { 'content-encoding': 'br' })],
    ['identity', sent(text, { 'content-encoding': 'identity' })],
    ['a byte-order mark', sent(`\ufeff${text}`)],
    ['both', sent(gzipSync(`\ufeff${text}`), { 'content-encoding': 'gzip' })],
    ['another media type', sent(text, { 'content-type': 'text/plain' })],
    ['a character set for an encoding', sent(text, { 'content-encoding': 'UTF-8' })],
    ['an encoding of none', sent(text, { 'content-encoding': 'none' })],
  ])('is read with %s', async (_, handler) => {
    expect((await vendWith(handler)).status).toBe(200);
  });

  it('with a short key is told to the operator, once', async () => {
    const { lines } = await vendWith(answerJson({ keys: [{ ...own, e: 'Aw' }] }));
    const told = lines.filter((line) => JSON.stringify(line).includes('issuer-key-unusable'));
    expect(JSON.stringify(told)).toContain('rsa-exponent');
    expect(told).toHaveLength(1);
  });
});

describe('an entry', () => {
  const unknown = { alg: null, use: null, key_ops: null, d: null, p: null, k: null, x5c: null };

  it('may have every member that its library knows, without a value', async () => {
    expect(await outcome([{ ...own, ...unknown }])).toBe(200);
  });

  /**
   * @attack Private key of an issuer, published by another member than `d`
   * @removed the list of private members
   * @failed 7 of 41: that publishes p is used by nobody: `expected 200 to be 'key-unknown'`
   */
  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])(
    'that publishes %s is used by nobody',
    async (member) => {
      expect(await outcome([{ ...own, [member]: 'AQAB' }])).toBe('key-unknown');
      expect(await outcome([own, { ...own, kid: 'other', [member]: 'AQAB' }])).toBe('key-unknown');
    },
  );
});

describe('the type of a token', () => {
  const typed = async (typ: unknown, more: object = {}) => {
    const { status, reason } = await vendWith(answerJson(keySet()), { header: { typ } }, more);
    return reason ?? status;
  };

  it.each(['JWT', 'jwt', 'application/jwt', 'APPLICATION/JWT'])('is JWT, written as %s', async (typ) => {
    expect(await typed(typ)).toBe(200);
  });

  it.each(['application/x/jwt', 'text/jwt', 'jwt ', '', 7, null, 'logout+jwt'])(
    'is not JWT, written as %j',
    async (typ) => expect(await typed(typ)).toBe('type-wrong'),
  );

  it.each(['at+jwt', 'application/at+jwt', 'AT+JWT'])(
    'may be that of an access token where the provider says so: %s',
    async (typ) => {
      expect(await typed(typ)).toBe('type-wrong');
      expect(await typed(typ, { accessTokens: true })).toBe(200);
    },
  );
});

const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.dictionary(
    fc.constantFrom(
      'kty',
      'kid',
      'use',
      'alg',
      'key_ops',
      'crv',
      'n',
      'e',
      'x',
      'y',
      '__proto__',
      'constructor',
    ),
    fc.oneof(
      fc.constantFrom(
        'RSA',
        'EC',
        'OKP',
        'oct',
        'sig',
        'enc',
        'RS256',
        'P-256',
        'Ed25519',
        'AQAB',
        'AQ',
        own.kid,
      ),
      fc.jsonValue({ maxDepth: 1 }),
      fc.base64String({ maxLength: 400 }),
    ),
  ),
);

/** More of them than are read, told of and tried. */
const MANY = { minLength: 120, maxLength: 150, size: 'max' } as const;
const flood = fc.oneof(
  fc.array(
    fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((x) => ({ kty: 'OKP', crv: 'Ed25519', kid: '', x: Buffer.from(x).toString('base64url') })),
    MANY,
  ),
  fc.array(fc.constant({ kty: 'RSA' }), MANY),
);

describe('any key set', () => {
  it('throws nothing, is bounded, and a good key beside junk serves', async () => {
    const largest = { keys: 0, unusable: 0, picked: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(junk, { maxLength: 40 }),
        fc.oneof(fc.constant([]), flood),
        fc.nat(),
        async (entries, more, at) => {
          const keys = [...entries.toSpliced(at % (entries.length + 1), 0, own), ...more];
          const read = readKeySet(keys);
          expect(read.keys.length).toBeLessThanOrEqual(100);
          expect(read.unusable.length).toBeLessThanOrEqual(10);
          const served = toKeySet(read.keys.map(({ jwk }) => jwk));
          expect(await pickKeys(served, { alg: 'RS256', kid: own.kid ?? '' })).not.toEqual([]);
          for (const header of [
            { alg: 'ES256' },
            { alg: 'EdDSA', kid: '' },
            { alg: '__proto__', kid: '__proto__' },
          ]) {
            const picked = await pickKeys(served, header);
            expect(picked.length).toBeLessThanOrEqual(8);
            largest.picked = Math.max(largest.picked, picked.length);
          }
          largest.keys = Math.max(largest.keys, read.keys.length);
          largest.unusable = Math.max(largest.unusable, read.unusable.length);
        },
      ),
    );
    // Some sets come up to each bound, or none was tested.
    expect(largest).toEqual({ keys: 100, unusable: 10, picked: 8 });
  });
});
