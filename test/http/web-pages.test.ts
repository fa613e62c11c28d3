// A web page of an origin that a provider names can call vend and read its answers; other callers notice nothing of
// CORS.
import { describe, expect, it } from 'vitest';
import { provider } from '../support/builders.ts';
import { startVend } from '../support/vend-app.ts';

const APP = 'https://app.example.com';
const FROM_APP = { origin: APP };

function start() {
  const app = startVend();
  app.store.providers = [provider({ allowedOrigins: [APP] })];
  return app;
}

describe('a preflight', () => {
  it.each([
    ['/v1/credentials', 'POST'],
    ['/v1/explain', 'POST'],
    ['/v1/roles', 'GET, HEAD, POST'],
    ['/v1/identity', 'GET, HEAD, POST'],
  ])('for %s allows %s and the headers that mean something', async (path, methods) => {
    const { send, auditLog, keys } = start();
    const headers = {
      ...FROM_APP,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'x-odd',
    };
    const answer = await send('OPTIONS', path, { token: null, headers });
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(Object.fromEntries(answer.headers)).toEqual({
      'access-control-allow-origin': APP,
      'access-control-allow-methods': methods,
      'access-control-allow-headers': 'authorization, content-type, dpop',
      'access-control-max-age': '7200',
      'cache-control': 'no-store',
      vary: 'Origin',
      'x-content-type-options': 'nosniff',
    });
    expect([auditLog.events, keys.asked]).toEqual([[], []]);
  });

  it.each([
    ['without an origin', { 'access-control-request-method': 'POST' }],
    ['without the method that it asks for', FROM_APP],
  ])('%s is none', async (_, headers) => {
    const { status } = await start().send('OPTIONS', '/v1/credentials', { token: null, headers });
    expect(status).toBe(405);
  });

  it.each(['/healthz', '/readyz'])('for %s is not answered: a page has no use for it', async (path) => {
    const headers = { ...FROM_APP, 'access-control-request-method': 'GET' };
    expect((await start().send('OPTIONS', path, { token: null, headers })).status).toBe(405);
  });
});

describe('a page of a named origin', () => {
  it('reads credentials, and the audit row says where it came from', async () => {
    const { vend, auditLog } = start();
    const { status, headers } = await vend({}, { headers: FROM_APP });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, APP]);
    expect(auditLog.events).toMatchObject([{ outcome: 'granted', origin: APP }]);
  });

  it.each<[number, string, (app: ReturnType<typeof start>) => Promise<{ status: number; headers: Headers }>]>(
    [
      [
        400,
        'a malformed body',
        ({ send }) => send('POST', '/v1/credentials', { body: '{', headers: FROM_APP }),
      ],
      [401, 'a bad token', ({ vend }) => vend({}, { token: 'a.b.c', headers: FROM_APP })],
      [401, 'no token', ({ vend }) => vend({}, { token: null, headers: FROM_APP })],
      [403, 'a role of somebody else', ({ vend }) => vend({ role: 'arms-reader' }, { headers: FROM_APP })],
      [422, 'too long a life', ({ vend }) => vend({ durationSeconds: 43_200 }, { headers: FROM_APP })],
      [
        429,
        'STS that throttles',
        (app) => {
          app.assumer.fault = { kind: 'throttled', cause: 'Throttling' };
          return app.vend({}, { headers: FROM_APP });
        },
      ],
      [
        500,
        'a bug',
        (app) => {
          app.assumer.bug = new Error();
          return app.vend({}, { headers: FROM_APP });
        },
      ],
      [
        503,
        'a lost audit row',
        (app) => {
          app.auditLog.recordFault = { reason: 'store-failed', cause: 'OTSServerBusy' };
          return app.vend({}, { headers: FROM_APP });
        },
      ],
    ],
  )('reads a %i after %s, with what it needs to go on', async (status, _, refused) => {
    const answer = await refused(start());
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([status, APP]);
    expect(answer.headers.get('access-control-expose-headers')).toBe(
      'dpop-nonce, retry-after, www-authenticate',
    );
  });
});

describe('a caller outside browsers', () => {
  it('is answered as ever', async () => {
    const { vend } = start();
    const { status, headers } = await vend();
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, null]);
  });
});
