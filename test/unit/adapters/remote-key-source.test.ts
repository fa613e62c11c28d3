import { describe, expect, it } from 'vitest';
import { createRemoteKeySource } from '../../../shared/adapters/remote-key-source.ts';
import { provider } from '../../support/builders.ts';
import { gate } from '../../support/catalog-rows.ts';
import { FakeClock } from '../../support/fakes.ts';
import { keySet, publicJwk } from '../../support/issuer.ts';
import { answerJson, type Handler, startLoopback } from '../../support/loopback.ts';

const KNOWN = { alg: 'RS256', kid: 'key-RS256' };
const MADE_UP = { alg: 'RS256', kid: 'made-up' };
const down: Handler = (_, response) => response.writeHead(503).end();
const MINUTE = 60_000;

async function start(handler: Handler = answerJson(keySet())) {
  const server = await startLoopback(handler);
  const clock = new FakeClock();
  const keys = createRemoteKeySource(clock);
  const pinned = provider({ issuer: server.url, jwksUri: `${server.url}/keys` });
  const find = async (header: { alg: string; kid?: string } = KNOWN, from = pinned) => {
    const found = await keys.find(from, header);
    return found.ok ? 'found' : found.error.reason;
  };
  return { server, clock, find, pinned, fetches: () => server.requests.splice(0).length };
}

describe('the keys of an issuer', () => {
  it('are fetched once for all who wait', async () => {
    const { find, fetches } = await start();
    expect(await Promise.all([find(), find(), find()])).toEqual(['found', 'found', 'found']);
    expect(fetches()).toBe(1);
  });

  it('are fetched again after ten minutes, so a key that was withdrawn stops working', async () => {
    const { find, fetches, clock, server } = await start();
    await find();
    clock.advance(10 * MINUTE - 1);
    expect([await find(), fetches()]).toEqual(['found', 1]);
    server.handler = answerJson({ keys: [] });
    clock.advance(1);
    expect([await find(), fetches()]).toEqual(['key-unknown', 1]);
  });

  it('are of one provider: another address is another entry', async () => {
    const { find, fetches, pinned, server } = await start();
    await find();
    await find(KNOWN, { ...pinned, jwksUri: `${server.url}/other` });
    expect(fetches()).toBe(2);
  });

  it.each([
    ['of another algorithm', { alg: 'ES256', kid: 'key-RS256' }],
    ['of no name among two that fit', { alg: 'RS256' }],
  ])('do not serve a token %s', async (_, header) => {
    const second = { ...publicJwk('RS256'), kid: 'second' };
    const { find } = await start(answerJson({ keys: [...keySet().keys, second] }));
    expect(await find(header)).toBe('key-unknown');
  });

  it.each<[string, object]>([
    ['without its numbers', { kty: 'RSA', kid: KNOWN.kid }],
    ['on an unknown curve', { kty: 'EC', kid: KNOWN.kid, crv: 'P-1', x: 'AQAB', y: 'AQAB', alg: 'RS256' }],
  ])('that are broken are the issuer’s fault and no crash: %s', async (_, key) => {
    const { find } = await start(answerJson({ keys: [key] }));
    expect(await find()).toBe('key-unknown');
  });
});

describe('an unknown kid', () => {
  it('fetches once and then not for 30 seconds, however many are made up', async () => {
    const { find, fetches, clock } = await start();
    await find();
    clock.advance(30_000);
    fetches();
    const asked = Array.from({ length: 20 }, (_, i) => find({ alg: 'RS256', kid: `made-up-${i}` }));
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['key-unknown']));
    clock.advance(29_999);
    await find(MADE_UP);
    expect(fetches()).toBe(1);
    clock.advance(1);
    await find(MADE_UP);
    expect(fetches()).toBe(1);
  });

  it('claims the cooldown before the answer, so a slow issuer is not asked twice', async () => {
    const { find, fetches, clock, server } = await start();
    await find();
    clock.advance(30_000);
    fetches();
    const held = gate();
    const asked = gate();
    server.handler = async (request, response) => {
      asked.open();
      await held.closed;
      answerJson(keySet())(request, response);
    };
    const first = find(MADE_UP);
    await asked.closed;
    clock.advance(60_000);
    const second = find(MADE_UP);
    held.open();
    expect([await first, await second, fetches()]).toEqual(['key-unknown', 'key-unknown', 1]);
  });

  it('is found once the issuer publishes it', async () => {
    const { find, clock, server } = await start();
    await find();
    server.handler = answerJson({ keys: [{ ...publicJwk('RS256'), kid: MADE_UP.kid }] });
    clock.advance(30_000);
    expect(await find(MADE_UP)).toBe('found');
  });
});

describe('while the issuer is down', () => {
  it('known keys serve for an hour and no longer', async () => {
    const { find, clock, server } = await start();
    await find();
    server.handler = down;
    clock.advance(60 * MINUTE - 1);
    expect(await find()).toBe('found');
    clock.advance(1);
    expect(await find()).toBe('keys-unreachable');
  });

  it('an unknown kid is not called unknown, since nobody can know', async () => {
    const { find, clock, server } = await start();
    await find();
    server.handler = down;
    clock.advance(30_000);
    expect(await find(MADE_UP)).toBe('keys-unreachable');
  });

  it('with nothing known it is asked again after 2 seconds', async () => {
    const { find, fetches, clock, server } = await start(down);
    expect([await find(), await find(), fetches()]).toEqual(['keys-unreachable', 'keys-unreachable', 1]);
    server.handler = answerJson(keySet());
    clock.advance(1_999);
    expect(await find()).toBe('keys-unreachable');
    clock.advance(1);
    expect(await find()).toBe('found');
  });

  it('a set that turns unreadable does not replace the one that is known', async () => {
    const { find, clock, server } = await start();
    await find();
    server.handler = answerJson({ keys: [{ ...publicJwk('RS256'), d: 'AQAB' }] });
    clock.advance(10 * MINUTE);
    expect(await find()).toBe('found');
  });
});
