// Against a flood of requests: what it makes Stint ask of issuers, tables and STS is bounded, and the other callers
// are served.
import { LRUCache } from 'lru-cache';
import { describe, expect, it, vi } from 'vitest';
import { toRows } from '../../shared/adapters/tablestore/access-rows.ts';
import { putHead } from '../../shared/adapters/tablestore/revision-history.ts';
import { ProviderId } from '../../shared/kernel/names.ts';
import { StoredGrant } from '../../shared/rules/document/stored-grant.ts';
import { must } from '../contract/must.ts';
import { AUDIENCE, grantTo, NOW, provider, REVISION, role, storedGrant } from '../support/builders.ts';
import { gate } from '../support/catalog-rows.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { generateKeys, keySet, token } from '../support/issuer.ts';
import { startKeySource } from '../support/key-source.ts';
import { answerJson, startLoopback } from '../support/loopback.ts';
import { startVend, type Vend } from '../support/vend-app.ts';

const ANYONE = { kind: 'any' } as const;
const NOISY_ISSUER = 'https://noisy.example';

/** Two providers of default limits: one of our own people, one whose callers do as they please. */
function startTwo(): Vend {
  const app = startVend();
  app.store.providers = [provider(), provider({ id: 'noisy', issuer: NOISY_ISSUER })];
  app.store.grants = [grantTo(ANYONE), grantTo(ANYONE, {}, 'noisy')];
  return app;
}

const noisy = (sub: string): string => token({ claims: { iss: NOISY_ISSUER, sub } });
const own = (sub: string): string => token({ claims: { sub } });

describe('a flood', () => {
  /**
   * @attack Flood of made-up kids, through the whole app
   * @removed the cooldown
   * @failed 1 of 6: of made-up key ids asks the issuer for its keys once: `expected [ 'GET /keys', …(49) ] to
   *   deeply equal [ 'GET /keys' ]`
   */
  it('of made-up key ids asks the issuer for its keys once, and good tokens go on', async () => {
    const server = await startLoopback(answerJson(keySet()));
    const app = startVend();
    app.store.providers = [provider({ issuer: server.url, jwksUri: `${server.url}/keys` })];
    app.keys.find = startKeySource(app.clock).find;
    const good = token({ claims: { iss: server.url } });
    await app.vend({}, { token: good });
    app.clock.advance(30_000);
    server.requests.splice(0);
    for (let i = 0; i < 50; i += 1) {
      const made = token({ claims: { iss: server.url, sub: `s${i}` }, header: { kid: `made-up-${i}` } });
      expect((await app.vend({}, { token: made })).status).toBe(401);
    }
    expect(server.requests).toEqual(['GET /keys']);
    expect((await app.vend({}, { token: token({ claims: { iss: server.url, jti: 'x' } }) })).status).toBe(
      200,
    );
  });

  /**
   * @attack Tokens of an issuer that does not answer, for all places of an instance, through the whole app
   * @removed the bound of those that wait for keys
   * @failed 1 of 8: of tokens of an issuer that is silent leaves places to the callers of others: `expected 429 to be 200`
   * @also test/unit/adapters/remote-key-source.test.ts
   */
  it('of tokens of an issuer that is silent leaves places to the callers of others', async () => {
    const server = await startLoopback(answerJson(keySet()));
    const silent = gate();
    const mute = await startLoopback((_, response) => void silent.closed.then(() => response.end()));
    const app = startVend({ keySource: (clock) => startKeySource(clock) });
    app.store.providers = [
      provider({ issuer: server.url, jwksUri: `${server.url}/keys` }),
      provider({ id: 'noisy', issuer: NOISY_ISSUER, jwksUri: `${mute.url}/keys` }),
    ];
    app.store.grants = [grantTo(ANYONE), grantTo(ANYONE, {}, 'noisy')];
    const good = (sub: string) => app.vend({}, { token: token({ claims: { iss: server.url, sub } }) });
    expect((await good('alice')).status).toBe(200);
    // As many as an instance works on at the same time.
    const flood = Array.from({ length: 200 }, (_, i) => app.vend({}, { token: noisy(`caller-${i}`) }));
    expect((await good('bob')).status).toBe(200);
    silent.open();
    expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([503]));
    expect(mute.requests).toEqual(['GET /keys']);
  });

  /**
   * @attack Proofs that prove nothing, to drop what an instance keeps of good callers from its caches
   * @removed in `authenticateOidc`, the end at a token that is not verified before it is remembered
   * @failed 1 of 8: of requests without a good proof puts nothing into a cache, so that good callers keep their entries:
   *   `expected [ …(4) ] to deeply equal []`
   */
  it('of requests without a good proof puts nothing into a cache, so that good callers keep their entries', async () => {
    const rows = new FakeRows();
    const grant = StoredGrant.parse(storedGrant());
    const selector = { provider: ProviderId.parse('app-users'), principal: ANYONE } as const;
    const access = { providers: [provider()], roles: [role()], grants: [{ selector, grant }] };
    must(await rows.putRows([...toRows(REVISION, access)]));
    const head = {
      revision: REVISION,
      previous: undefined,
      appliedAt: NOW,
      appliedBy: '',
      documentSha256: '',
    };
    must(await putHead(rows, head, undefined));
    const app = startVend({ rows, clientIpHeader: 'x-client-ip' });
    const kept = vi.spyOn(LRUCache.prototype, 'set');
    try {
      expect((await app.vend()).status).toBe(200);
      // Of proofs, of rows, of policies and of credentials. What counts the addresses of strangers is apart.
      const caches = new Set(kept.mock.contexts);
      expect(caches.size).toBeGreaterThanOrEqual(4);
      kept.mockClear();
      const others = generateKeys();
      const ended = { iat: 0, exp: 600 };
      for (const [i, bad] of [
        null,
        'x',
        token({ claims: { sub: 'mallory' }, keys: others }),
        token({ claims: { sub: 'mallory', ...ended } }),
        token({ claims: { sub: 'mallory', aud: 'https://other.example' } }),
        token({ claims: { sub: 'mallory', iss: 'https://evil.example' } }),
        token({ claims: { sub: 'mallory' }, header: { kid: 'made-up' } }),
      ].entries()) {
        const headers = { 'x-client-ip': `203.0.113.${i}` };
        expect((await app.vend({}, { token: bad, headers })).status).toBe(401);
      }
      expect(kept.mock.contexts.filter((cache) => caches.has(cache))).toEqual([]);
      expect((await app.vend()).status).toBe(200);
      expect(app.assumer.orders).toHaveLength(1);
    } finally {
      kept.mockRestore();
    }
  });

  it('of unknown issuers looks for no key, and asks the store of grants nothing', async () => {
    const app = startVend();
    for (let i = 0; i < 50; i += 1) {
      const made = token({ claims: { iss: `https://evil-${i}.example` } });
      expect((await app.vend({}, { token: made })).status).toBe(401);
    }
    expect([app.keys.asked, app.store.asked]).toEqual([[], []]);
  });

  /**
   * @attack One provider that uses up the quota of STS
   * @removed the provider's share
   * @failed 1 of 6: of new sessions by the callers of one provider leaves the others theirs: `expected [ 200
   *   ] to deeply equal [ 200, 429 ]`
   */
  it('of new sessions by the callers of one provider leaves the others theirs', async () => {
    const app = startTwo();
    const statuses = new Set<number>();
    for (let i = 0; i < 200; i += 1) {
      statuses.add((await app.vend({}, { token: noisy(`caller-${i}`) })).status);
    }
    expect([...statuses]).toEqual([200, 429]);
    // STS answers 100 calls a second; what is left of them is for everybody else.
    expect(app.assumer.orders.length).toBeLessThanOrEqual(50);
    for (const name of ['alice', 'bob', 'carol']) {
      expect((await app.vend({}, { token: own(name) })).status).toBe(200);
    }
  });

  /**
   * @attack One caller that mints sessions (minio #21404)
   * @removed the comparison with the shared count
   * @failed 1 of 6: of new sessions by one caller ends, whichever role, life and policy: `expected [ …(60) ]
   *   to have a length of 20 but got 60`
   */
  it('of new sessions by one caller ends, whichever role, life and policy each is for', async () => {
    const app = startTwo();
    app.store.providers = [provider({ limits: { sessionsPerCallerPerHour: 20, stsCallsPerSecond: 100 } })];
    for (let i = 0; i < 60; i += 1) {
      const policy = {
        Version: '1',
        Statement: [
          { Effect: 'Allow', Action: 'oss:GetObject', Resource: `acs:oss:*:*:media/users/alice/${i}` },
        ],
      };
      await app.vend({ durationSeconds: 900 + i, policy });
      app.clock.advance(1_000);
    }
    expect(app.assumer.orders).toHaveLength(20);
    expect((await app.vend({}, { token: own('bob') })).status).toBe(200);
  });

  it('of bodies of 1 MB is refused without reading them', async () => {
    const app = startVend();
    let read = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          read += 1;
          controller.enqueue(new Uint8Array(1_024).fill(0x20));
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { 'content-type': 'application/json', 'content-length': '1048576' };
    const request = new Request(`${AUDIENCE}/v1/credentials`, {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    });
    expect([(await app.app.request(request)).status, read]).toEqual([413, 0]);
  });

  it('of tokens of 1 MB looks for no provider and no key', async () => {
    const app = startVend();
    const long = token({ claims: { padding: 'x'.repeat(1_000_000) } });
    expect((await app.vend({}, { token: long })).status).toBe(401);
    expect(app.auditLog.events).toEqual([expect.objectContaining({ reason: 'token-too-long' })]);
    expect(app.keys.asked).toEqual([]);
  });
});
