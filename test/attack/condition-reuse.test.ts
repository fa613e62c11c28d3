// Against another request of the same caller: cached credentials that a constraint or a condition has cut are reused
// only where the cut would be the same.
import { describe, expect, it } from 'vitest';
import { grantTo, NOW } from '../support/builders.ts';
import { seconds, token } from '../support/issuer.ts';
import { startVend, type Vend } from '../support/vend-app.ts';

type Constraints = NonNullable<Parameters<typeof grantTo>[1]>['constraints'];

function start(constraints: Constraints, parts: Parameters<typeof grantTo>[1] = {}): Vend {
  const app = startVend({ clientIpHeader: 'x-real-ip' });
  app.store.grants = [grantTo({ kind: 'any' }, { ...parts, constraints: { ...constraints } })];
  return app;
}

const endingIn = (left: number): string => token({ claims: { exp: seconds(NOW) + left } });

interface Held {
  readonly key: unknown;
  readonly expiration: string;
}

async function vend(app: Vend, proof: string, from = '203.0.113.7', body: object = {}): Promise<Held> {
  const answer = await app.vend(body, { token: proof, headers: { 'x-real-ip': from } });
  const credentials = Object(answer.body['credentials']);
  return { key: credentials.accessKeyId ?? answer.status, expiration: String(credentials.expiration) };
}

describe('credentials cut to a token', () => {
  /**
   * @attack Cached credentials handed out to a token that ends earlier
   * @removed the end in the cache key, and the comparison of the ends
   * @failed 4 of 11: are not for a token that ends earlier: `expected { key: 'STS.key1', …(1) } to deeply
   *   equal { key: 'STS.key2', …(1) }`
   * @note either alone refuses this case
   */
  it('are not for a token that ends earlier', async () => {
    const app = start({ withinToken: true });
    expect(await vend(app, endingIn(1_500))).toEqual({
      key: 'STS.key1',
      expiration: '2026-03-01T12:25:00.000Z',
    });
    expect(await vend(app, endingIn(300))).toEqual({
      key: 'STS.key2',
      expiration: '2026-03-01T12:05:00.000Z',
    });
  });

  /**
   * @attack Cached credentials of a short token kept for a longer one
   * @removed the end in the cache key
   * @failed 1 of 11: are not for a token that ends later, which may have longer ones: `expected { key:
   *   'STS.key1', …(1) } to deeply equal { key: 'STS.key2', …(1) }`
   */
  it('are not for a token that ends later, which may have longer ones', async () => {
    const app = start({ withinToken: true });
    expect((await vend(app, endingIn(300))).key).toBe('STS.key1');
    expect(await vend(app, endingIn(1_500))).toEqual({
      key: 'STS.key2',
      expiration: '2026-03-01T12:25:00.000Z',
    });
  });

  it('are for the same token again', async () => {
    const app = start({ withinToken: true });
    const first = await vend(app, endingIn(1_500));
    app.clock.advance(20_000);
    expect(await vend(app, endingIn(1_500))).toEqual(first);
  });

  it('are shared by requests at one time only if their tokens end alike', async () => {
    const app = start({ withinToken: true });
    const both = await Promise.all([vend(app, endingIn(1_500)), vend(app, endingIn(300))]);
    expect(both.map(({ expiration }) => expiration)).toEqual([
      '2026-03-01T12:25:00.000Z',
      '2026-03-01T12:05:00.000Z',
    ]);
  });
});

describe('credentials', () => {
  /**
   * @attack Cached credentials pinned to the address of another request
   * @removed the composed policy in the cache key
   * @failed 2 of 11: pinned to one address are not for another: `expected 'STS.key1' to be 'STS.key2'`
   */
  it('pinned to one address are not for another', async () => {
    const app = start({ pinSourceIp: true });
    expect((await vend(app, token(), '203.0.113.7')).key).toBe('STS.key1');
    expect((await vend(app, token(), '203.0.113.8')).key).toBe('STS.key2');
    expect((await vend(app, token(), '203.0.113.7')).key).toBe('STS.key1');
    expect(app.assumer.orders.map(({ sessionPolicy }) => sessionPolicy.json)).toEqual([
      expect.stringContaining('"acs:SourceIp":"203.0.113.7"'),
      expect.stringContaining('"acs:SourceIp":"203.0.113.8"'),
    ]);
  });

  it('pinned to a network are for all of it', async () => {
    const app = start({ pinSourceIp: { ipv4PrefixLength: 24 } });
    expect((await vend(app, token(), '203.0.113.7')).key).toBe('STS.key1');
    expect((await vend(app, token(), '203.0.113.8')).key).toBe('STS.key1');
    expect((await vend(app, token(), '203.0.114.8')).key).toBe('STS.key2');
  });

  it('of one shift are not for the next', async () => {
    const shift = (from: string, to: string) => ({ timeZone: 'UTC', days: ['sun' as const], from, to });
    const app = start({ timeWindows: [shift('12:00', '12:20'), shift('12:21', '14:00')] });
    const first = await vend(app, token());
    expect(first).toEqual({ key: 'STS.key1', expiration: '2026-03-01T12:20:00.000Z' });
    app.clock.advance(19.5 * 60_000);
    expect((await vend(app, token())).key).toBe(403);
    app.clock.advance(2 * 60_000);
    expect(await vend(app, token())).toEqual({ key: 'STS.key2', expiration: '2026-03-01T12:51:30.000Z' });
  });

  it('of a condition that held are not for a request for which it does not', async () => {
    const app = start({}, { when: 'request.sourceIp == "203.0.113.7"' });
    expect((await vend(app, token(), '203.0.113.7')).key).toBe('STS.key1');
    expect((await vend(app, token(), '203.0.113.8')).key).toBe(403);
  });

  it('asked for longer are not for who asks for shorter', async () => {
    const app = start({ withinToken: true });
    expect((await vend(app, endingIn(1_500), undefined, { durationSeconds: 1_000 })).expiration).toBe(
      '2026-03-01T12:16:40.000Z',
    );
    expect((await vend(app, endingIn(1_500), undefined, { durationSeconds: 300 })).expiration).toBe(
      '2026-03-01T12:05:00.000Z',
    );
  });

  /**
   * @attack Cached credentials of a shorter duration kept for a longer one
   * @removed the duration in the cache key
   * @failed 1 of 11: asked for shorter are not all that who asks for longer gets: `expected
   *   '2026-03-01T12:16:40.000Z' to be '2026-03-01T12:30:00.000Z'`
   */
  it('asked for shorter are not all that who asks for longer gets', async () => {
    const app = start({});
    const ask = (durationSeconds: number) => vend(app, token(), undefined, { durationSeconds });
    expect((await ask(1_000)).expiration).toBe('2026-03-01T12:16:40.000Z');
    expect((await ask(1_800)).expiration).toBe('2026-03-01T12:30:00.000Z');
  });

  /**
   * @attack Cached credentials that outlive a request after the clock was set back
   * @removed the comparison of the ends
   * @failed 1 of 11: are not handed out past the end of a request: `expected { key: 'STS.key1', …(1) } to
   *   deeply equal { key: 'STS.key2', …(1) }`
   */
  it('are not handed out past the end of a request, though the clock was set back', async () => {
    const app = start({ effectiveSeconds: 300 });
    expect((await vend(app, token())).key).toBe('STS.key1');
    app.clock.advance(-5_000);
    expect(await vend(app, token())).toEqual({ key: 'STS.key2', expiration: '2026-03-01T12:04:55.000Z' });
  });
});
