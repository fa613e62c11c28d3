// Login and vend, each as a whole, with a network between them on which login has an address of its own.
import { describe, expect, it } from 'vitest';
import { Secret } from '../../shared/kernel/secret.ts';
import { grantTo, provider } from '../support/builders.ts';
import { startPortal } from '../support/portal-app.ts';
import { startVend } from '../support/vend-app.ts';

const ADDRESS_HEADER = 'x-real-ip';
const LOGIN = 'https://vend.example.com/login';
const [BROWSER, SERVER] = ['203.0.113.7', '198.51.100.9'];

async function start(constraints: object, { isBlind = false } = {}) {
  const vend = startVend({ clientIpHeader: ADDRESS_HEADER });
  const staff = { id: 'staff', issuer: LOGIN, algorithms: ['ES256' as const], maxTokenAgeSeconds: 300 };
  vend.store.providers = [provider({ ...staff, addressFromToken: true })];
  const sessionPolicy = {
    document: { Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: '*' }] },
  };
  vend.store.grants = [
    grantTo({ kind: 'sub', name: 'corporate:alice' }, { constraints, sessionPolicy }, 'staff'),
  ];
  const portal = await startPortal({
    clientIpHeader: isBlind ? undefined : ADDRESS_HEADER,
    clock: vend.clock,
    vend: {
      async call(token, { method, path, body }) {
        const sent = { token: token.reveal(), headers: { [ADDRESS_HEADER]: SERVER }, ...(body && { body }) };
        const answer = await vend.send(method, path, sent);
        return { ok: true, value: { status: answer.status, body: new Secret(answer.body) } };
      },
    },
  });
  vend.keys.sets.set(LOGIN, { keys: [...portal.deps.tokens.keys.published] });
  const at = (address: string) => ({ [ADDRESS_HEADER]: address });
  const list = async (address: string) =>
    (await portal.get('/portal', portal.alice.cookie, at(address))).text();
  const take = (address: string) =>
    portal.post(
      '/portal/credentials',
      { role: 'media-uploader' },
      { origin: 'https://vend.example.com', 'sec-fetch-site': 'same-origin', ...at(address) },
    );
  return { vend, portal, list, take };
}

describe('a role for one network', () => {
  const constraints = { sourceIp: ['203.0.113.0/24'] };

  it('can be taken in the portal from there, and from nowhere else', async () => {
    const { list, take } = await start(constraints);
    expect(await list(BROWSER)).toContain('formaction="/portal/console"');
    expect((await take(BROWSER)).status).toBe(200);
    expect(await list('192.0.2.1')).not.toContain('formaction="/portal/console"');
    expect((await take('192.0.2.1')).status).toBe(403);
  });

  it('cannot be taken by an address that a browser writes itself', async () => {
    const { portal } = await start(constraints);
    const headers = { 'x-forwarded-for': BROWSER, [ADDRESS_HEADER]: '192.0.2.1' };
    const page = await (await portal.get('/portal', portal.alice.cookie, headers)).text();
    expect(page).not.toContain('formaction="/portal/console"');
  });

  it('says where to go: to the network, or to the command line where the portal sees no address', async () => {
    expect(await (await start(constraints)).list('192.0.2.1')).toContain('Open this page from');
    const blind = await start({ sourceIp: ['203.0.113.0/24', '198.51.100.0/24'] }, { isBlind: true });
    // Login's own address is in the network, and must not open it.
    const page = await blind.list(BROWSER);
    expect(page).not.toContain('formaction="/portal/console"');
    expect(page).toContain('on the command line');
  });
});

describe('credentials that are pinned to their caller’s address', () => {
  it('are pinned to the browser’s, and both audit trails name it', async () => {
    const { vend, portal, take } = await start({ pinSourceIp: true });
    expect((await take(BROWSER)).status).toBe(200);
    expect(vend.assumer.orders.at(-1)?.sessionPolicy.json).toContain(`"acs:SourceIp":"${BROWSER}`);
    expect(vend.auditLog.events.at(-1)).toMatchObject({ clientAddress: BROWSER, viaAddress: SERVER });
    const headers = { origin: 'https://vend.example.com', 'sec-fetch-site': 'same-origin' };
    await portal.post(
      '/portal/console',
      { role: 'media-uploader' },
      { ...headers, [ADDRESS_HEADER]: BROWSER },
    );
    expect(portal.auditLog.events.at(-1)).toMatchObject({ action: 'console', clientAddress: BROWSER });
  });
});
