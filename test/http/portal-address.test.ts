// A role for one network can be taken in the portal from this network alone; the address is the browser's, as login
// and not the browser tells it.
import { describe, expect, it } from 'vitest';
import { PORTAL } from '../support/login-app.ts';
import { ADDRESS_HEADER, SERVER, startPortalAndVend } from '../support/portal-and-vend.ts';

const BROWSER = '203.0.113.7';
const OPEN_CONSOLE = 'formaction="/portal/console"';

async function start(constraints: object, { isBlind = false } = {}) {
  const { vend, portal } = await startPortalAndVend(
    { constraints },
    isBlind ? { clientIpHeader: undefined } : {},
  );
  const at = (address: string) => ({ [ADDRESS_HEADER]: address });
  const list = async (address: string) =>
    (await portal.get('/portal', portal.alice.cookie, at(address))).text();
  const take = (address: string, path = '/portal/credentials') => {
    const headers = { origin: PORTAL, 'sec-fetch-site': 'same-origin', ...at(address) };
    return portal.post(path, { role: 'media-uploader' }, headers);
  };
  return { vend, portal, list, take };
}

describe('a role for one network', () => {
  const constraints = { sourceIp: ['203.0.113.0/24'] };

  it('can be taken in the portal from there, and from nowhere else', async () => {
    const { list, take } = await start(constraints);
    expect(await list(BROWSER)).toContain(OPEN_CONSOLE);
    expect((await take(BROWSER)).status).toBe(200);
    expect(await list('192.0.2.1')).not.toContain(OPEN_CONSOLE);
    expect((await take('192.0.2.1')).status).toBe(403);
  });

  it('cannot be taken by an address that a browser writes itself', async () => {
    const { portal } = await start(constraints);
    const headers = { 'x-forwarded-for': BROWSER, [ADDRESS_HEADER]: '192.0.2.1' };
    const page = await (await portal.get('/portal', portal.alice.cookie, headers)).text();
    expect(page).not.toContain(OPEN_CONSOLE);
  });

  it('says where to go: to the network, or to the command line where the portal sees no address', async () => {
    expect(await (await start(constraints)).list('192.0.2.1')).toContain('Open this page from');
    // Login's own address is in the network, and must not open it.
    const blind = await start({ sourceIp: ['203.0.113.0/24', '198.51.100.0/24'] }, { isBlind: true });
    const page = await blind.list(BROWSER);
    expect(page).not.toContain(OPEN_CONSOLE);
    expect(page).toContain('on the command line');
  });
});

describe('credentials that are pinned to their caller’s address', () => {
  it('are pinned to the browser’s, and both audit trails name it', async () => {
    const { vend, portal, take } = await start({ pinSourceIp: true });
    expect((await take(BROWSER)).status).toBe(200);
    expect(vend.assumer.orders.at(-1)?.sessionPolicy.json).toContain(`"acs:SourceIp":"${BROWSER}`);
    expect(vend.auditLog.events.at(-1)).toMatchObject({ clientAddress: BROWSER, viaAddress: SERVER });
    await take(BROWSER, '/portal/console');
    expect(portal.auditLog.events.at(-1)).toMatchObject({ action: 'console', clientAddress: BROWSER });
  });
});
