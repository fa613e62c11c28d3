// Login without keys that it can use denies every request, in the words of who asks; with keys again it serves.
import { describe, expect, it } from 'vitest';
import { err, ok } from '../../shared/kernel/result.ts';
import { PORTAL, startLogin } from '../support/login-app.ts';

const FAULT = { reason: 'keys-unreachable', cause: 'OTSServerBusy', isOrdered: false } as const;

function start() {
  const state = { isDown: true };
  let reads = 0;
  const login = startLogin({
    connections: [],
    parts: {
      cloudSsoUrl: 'https://sso.example.com',
      readKeys: async () => {
        reads += 1;
        return state.isDown ? err(FAULT) : ok(undefined);
      },
    },
  });
  const ask = (url: string, method = 'GET') => login.app.fetch(new Request(url, { method }));
  return { ...login, keys: state, ask, reads: () => reads };
}

describe('login whose keys cannot be read', () => {
  it.each([
    ['a page', 'GET', `${PORTAL}/portal`, /interrupted/],
    ['the public keys', 'GET', `${PORTAL}/login/jwks`, /^\{"error":"temporarily_unavailable"\}$/],
    ['the token endpoint', 'POST', `${PORTAL}/login/token`, /^\{"error":"temporarily_unavailable"\}$/],
  ])('answers 503 with Retry-After: %s', async (_, method, url, body) => {
    const { ask, logger } = start();
    const answer = await ask(url, method);
    expect([answer.status, Number(answer.headers.get('retry-after'))]).toEqual([503, 5]);
    expect(await answer.text()).toMatch(body);
    expect(logger.lines.map(({ fields }) => fields)).toEqual([
      expect.objectContaining({ reason: 'keys-unreachable', cause: 'OTSServerBusy' }),
    ]);
  });

  it('sends the stylesheet of the page that says so', async () => {
    const { ask } = start();
    const page = await (await ask(`${PORTAL}/portal`)).text();
    const [, path] = /<link rel="stylesheet" href="([^"]+)"/.exec(page) ?? [];
    expect(path).toBeDefined();
    expect((await ask(`${PORTAL}${path}`)).status).toBe(200);
  });

  it('answers in the CloudSSO dialect with a status that its clients take for a fault', async () => {
    const { ask } = start();
    const answer = await ask('https://sso.example.com/access-assignments/accounts');
    expect([answer.status, await answer.json()]).toEqual([
      429,
      expect.objectContaining({ ErrorCode: 'ServiceUnavailable' }),
    ]);
  });

  it.each([
    ['the portal', `${PORTAL}/login/device_authorization`],
    ['the CloudSSO dialect', 'https://sso.example.com/device-authorization'],
  ])('reads no keys for a stranger over the limit of %s', async (_, url) => {
    const { ask, reads } = start();
    // Without an address only the limit of all together counts: 200 at once.
    for (let i = 0; i < 300; i++) await ask(url, 'POST');
    expect(reads()).toBeGreaterThanOrEqual(200);
    expect(reads()).toBeLessThan(300);
  });

  it('serves when they can be read again', async () => {
    const { ask, keys } = start();
    keys.isDown = false;
    expect((await ask(`${PORTAL}/login/jwks`)).status).toBe(200);
  });
});
