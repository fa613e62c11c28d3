// Against a caller that chooses its address or its claims: it can neither get around its own rate limit nor use up
// that of others.
import { describe, expect, it } from 'vitest';
import { grantTo, provider } from '../support/builders.ts';
import { generateKeys, token } from '../support/issuer.ts';
import { startVend } from '../support/vend-app.ts';

const ADDRESS_HEADER = 'x-real-ip';
const SPOOFED = ['x-forwarded-for', 'forwarded', 'x-fc-client-ip'];
const AT_ONCE = 100;
const OTHERS_KEYS = generateKeys();

type Headers = Readonly<Record<string, string>>;

function start(clientIpHeader?: string) {
  const app = startVend(clientIpHeader === undefined ? {} : { clientIpHeader });
  const fail = async (headers: Headers, times = 1) => {
    for (let i = 1; i < times; i += 1) await app.vend({}, { token: null, headers });
    return (await app.vend({}, { token: null, headers })).status;
  };
  return { app, fail };
}

describe('an address that a caller writes', () => {
  /**
   * @attack Rate-limit key spoofing by a header
   * @removed the configured header only (`x-forwarded-for` believed)
   * @failed 1 of 12: in x-forwarded-for limits nobody while no header is configured: `expected 429 to be 401`
   */
  it.each(SPOOFED)('in %s limits nobody while no header is configured', async (name) => {
    const { app, fail } = start();
    expect(await fail({ [name]: '203.0.113.7' }, AT_ONCE + 10)).toBe(401);
    expect((await app.vend({}, { headers: { [name]: '203.0.113.7' } })).status).toBe(200);
  });

  it.each(SPOOFED)('in %s is no way around the limit of its real address', async (name) => {
    const { fail } = start(ADDRESS_HEADER);
    const statuses = new Set<number>();
    for (let i = 0; i < AT_ONCE + 10; i += 1) {
      statuses.add(await fail({ [ADDRESS_HEADER]: '203.0.113.7', [name]: `198.51.100.${i}` }));
    }
    expect([...statuses]).toEqual([401, 429]);
  });

  it.each(SPOOFED)('in %s does not shut out whose address it is', async (name) => {
    const { app, fail } = start(ADDRESS_HEADER);
    await fail({ [ADDRESS_HEADER]: '203.0.113.7', [name]: '198.51.100.1' }, AT_ONCE + 10);
    expect((await app.vend({}, { headers: { [ADDRESS_HEADER]: '198.51.100.1' } })).status).toBe(200);
  });
});

describe('an IPv6 subscriber', () => {
  it('is one, whichever of its addresses it sends from and however they are written', async () => {
    const { fail } = start(ADDRESS_HEADER);
    await fail({ [ADDRESS_HEADER]: '2001:db8:1:2::1' }, AT_ONCE);
    for (const address of ['2001:db8:1:2:ffff::', '2001:0DB8:0001:0002:0:0:0:9']) {
      expect(await fail({ [ADDRESS_HEADER]: address })).toBe(429);
    }
    expect(await fail({ [ADDRESS_HEADER]: '2001:db8:1:3::1' })).toBe(401);
  });
});

describe('what a token claims and does not prove', () => {
  const limits = { requestsPerCallerPerSecond: 1, requestsPerProviderPerSecond: 10 };

  it('takes nothing from the caller and the provider that it names', async () => {
    const { app } = start();
    app.store.providers = [provider({ limits })];
    for (let i = 0; i < 100; i += 1) {
      const forged = token({ claims: { sub: 'alice', jti: String(i) }, keys: OTHERS_KEYS });
      expect((await app.vend({}, { token: forged })).status).toBe(401);
    }
    expect((await app.vend()).status).toBe(200);
  });

  it('gives no other count: claims beside the subject make no other caller', async () => {
    const { app } = start();
    app.store.providers = [provider({ limits })];
    app.store.grants = [grantTo({ kind: 'any' })];
    const statuses = new Set<number>();
    for (let i = 0; i < 12; i += 1) {
      const claims = { sub: 'alice', jti: String(i), email: `a${i}@example.com`, groups: [`g${i}`] };
      statuses.add((await app.vend({}, { token: token({ claims }) })).status);
    }
    expect([...statuses]).toEqual([200, 429]);
  });
});
