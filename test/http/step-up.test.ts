// The page of what a role needs offers the shortest way that vend will accept, and leads back to the role.
import { beforeEach, describe, expect, it } from 'vitest';
import { SignOn } from '../../shared/rules/sign-on/sign-on.ts';
import { must } from '../contract/must.ts';
import { Authenticator } from '../support/authenticator.ts';
import { PORTAL } from '../support/login-app.ts';
import { type Action, ceremonyOf } from '../support/passkeys.ts';
import { startPortalAndVend } from '../support/portal-and-vend.ts';

const ROLE = 'media-uploader';
const STEP_UP = `/portal/step-up?role=${ROLE}`;
const BACK = `/portal?role=${ROLE}#role-${ROLE}`;
const AT_COMPANY = `href="/login/start/corporate?fresh&amp;return_to=${encodeURIComponent(BACK)}"`;
const OPEN_CONSOLE = 'formaction="/portal/console"';
const MINUTE_MS = 60_000;

async function start(constraints: object) {
  const { vend, portal } = await startPortalAndVend({ constraints });
  const { session } = portal.alice;
  const { deps } = portal;
  must(await deps.passkeys.noteSignOn({ signedOn: session, at: deps.clock.now() }));
  const jar = { cookie: portal.alice.cookie };

  const open = async (path: string) => (await portal.get(path, jar.cookie)).text();
  /** What the page's script does. */
  const perform = async (path: string, action: Action, authenticator: Authenticator, fields: object = {}) => {
    const offered = ceremonyOf(await open(path), action);
    if (!offered) throw new Error(`${action} is not offered`);
    const made = action === 'add' ? 'create' : 'get';
    const answer = authenticator[made](offered.options);
    const form = { name: 'Laptop', ...offered.fields, answer, ...fields };
    const headers = { origin: PORTAL, 'sec-fetch-site': 'same-origin', cookie: jar.cookie };
    const response = await portal.post(`/login/passkeys/${action}`, form, headers);
    jar.cookie = response.headers.get('set-cookie')?.split(';')[0] ?? jar.cookie;
    return [response.status, response.headers.get('location')];
  };
  const ways = async (path = STEP_UP) => {
    const page = await open(path);
    return {
      confirm: ceremonyOf(page, 'confirm') !== undefined,
      add: ceremonyOf(page, 'add') !== undefined,
      company: page.includes(AT_COMPANY),
    };
  };
  return { vend, portal, open, perform, ways, deps };
}

type Started = Awaited<ReturnType<typeof start>>;

describe('a role that needs a second factor', () => {
  let started: Started;
  const authenticator = new Authenticator(PORTAL);
  beforeEach(async () => {
    started = await start({ mfa: true });
  });

  it('leads to the page that is about it', async () => {
    expect(await started.open('/portal')).toContain(`href="${STEP_UP}"`);
  });

  it('is confirmed with a passkey, where there is one, and then can be taken', async () => {
    const { open, perform, ways, portal } = started;
    await perform('/portal/passkeys', 'add', authenticator);
    expect(await ways()).toEqual({ confirm: true, add: false, company: true });
    expect(await open('/portal')).not.toContain(OPEN_CONSOLE);
    expect(await perform(STEP_UP, 'confirm', authenticator)).toEqual([303, BACK]);
    expect(await open('/portal')).toContain(OPEN_CONSOLE);
    expect(portal.auditLog.events.at(-1)).toMatchObject({ action: 'step-up' });
  });

  it('has a passkey added first, by somebody who has just signed on, and goes on with it', async () => {
    const { perform, ways } = started;
    expect(await ways()).toEqual({ confirm: false, add: true, company: true });
    expect(await perform(STEP_UP, 'add', authenticator)).toEqual([303, STEP_UP]);
    expect(await ways()).toEqual({ confirm: true, add: false, company: true });
  });

  it('is left to the company, where no passkey may be added', async () => {
    started.vend.clock.advance(16 * MINUTE_MS);
    expect(await started.ways()).toEqual({ confirm: false, add: false, company: true });
  });

  it('is left to the company, too, where that is asked for a second factor: one step in place of two', async () => {
    const { portal, perform, ways } = started;
    const asking = { stepUp: { acrValues: ['urn:example:mfa'] } };
    const connections = portal.state.signOn.connections.map((one) => ({ ...one, ...asking }));
    portal.state.signOn = SignOn.parse({ ...portal.state.signOn, connections });
    expect(await ways()).toEqual({ confirm: false, add: false, company: true });
    await perform('/portal/passkeys', 'add', authenticator);
    expect(await ways()).toEqual({ confirm: true, add: false, company: true });
  });

  it('says so, and where to go, when it is taken all the same', async () => {
    const answer = await started.portal.post('/portal/credentials', { role: ROLE });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain(`href="${STEP_UP}"`);
  });

  /**
   * @attack Open redirect after a confirmation
   * @removed the pattern of return paths
   * @failed 1 of 20: leads nowhere but to pages of the portal: `expected [ 303, '//evil.example' ] to deeply
   *   equal [ 303, '/portal' ]`
   *
   * @attack Open redirect after a passkey was added
   * @removed the pattern of return paths
   * @failed 1 of 20: leads nowhere but to pages of the portal: `expected [ 303, '//evil.example' ] to deeply
   *   equal [ 303, '/portal' ]`
   */
  it('leads nowhere but to pages of the portal, whatever the form says', async () => {
    const { perform } = started;
    await perform('/portal/passkeys', 'add', authenticator);
    const evil = { return_to: '//evil.example' };
    expect(await perform(STEP_UP, 'confirm', authenticator, evil)).toEqual([303, '/portal']);
    expect(await perform('/portal/passkeys', 'add', new Authenticator(PORTAL), evil)).toEqual([
      303,
      '/portal',
    ]);
  });
});

describe('a role that needs a fresh sign-in', () => {
  it('is confirmed with a passkey, or left to the company: a new passkey makes no sign-in younger', async () => {
    const { vend, perform, ways, open } = await start({ maxAuthAgeSeconds: 600 });
    vend.clock.advance(11 * MINUTE_MS);
    expect(await ways()).toEqual({ confirm: false, add: false, company: true });
    const authenticator = new Authenticator(PORTAL);
    await perform('/portal/passkeys', 'add', authenticator);
    expect(await ways()).toEqual({ confirm: true, add: false, company: true });
    expect(await perform(STEP_UP, 'confirm', authenticator)).toEqual([303, BACK]);
    expect(await open('/portal')).toContain(OPEN_CONSOLE);
  });
});

describe('a role that needs a longer session', () => {
  it('is left to the company: no passkey lengthens one', async () => {
    const { vend, portal, perform, ways } = await start({ withinToken: true });
    await perform('/portal/passkeys', 'add', new Authenticator(PORTAL));
    portal.state.signOn = {
      ...portal.state.signOn,
      sessions: { ...portal.state.signOn.sessions, absoluteSeconds: 600 },
    };
    vend.clock.advance(9.5 * MINUTE_MS);
    expect(await ways()).toEqual({ confirm: false, add: false, company: true });
  });
});

describe('the page between', () => {
  it.each([
    ['no role', ''],
    ['a role of somebody else', '?role=arms-reader'],
    ['what is no role', '?role=//evil.example'],
  ])('is not for %s', async (_, query) => {
    const { portal } = await start({ mfa: true });
    const answer = await portal.get(`/portal/step-up${query}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/portal']);
  });

  it.each([
    ['that can be taken', {}],
    ['that would still be closed afterwards', { mfa: true, sourceIp: ['192.0.2.0/24'] }],
  ])('is not for a role %s', async (_, constraints) => {
    const { portal, open } = await start(constraints);
    expect(await open('/portal')).not.toContain(STEP_UP);
    expect((await portal.get(STEP_UP)).headers.get('location')).toBe(BACK);
  });

  it('keeps the role through a change of language', async () => {
    const { portal, open } = await start({ mfa: true });
    const [, path = ''] = /href="(\/portal\/language[^"]*zh-CN[^"]*)"/.exec(await open(STEP_UP)) ?? [];
    const answer = await portal.get(path.replaceAll('&amp;', '&'));
    expect(answer.headers.get('location')).toBe(STEP_UP);
  });
});

describe('whoever has no session any more', () => {
  /**
   * @attack Open redirect on the page to sign in
   * @removed the pattern of return paths
   * @failed 1 of 20: comes back to nothing else after signing in: `expected '…' to contain
   *   'href="/login/start/…'`
   * @note judged again after the sign-on
   */
  it.each([
    ['activity', '/portal/activity', '/portal/activity'],
    ['sessions', '/portal/sessions', '/portal/sessions'],
    ['passkeys', '/portal/passkeys', '/portal/passkeys'],
    ['a role', STEP_UP, STEP_UP],
    ['a role in the list', `/portal/sign-in?return_to=${encodeURIComponent(BACK)}`, BACK],
    ['nothing else', '/portal/sign-in?return_to=//evil.example', '/portal'],
  ])('comes back to %s after signing in', async (_, path, returnTo) => {
    const { portal } = await start({ mfa: true });
    const page = await (await portal.get(path, '')).text();
    expect(page).toContain(`href="/login/start/corporate?return_to=${encodeURIComponent(returnTo)}"`);
  });

  it('is told so by a form, and comes back to the role', async () => {
    const { portal } = await start({});
    const headers = { origin: PORTAL, 'sec-fetch-site': 'same-origin', cookie: '' };
    const answer = await portal.post('/portal/credentials', { role: ROLE }, headers);
    expect(answer.status).toBe(403);
    const page = await answer.text();
    expect(page).toContain('Your session has ended');
    expect(page).toContain(`href="/portal/sign-in?return_to=${encodeURIComponent(BACK)}"`);
  });
});
