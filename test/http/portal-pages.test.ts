// Pages of the portal say what happened, and lead people on who come back, reload or read another language, without
// showing a secret again.
import { describe, expect, it } from 'vitest';
import { startPortal, VENDED } from '../support/portal-app.ts';

const ROLE = { role: 'media-uploader' };
const roles = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    role: `role-${n}`,
    roleArn: `acs:ram::1234567890123456:role/role-${n}`,
    account: '1234567890123456',
    description: `the ${n}th`,
    maxDurationSeconds: 1_800,
    needs: n === 0 ? ['mfa'] : [],
  }));

async function open() {
  const portal = await startPortal();
  const now = portal.clock.now().getTime();
  const vended = (more: object = {}) => ({
    status: 200,
    body: {
      ...VENDED,
      credentials: { ...VENDED.credentials, expiration: new Date(now + 900_000).toISOString() },
      refreshAfter: new Date(now + 300_000).toISOString(),
    },
    ...more,
  });
  const page = async (fields: Record<string, string> = {}) => {
    const answer = await portal.post('/portal/credentials', { ...ROLE, ...fields });
    return { answer, text: await answer.text() };
  };
  return { portal, vended, page };
}

describe('the page of credentials', () => {
  it('shows how much of their time is left, also when they are handed out again', async () => {
    const { portal, vended, page } = await open();
    portal.vend.answer = vended({ ageSeconds: 2_700 });
    expect((await page()).text).toContain('<progress class="needs-script" max="3600000" value="900000"');
    portal.vend.answer = vended();
    expect((await page()).text).toContain('<progress class="needs-script" max="900000" value="900000"');
  });

  it('says when a refresh brought the same ones, and from when on it brings others', async () => {
    const { portal, vended, page } = await open();
    portal.vend.answer = vended();
    const first = (await page()).text;
    expect(first).not.toContain('the same credentials');
    expect(first).toContain('name="shown" value="STS.key1"');
    const again = (await page({ shown: 'STS.key1' })).text;
    expect(again).toContain('These are the same credentials as before. New ones are issued from ');
    expect((await page({ shown: 'STS.key0' })).text).not.toContain('the same credentials');
  });

  it('comes again in another language with its credentials, in the format that was shown', async () => {
    const { page } = await open();
    const { answer, text } = await page({ language: 'zh-CN', format: 'json' });
    expect(text).toContain('lang="zh-CN"');
    expect(text).toContain('STS.key1');
    expect(answer.headers.getSetCookie().join()).toContain('stint-language=zh-CN');
    expect(text).toMatch(/<button type="submit" form="refresh" name="language" value="en"/);
  });

  it('has an address for whoever comes back, which shows no secret and asks vend nothing', async () => {
    const { portal, page } = await open();
    const { text } = await page();
    const [, address = ''] = /data-address="([^"]+)"/.exec(text) ?? [];
    expect(address).toBe('/portal/credentials?role=media-uploader');
    const before = portal.vend.calls.length;
    const back = await portal.get(address);
    const gone = await back.text();
    expect([back.status, gone.includes('Removed from this page'), gone.includes('STS.')]).toEqual([
      200,
      true,
      false,
    ]);
    expect(portal.vend.calls).toHaveLength(before);
    expect(await (await portal.get(address, '')).text()).toContain('/login/start/corporate');
  });
});

describe('a page that answers a form', () => {
  it('has the address of a page that can be asked for', async () => {
    const { portal } = await open();
    portal.vend.answer = { status: 403, body: { code: 'access_denied' } };
    const page = await (await portal.post('/portal/credentials', ROLE)).text();
    expect(page).toContain('data-address="/portal"');
    expect(await (await portal.get('/portal')).text()).not.toContain('data-address');
  });
});

describe('what did not work', () => {
  it.each([
    ['vend', '/portal/console', [['console_failed', 'media-uploader']]],
    ['vend', '/portal/credentials', [['credentials_failed', 'media-uploader']]],
    ['the console', '/portal/console', [['console_failed', 'media-uploader']]],
  ])('is in the activity of whoever tried: %s, %s', async (what, path, activity) => {
    const { portal } = await open();
    if (what === 'vend') portal.vend.answer = undefined;
    else portal.console.fault = 'console-unreachable';
    expect((await portal.post(path, ROLE)).status).toBe(503);
    expect(await portal.recent()).toEqual(activity);
    expect(await (await portal.get('/portal/activity')).text()).toContain('which failed');
  });
});

describe('the list of roles', () => {
  it('keeps what was searched for in the links to another language', async () => {
    const { portal } = await open();
    portal.vend.answer = { status: 200, body: { roles: roles(3), requestId: '1' } };
    const page = await (await portal.get('/portal?q=the%201')).text();
    const [, href = ''] = /href="(\/portal\/language[^"]*zh-CN[^"]*)"/.exec(page) ?? [];
    const answer = await portal.get(href.replaceAll('&amp;', '&'));
    expect(answer.headers.get('location')).toBe('/portal?q=the%201');
  });

  it.each([
    [50, 'data-filter', 'data-ask'],
    [51, 'data-ask', 'data-filter'],
  ])('of %i is searched while somebody types', async (count, has, hasNot) => {
    const { portal } = await open();
    portal.vend.answer = { status: 200, body: { roles: roles(count), requestId: '1' } };
    const page = await (await portal.get('/portal')).text();
    expect([page.includes(has), page.includes(hasNot), page.includes('data-results')]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('the page of what a role needs', () => {
  it('names no passkey where it offers none', async () => {
    const { portal } = await open();
    portal.vend.answer = { status: 200, body: { roles: roles(1), requestId: '1' } };
    const page = await (await portal.get('/portal/step-up?role=role-0')).text();
    expect(page).toContain('Sign in again with your second factor.');
    expect(page).not.toContain('Confirm with a passkey');
  });
});
