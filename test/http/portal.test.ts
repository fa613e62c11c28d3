// The portal shows each answer of vend as a page, takes no form that is not its own, and ends nobody else's session.
import { describe, expect, it } from 'vitest';
import { RolesResponse } from '../../functions/vend/response-schemas.ts';
import { CANARY } from '../support/canaries.ts';
import { CONSOLE_LINK } from '../support/login-deps.ts';
import { startPortal, VENDED } from '../support/portal-app.ts';

const ROLE = { role: 'media-uploader' };
const roleOf = (name: string) => ({
  role: name,
  roleArn: `acs:ram::1234567890123456:role/${name}`,
  account: '1234567890123456',
  description: '<b>bold</b>',
  maxDurationSeconds: 1_800,
  needs: [],
});

describe('GET /portal', () => {
  it('answers whoever has no session with the ways to sign in, and asks vend nothing', async () => {
    const portal = await startPortal();
    const page = await (await portal.get('/portal', '')).text();
    expect(page).toContain('href="/login/start/corporate"');
    expect(portal.vend.calls).toEqual([]);
  });

  it('shows the roles that vend names, by the person’s own name, with nothing in them taken for markup', async () => {
    const portal = await startPortal();
    portal.vend.answer = { status: 200, body: { roles: [roleOf('media-uploader')], requestId: '1' } };
    const page = await (await portal.get('/portal')).text();
    expect(portal.vend.calls).toEqual([{ path: '/v1/roles' }]);
    expect(page).toContain('&lt;b&gt;bold');
    expect(page).not.toContain('<b>bold');
    expect(page).toContain('Name of alice');
  });

  it('shows the name of an account beside its id, with nothing in it taken for markup', async () => {
    const portal = await startPortal();
    const roles = [{ ...roleOf('media-uploader'), accountName: '<i>Production' }];
    portal.vend.answer = { status: 200, body: RolesResponse.parse({ roles, requestId: '1' }) };
    const page = await (await portal.get('/portal?q=production')).text();
    expect(page).toContain('&lt;i&gt;Production (account 1234567890123456)');
  });

  it.each(RolesResponse.shape.roles.element.shape.needs.element.options)(
    'shows a role that has the need %s',
    async (need) => {
      const portal = await startPortal();
      const roles = [{ ...roleOf('media-uploader'), needs: [need] }];
      portal.vend.answer = { status: 200, body: RolesResponse.parse({ roles, requestId: '1' }) };
      const answer = await portal.get('/portal');
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('media-uploader')]);
    },
  );

  it('is never stored, never framed, and runs no script but its own', async () => {
    const portal = await startPortal();
    const { headers } = await portal.get('/portal', '');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src 'nonce-[^']+';/);
    expect(policy).toContain("style-src 'self';");
    expect(policy).toContain("form-action 'self' https://signin.aliyun.com;");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('has another nonce each time, and it is the one of its script', async () => {
    const portal = await startPortal();
    const nonces = new Set<string>();
    for (const answer of [await portal.get('/portal', ''), await portal.get('/portal', '')]) {
      const [, nonce = ''] =
        /'nonce-([^']+)'/.exec(answer.headers.get('content-security-policy') ?? '') ?? [];
      expect(await answer.text()).toContain(`src="/portal/assets/portal-1.js" nonce="${nonce}"`);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(2);
  });
});

const REFUSALS = [
  ['access_denied', 403, 403, 'You may not take this role'],
  ['step_up_required', 403, 403, 'This role needs a stronger sign-in'],
  ['rate_limited', 429, 429, 'Too many requests'],
  ['role_misconfigured', 502, 502, 'This role is not set up correctly'],
  ['store_unavailable', 503, 503, 'The service is interrupted'],
  ['invalid_token', 401, 503, 'The service is interrupted'],
] as const;

describe.each(['/portal/credentials', '/portal/console'])('POST %s', (path) => {
  it.each(REFUSALS)('answers vend’s %s %i with %i and words', async (code, vendStatus, status, title) => {
    const portal = await startPortal();
    const detail = 'what vend says to programs';
    portal.vend.answer = { status: vendStatus, body: { code, detail, requestId: 'of-vend' } };
    const answer = await portal.post(path, ROLE);
    const page = await answer.text();
    expect([answer.status, page.includes(title)]).toEqual([status, true]);
    expect(page).not.toContain(detail);
    const told = page.replaceAll(/href="[^"]*"/g, '');
    expect((code === 'step_up_required' ? told : page).includes(ROLE.role)).toBe(false);
    expect(portal.console.asked).toEqual([]);
  });

  it.each([
    ['no answer of vend', undefined],
    ['an answer that is not credentials', { status: 200, body: { ...VENDED, credentials: {} } }],
  ])('answers %s with 503', async (_, answer) => {
    const portal = await startPortal();
    portal.vend.answer = answer;
    const page = await portal.post(path, ROLE);
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5']);
  });

  it.each([
    ['without the session’s form token', { form_token: '' }, undefined],
    ['with another session’s form token', { form_token: 'A'.repeat(22) }, undefined],
    ['from another site', {}, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['from a neighbour', {}, { origin: 'https://www.example.com', 'sec-fetch-site': 'same-site' }],
    ['that does not say where it is from', {}, {}],
    ['without a role', { role: '' }, undefined],
    ['with a role that is too long', { role: 'x'.repeat(129) }, undefined],
  ] as const)('takes no form %s', async (_, fields, headers) => {
    const portal = await startPortal();
    const answer = await portal.post(path, { ...ROLE, ...fields }, headers);
    expect(answer.status).toBe(403);
    expect(portal.vend.calls).toEqual([]);
  });

  it('notes for the person what was refused', async () => {
    const portal = await startPortal();
    portal.vend.answer = { status: 403, body: { code: 'access_denied' } };
    await portal.post(path, ROLE);
    expect(await portal.recent()).toEqual([['refused', 'media-uploader']]);
  });

  it('is no address to visit', async () => {
    const portal = await startPortal();
    expect((await portal.get(path)).status).toBe(404);
    expect(portal.vend.calls).toEqual([]);
  });
});

describe('POST /portal/credentials', () => {
  it('shows them, and lets nobody keep the page', async () => {
    const portal = await startPortal();
    const answer = await portal.post('/portal/credentials', ROLE);
    const page = await answer.text();
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(page).toContain(CANARY.stsSecret);
    expect(portal.vend.calls).toEqual([{ path: '/v1/credentials', body: ROLE }]);
    expect(await portal.recent()).toEqual([['credentials', 'media-uploader']]);
    expect(JSON.stringify([portal.logger.lines, portal.auditLog.events])).not.toContain(CANARY.stsSecret);
  });
});

describe('POST /portal/console', () => {
  it('redirects to the link at once, with an audit row, and says nothing else', async () => {
    const portal = await startPortal();
    const answer = await portal.post('/portal/console', ROLE);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, CONSOLE_LINK]);
    expect(await answer.text()).toBe('');
    expect(portal.console.asked[0]?.accessKeySecret.reveal()).toBe(CANARY.stsSecret);
    const { id } = portal.alice.session;
    expect(portal.auditLog.events).toEqual([
      expect.objectContaining({
        action: 'console',
        outcome: 'granted',
        connection: 'corporate',
        subject: 'alice',
        session: id,
        role: 'media-uploader',
      }),
    ]);
    const traces = JSON.stringify([portal.logger.lines, portal.auditLog.events, await portal.recent()]);
    for (const secret of [CANARY.stsSecret, CANARY.securityToken, 'single-use'])
      expect(traces).not.toContain(secret);
  });

  it.each(['console-refused', 'console-unreachable'] as const)(
    'says so after %s, and keeps a row',
    async (fault) => {
      const portal = await startPortal();
      portal.console.fault = fault;
      const answer = await portal.post('/portal/console', ROLE);
      expect([answer.status, await answer.text()]).toEqual([
        503,
        expect.stringContaining('The console sign-in does not answer'),
      ]);
      expect(portal.auditLog.events).toEqual([
        expect.objectContaining({ outcome: 'refused', code: 'console_unavailable', reason: fault }),
      ]);
    },
  );

  it('leads nowhere when its audit row cannot be written', async () => {
    const portal = await startPortal();
    portal.auditLog.recordFault = { reason: 'store-failed', cause: 'OTSServerBusy' };
    const answer = await portal.post('/portal/console', ROLE);
    expect([answer.status, answer.headers.get('location')]).toEqual([503, null]);
  });
});

describe('/portal/sessions', () => {
  it('lists the person’s own, and ends the one that is asked for', async () => {
    const portal = await startPortal();
    const [other, bob] = [await portal.signIn('alice'), await portal.signIn('bob')];
    const page = await (await portal.get('/portal/sessions')).text();
    expect(page).toContain(other.session.id);
    expect(page).not.toContain(bob.session.id);
    expect((await portal.post('/portal/sessions', { session: other.session.id })).status).toBe(303);
    expect(await (await portal.get('/portal/sessions', other.cookie)).text()).not.toContain('form_token');
    expect(await (await portal.get('/portal/sessions')).text()).toContain('form_token');
  });

  it('ends nobody else’s session, and not the one that asks', async () => {
    const portal = await startPortal();
    const bob = await portal.signIn('bob');
    for (const session of [bob.session.id, portal.alice.session.id, 'others'])
      await portal.post('/portal/sessions', { session });
    expect((await portal.get('/portal/sessions', bob.cookie)).status).toBe(200);
    expect((await portal.get('/portal/sessions')).status).toBe(200);
  });

  it('ends all others at once', async () => {
    const portal = await startPortal();
    const others = [await portal.signIn('alice'), await portal.signIn('alice')];
    await portal.post('/portal/sessions', { session: 'others' });
    for (const { cookie } of others)
      expect(await (await portal.get('/portal/sessions', cookie)).text()).not.toContain('form_token');
  });
});

describe('GET /portal/language', () => {
  it.each([
    ['to=zh-CN&page=sessions', '/portal/sessions', true],
    ['to=zh-CN', '/portal', true],
    ['to=zh-CN&page=https://evil.example/', '/portal', true],
    ['to=zh-CN&page=//evil.example', '/portal', true],
    ['to=%0d%0aset-cookie:a=b&page=roles', '/portal', false],
  ])('%s leads to %s', async (query, location, isKept) => {
    const portal = await startPortal();
    const { headers } = await portal.get(`/portal/language?${query}`);
    expect(headers.get('location')).toBe(location);
    const cookies = headers
      .getSetCookie()
      .filter((cookie) => cookie.startsWith('__Host-stint-language=zh-CN;'));
    expect(cookies).toHaveLength(isKept ? 1 : 0);
  });
});

describe('GET /portal/assets', () => {
  it('may be kept for ever under names that change with the content', async () => {
    const portal = await startPortal();
    const answer = await portal.get('/portal/assets/portal-1.css', '');
    expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('content-type')]).toEqual([
      200,
      'public, max-age=31536000, immutable',
      'text/css',
    ]);
  });

  it('under another name is a page that says so, and is not kept', async () => {
    const portal = await startPortal();
    const answer = await portal.get('/portal/assets/portal-2.css', '');
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([404, 'no-store']);
  });
});

describe('signing in again', () => {
  it('for a role that needs it asks the provider for a proof anew', async () => {
    const portal = await startPortal();
    const needy = { ...roleOf('media-admin'), needs: ['fresh_sign_in'] };
    portal.vend.answer = { status: 200, body: { roles: [needy] } };
    const page = await (await portal.get('/portal/step-up?role=media-admin')).text();
    const [, href = ''] = /href="(\/login\/start\/[^"]*)"/.exec(page) ?? [];
    await portal.get(href.replaceAll('&amp;', '&'));
    await portal.get('/login/start/corporate');
    expect(portal.freshAsked).toEqual([true, false]);
  });
});

describe('when the identity provider is down', () => {
  it('the page says so, and what to do', async () => {
    const portal = await startPortal();
    const answer = await portal.get('/login/start/corporate', '');
    expect([answer.status, await answer.text()]).toEqual([
      503,
      expect.stringContaining('Your company’s sign-on does not answer'),
    ]);
  });
});
