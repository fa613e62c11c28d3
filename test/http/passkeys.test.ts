// Passkeys work through the whole login app: a person adds one after a sign-on, signs in and confirms with it, renames
// and removes it; without an audit row nothing of it takes effect.
import { beforeEach, describe, expect, it } from 'vitest';
import { createPasskeyStore } from '../../shared/adapters/tablestore/tablestore-passkey-store.ts';
import { ConnectionId } from '../../shared/kernel/names.ts';
import type { Passkey } from '../../shared/people/passkey.ts';
import { personKey } from '../../shared/people/person.ts';
import { must } from '../contract/must.ts';
import { Authenticator } from '../support/authenticator.ts';
import type { Browser } from '../support/browser.ts';
import { type Login, PORTAL, SESSION_COOKIE, startLogin } from '../support/login-app.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { ceremony, hiddenFields, offered, perform, post } from '../support/passkeys.ts';
import { connectionTo, isSignedOn, signOnAs } from '../support/sign-on.ts';

const ALICE = personKey(ConnectionId.parse('corporate'), 'alice');

let provider: OpenIdProvider;
let login: Login;
let alice: Browser;
let authenticator: Authenticator;

beforeEach(async () => {
  provider = await startOpenIdProvider();
  login = startLogin({ connections: [connectionTo(provider)] });
  alice = (await signOnAs(login, provider, { groups: ['media'], sid: 's1' })).browser;
  authenticator = new Authenticator(PORTAL);
  expect((await perform(alice, 'add', authenticator)).status).toBe(303);
});

const kept = async (): Promise<readonly Passkey[]> => must(await createPasskeyStore(login.rows).list(ALICE));
const actions = () => login.auditLog.events.map(({ action }) => action);
const text = async (browser: Browser, path: string) =>
  (await browser.request(new URL(`${PORTAL}/portal${path}`))).text;
const claimsOf = async (browser: Browser) => {
  await text(browser, '');
  const payload = login.asked.at(-1)?.token.split('.')[1] ?? '';
  return JSON.parse(Buffer.from(payload, 'base64url').toString());
};

describe('a passkey', () => {
  it('is kept with its name and without a secret, and is in the audit trail and the activity', async () => {
    expect(await kept()).toMatchObject([
      { name: 'Laptop', counter: 1, transports: ['internal'], version: 1 },
    ]);
    expect(actions()).toContain('passkey-added');
    expect(await text(alice, '/passkeys')).toContain('Laptop');
    expect(await text(alice, '/activity')).toContain('Added the passkey Laptop');
  });

  it('signs in in place of the provider, as the person whom the provider named', async () => {
    const elsewhere = login.browser();
    expect(await isSignedOn(elsewhere)).toBe(false);
    expect((await perform(elsewhere, 'sign-in', authenticator)).status).toBe(303);
    expect(await claimsOf(elsewhere)).toMatchObject({
      sub: 'corporate:alice',
      groups: ['media'],
      amr: ['pop', 'user', 'mfa'],
    });
    expect(login.auditLog.events.at(-1)).toMatchObject({
      action: 'sign-on',
      outcome: 'granted',
      subject: 'alice',
    });
  });

  /**
   * @attack Copied cookie after a confirmation
   * @removed the new secret
   * @failed 2 of 7: confirms who is signed on: `expected [] to include 'mfa'`
   * @note the browser's own new cookie then opens nothing
   */
  it('confirms who is signed on: a second factor and a fresh sign-in, in a session with a new secret', async () => {
    login.clock.advance(1_200_000);
    const before = await claimsOf(alice);
    expect(before.amr ?? []).not.toContain('mfa');
    const cookie = () => alice.jar(new URL(PORTAL).hostname).get(SESSION_COOKIE)?.value;
    const started = await ceremony(alice, 'confirm');
    const old = cookie();
    const confirmed = await post(alice, '/login/passkeys/confirm', {
      ...started.fields,
      answer: authenticator.get(started.options),
    });
    expect([confirmed.status, cookie() === old]).toEqual([303, false]);
    const after = await claimsOf(alice);
    expect(after.amr).toContain('mfa');
    expect(after.auth_time).toBeGreaterThan(before.auth_time);
    expect(actions()).toContain('step-up');
  });

  it('is renamed and removed by its owner', async () => {
    const page = await text(alice, '/passkeys');
    const [id = ''] = /(?<=name="rename" value=")[^"]+/.exec(page) ?? [];
    const { form_token = '' } = hiddenFields(page);
    await post(alice, '/portal/passkeys', { form_token, rename: id, name: ' Phone ' });
    expect(await kept()).toMatchObject([{ name: 'Phone', version: 2 }]);
    await post(alice, '/portal/passkeys', { form_token, rename: id, name: '\u202e' });
    expect(await kept()).toMatchObject([{ name: 'Phone' }]);
    await post(alice, '/portal/passkeys', { form_token, remove: id });
    expect(await kept()).toEqual([]);
    expect(actions()).toEqual(expect.arrayContaining(['passkey-renamed', 'passkey-removed']));
    expect(await text(alice, '/activity')).toContain('Removed the passkey Phone');
  });

  it('is one of ten at most', async () => {
    for (let i = 1; i < 10; i++) await perform(alice, 'add', new Authenticator(PORTAL));
    expect(await kept()).toHaveLength(10);
    expect(await offered(alice, 'add')).toBeUndefined();
  });

  it('is not offered as a sign-in where the company allows none', async () => {
    login.state.signOn = { ...login.state.signOn, passkeys: { maxSignOnAgeSeconds: 0 } };
    expect(await offered(login.browser(), 'sign-in')).toBeUndefined();
    expect(await offered(alice, 'confirm')).toBeDefined();
  });
});

describe('without its audit row', () => {
  it('no passkey is kept, and none signs in or confirms', async () => {
    const stranger = login.browser();
    const add = await ceremony(alice, 'add');
    login.auditLog.recordFault = { reason: 'store-failed', cause: 'OTSServerBusy' };
    const answers = [
      (
        await post(alice, '/login/passkeys/add', {
          ...add.fields,
          answer: new Authenticator(PORTAL).create(add.options),
        })
      ).status,
      (await perform(stranger, 'sign-in', authenticator)).status,
      (await perform(alice, 'confirm', authenticator)).status,
    ];
    login.auditLog.recordFault = undefined;
    expect(answers).toEqual([503, 503, 503]);
    expect(await kept()).toHaveLength(1);
    expect([await isSignedOn(stranger), await isSignedOn(alice)]).toEqual([false, true]);
    expect((await claimsOf(alice)).amr ?? []).not.toContain('mfa');
  });
});
