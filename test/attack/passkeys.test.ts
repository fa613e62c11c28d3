// Against thieves, phishers, copies of passkeys and people whom the company has signed out: a ceremony counts only for
// its own challenge, session, origin and person, and a passkey signs nobody in whom the provider no longer vouches
// for.
import { beforeEach, describe, expect, it } from 'vitest';
import { ConnectionId } from '../../shared/kernel/names.ts';
import { personKey } from '../../shared/people/person.ts';
import { Authenticator, type Forgery } from '../support/authenticator.ts';
import type { Browser } from '../support/browser.ts';
import { type Login, PORTAL, startLogin } from '../support/login-app.ts';
import { logoutToken, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { type Action, ceremony, finish, hiddenFields, offered, perform, post } from '../support/passkeys.ts';
import { connectionTo, isSignedOn, signOnAs, timesOf } from '../support/sign-on.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const USER_PRESENT = 0x01;

let provider: OpenIdProvider;
let login: Login;
let alice: Browser;
let authenticator: Authenticator;

beforeEach(async () => {
  provider = await startOpenIdProvider();
  login = startLogin({ connections: [connectionTo(provider)] });
  alice = (await signOnAs(login, provider, { sid: 's1' })).browser;
  authenticator = new Authenticator(PORTAL);
  expect((await perform(alice, 'add', authenticator)).status).toBe(303);
});

const signIn = async (forgery: Forgery = {}, used = authenticator): Promise<boolean> => {
  const browser = login.browser();
  await perform(browser, 'sign-in', used, forgery);
  return isSignedOn(browser);
};
const passkeyId = async (browser: Browser): Promise<Record<string, string>> => {
  const { text } = await browser.request(new URL(`${PORTAL}/portal/passkeys`));
  const [remove = ''] = /(?<=name="remove" value=")[^"]+/.exec(text) ?? [];
  return { remove, form_token: hiddenFields(text)['form_token'] ?? '' };
};

describe('no passkey counts that', () => {
  const FORGED: readonly (readonly [string, Forgery])[] = [
    ['answers another challenge', { challenge: 'AAAA' }],
    ['was used on another origin', { origin: 'https://vend.example.com.evil.example' }],
    ['was used on another port of the host', { origin: `${PORTAL}:8443` }],
    ['was used for another relying party', { rpId: 'example.com' }],
    ['did not verify its user', { flags: USER_PRESENT }],
    ['answers as the other ceremony', { type: 'webauthn.other' }],
  ];

  /**
   * @attack Passkey: answer to another challenge, in use
   * @removed the challenge
   * @failed 1 of 38: answers another challenge: `expected true to be false`
   * @note which of a ceremony's checks is at fault is the library's to see
   *
   * @attack Passkey: answer to another challenge, when one is added
   * @removed the challenge
   * @failed 1 of 38: answers another challenge: `expected 303 to be 403`
   *
   * @attack Passkey used on a page of another origin or port (phishing)
   * @removed the origin
   * @failed 2 of 38: was used on another origin: `expected true to be false`
   *
   * @attack Passkey used on a page of another origin or port (phishing), when one is added
   * @removed the origin
   * @failed 2 of 38: was used on another origin: `expected 303 to be 403`
   *
   * @attack Passkey of another relying party
   * @removed the relying party
   * @failed 1 of 38: was used for another relying party: `expected true to be false`
   *
   * @attack Passkey of another relying party, when one is added
   * @removed the relying party
   * @failed 1 of 38: was used for another relying party: `expected 303 to be 403`
   *
   * @attack Found device: its user was not verified
   * @removed the demand for user verification
   * @failed 1 of 38: did not verify its user: `expected true to be false`
   *
   * @attack Found device whose user was not verified, when one is added
   * @removed the demand for user verification
   * @failed 1 of 38: did not verify its user: `expected 303 to be 403`
   *
   * @attack Answer to the other ceremony
   * @removed the type
   * @failed 1 of 38: answers as the other ceremony: `expected true to be false`
   *
   * @attack Answer to the other passkey ceremony, when one is added
   * @removed the type
   * @failed 1 of 38: answers as the other ceremony: `expected 303 to be 403`
   */
  it.each(FORGED)('%s', async (_, forgery) => {
    expect(await signIn(forgery)).toBe(false);
    expect((await perform(alice, 'confirm', authenticator, forgery)).status).toBe(403);
    const other = new Authenticator(PORTAL);
    expect((await perform(alice, 'add', other, forgery)).status).toBe(403);
    expect(await signIn({}, authenticator)).toBe(true);
  });

  /**
   * @attack Copied authenticator
   * @removed the comparison of the counter
   * @failed 1 of 38: counts backwards: it has a copy: `expected true to be false`
   */
  it('counts backwards: it has a copy', async () => {
    expect(await signIn({ counter: 9 })).toBe(true);
    expect(await signIn({ counter: 9 })).toBe(false);
    expect(await signIn({ counter: 10 })).toBe(true);
  });

  /**
   * @attack Passkey's id with another key
   * @removed the signature
   * @failed 1 of 38: is signed with another key: `expected true to be false`
   */
  it('is signed with another key', async () => {
    const thief = new Authenticator(PORTAL);
    Object.defineProperty(thief, 'id', { value: authenticator.id });
    const { options } = await ceremony(alice, 'add');
    thief.create(options);
    expect(await signIn({}, thief)).toBe(false);
  });

  /**
   * @attack Passkey that was removed
   * @removed the removal of its row
   * @failed 1 of 38: was removed: `expected true to be false`
   */
  it('was removed', async () => {
    await post(alice, '/portal/passkeys', await passkeyId(alice));
    expect(await signIn()).toBe(false);
  });

  /**
   * @attack Passkey removed, or copied and used, at the very moment of its use
   * @removed the demand that its row stands as it was read
   * @failed 1 of 38: is removed or used elsewhere at this very moment: `expected true to be false`
   */
  it('is removed or used elsewhere at this very moment', async () => {
    Object.assign(login.deps.passkeys, { replace: async () => ({ ok: true, value: 'changed' }) });
    expect(await signIn()).toBe(false);
    expect((await perform(alice, 'confirm', authenticator)).status).toBe(403);
  });
});

describe('a challenge is good', () => {
  const take = async (browser: Browser, action: Action, from: Action = action) => {
    const started = await ceremony(browser, from);
    return { started, answer: authenticator.get(started.options) };
  };

  /**
   * @attack Answer used twice
   * @removed the consumption of the challenge
   * @failed 1 of 38: for one use: `expected 303 to be 400`
   */
  it('for one use', async () => {
    const browser = login.browser();
    const { started, answer } = await take(browser, 'sign-in');
    expect((await finish(browser, 'sign-in', started, answer)).status).toBe(303);
    const again = login.browser();
    const later = authenticator.get(started.options);
    expect((await finish(again, 'sign-in', started, later)).status).toBe(400);
    expect(await isSignedOn(again)).toBe(false);
  });

  /**
   * @attack Challenge of another purpose
   * @removed the purpose
   * @failed 1 of 38: for its own purpose: `expected 303 to be 400`
   */
  it('for its own purpose', async () => {
    const { started, answer } = await take(alice, 'confirm');
    const stranger = login.browser();
    await finish(stranger, 'sign-in', started, answer);
    expect(await isSignedOn(stranger)).toBe(false);
    // Of the same session, so that nothing but the purpose differs.
    const other = await ceremony(alice, 'add');
    expect((await finish(alice, 'confirm', other, authenticator.get(other.options))).status).toBe(400);
  });

  /**
   * @attack Challenge of another session
   * @removed the session
   * @failed 1 of 38: for the session whose page it was on: `expected 303 to be 400`
   */
  it('for the session whose page it was on', async () => {
    const other = (await signOnAs(login, provider)).browser;
    const { started, answer } = await take(other, 'confirm');
    const own = await ceremony(alice, 'confirm');
    const mixed = { ...started, fields: { ...started.fields, form_token: own.fields['form_token'] ?? '' } };
    expect((await finish(alice, 'confirm', mixed, answer)).status).toBe(400);
  });

  /**
   * @attack Challenge of long ago
   * @removed its ten minutes
   * @failed 1 of 38: for ten minutes: `expected 303 to be 400`
   */
  it('for ten minutes', async () => {
    const browser = login.browser();
    const { started, answer } = await take(browser, 'sign-in');
    login.clock.advance(11 * MINUTE);
    expect((await finish(browser, 'sign-in', started, answer)).status).toBe(400);
    expect(await isSignedOn(browser)).toBe(false);
  });
});

describe('a passkey of somebody else', () => {
  /**
   * @attack Somebody else's passkey, to confirm
   * @removed the owner among whose passkeys it is looked for
   * @failed 1 of 38: confirms nobody but its owner: `expected 303 to be 403`
   */
  it('confirms nobody but its owner', async () => {
    const bob = (await signOnAs(login, provider, { sub: 'bob' })).browser;
    await perform(bob, 'add', new Authenticator(PORTAL));
    const answer = await perform(bob, 'confirm', authenticator);
    expect(answer.status).toBe(403);
  });

  it('does not become one’s own by the name that stands in the answer', async () => {
    const bobs = new Authenticator(PORTAL);
    const bob = (await signOnAs(login, provider, { sub: 'bob' })).browser;
    const { options } = await ceremony(bob, 'add');
    const { id = '' } = (await ceremony(alice, 'add')).options.user ?? {};
    await perform(bob, 'add', bobs);
    expect(options.user?.id).not.toBe(id);
    expect(await signIn({ userHandle: id }, bobs)).toBe(false);
    expect(await signIn({}, bobs)).toBe(true);
  });

  it('is removed by its owner alone', async () => {
    const { remove = '' } = await passkeyId(alice);
    const bob = (await signOnAs(login, provider, { sub: 'bob' })).browser;
    await perform(bob, 'add', new Authenticator(PORTAL));
    await post(bob, '/portal/passkeys', { ...(await passkeyId(bob)), remove });
    expect(await signIn()).toBe(true);
  });
});

describe('a passkey brings nobody back', () => {
  /**
   * @attack Passkey of whom the company has not vouched for lately
   * @removed the age of the last sign-on
   * @failed 2 of 38: whose last sign-on at the company is too long ago: `expected true to be false`
   *
   * @attack Passkey that lengthens its own time
   * @removed the word of the company alone in what is noted
   * @failed 2 of 38: whose last sign-on at the company is too long ago: `expected true to be false`
   */
  it('whose last sign-on at the company is too long ago, however often it was used', async () => {
    login.clock.advance(3 * HOUR);
    expect(await signIn()).toBe(true);
    login.clock.advance(HOUR + MINUTE);
    expect(await signIn()).toBe(false);
  });

  /**
   * @attack Passkey session that outlasts the company's word
   * @removed the end of its session
   * @failed 1 of 39: nor does a session that it began outlast the company’s word: `expected true to be false`
   */
  it('nor does a session that it began outlast the company’s word', async () => {
    login.clock.advance(3 * HOUR);
    const browser = login.browser();
    await perform(browser, 'sign-in', authenticator);
    login.clock.advance(HOUR - 5 * MINUTE);
    expect(await isSignedOn(browser)).toBe(true);
    login.clock.advance(6 * MINUTE);
    expect(await isSignedOn(browser)).toBe(false);
  });

  it('where passkeys alone sign nobody in', async () => {
    const browser = login.browser();
    const started = await ceremony(browser, 'sign-in');
    login.state.signOn = { ...login.state.signOn, passkeys: { maxSignOnAgeSeconds: 0 } };
    await finish(browser, 'sign-in', started, authenticator.get(started.options));
    expect(await isSignedOn(browser)).toBe(false);
  });

  /**
   * @attack Blocked person, signing on
   * @removed the list, at sign-on
   * @failed 1 of 38: who is blocked: `expected [ 303, false ] to deeply equal [ 403, false ]`
   *
   * @attack Blocked person, with a session
   * @removed the list, at each request
   * @failed 1 of 38: who is blocked: `expected [ false, true ] to deeply equal [ false, false ]`
   */
  it('who is blocked; their sessions end, and the company’s sign-on does not help', async () => {
    login.state.signOn = { ...login.state.signOn, blocked: ['corporate:alice'] };
    expect([await signIn(), await isSignedOn(alice)]).toEqual([false, false]);
    const { browser, page } = await signOnAs(login, provider);
    expect([page.status, await isSignedOn(browser)]).toEqual([403, false]);
    login.state.signOn = { ...login.state.signOn, blocked: [] };
    expect([await isSignedOn(alice), await isSignedOn(browser)]).toEqual([false, false]);
    const bob = (await signOnAs(login, provider, { sub: 'bob' })).browser;
    expect(await isSignedOn(bob)).toBe(true);
  });

  /**
   * @attack Passkey of a connection that is gone
   * @removed the look for the connection
   * @failed 1 of 38: whose connection is gone: `expected 303 to be 403`
   * @note the session would be refused at its first use
   */
  it('whose connection is gone', async () => {
    const browser = login.browser();
    const started = await ceremony(browser, 'sign-in');
    login.state.signOn = startLogin({ connections: [connectionTo(provider, { id: 'other' })] }).state.signOn;
    const page = await finish(browser, 'sign-in', started, authenticator.get(started.options));
    expect(page.status).toBe(403);
    expect(login.auditLog.events.at(-1)).toMatchObject({ action: 'sign-on', outcome: 'refused' });
  });

  /**
   * @attack Passkey of whom the company has signed out
   * @removed the end of the company's word
   * @failed 3 of 38: whom the company has signed out of their session: `expected true to be false`
   */
  it.each([
    ['their session', { sub: 'alice', sid: 's1' }],
    ['all of theirs', { sub: 'alice', sid: undefined }],
  ])('whom the company has signed out of %s, until they sign on there again', async (_, claims) => {
    const body = new URLSearchParams({ logout_token: logoutToken(provider, claims) });
    const url = `${PORTAL}/login/backchannel-logout/corporate`;
    expect((await login.app.request(url, { method: 'POST', body })).status).toBe(200);
    expect(await signIn()).toBe(false);
    login.clock.advance(MINUTE);
    await signOnAs(login, provider, { sid: 's2' });
    expect(await signIn()).toBe(true);
  });

  describe('whom the company signs out of a session that is gone here', () => {
    const order = async (claims: object) => {
      const { iat, exp } = timesOf(login);
      const token = logoutToken(provider, { iat, exp, ...claims });
      const body = new URLSearchParams({ logout_token: token });
      const url = `${PORTAL}/login/backchannel-logout/corporate`;
      expect((await login.app.request(url, { method: 'POST', body })).status).toBe(200);
    };
    const frame = async () => {
      const query = new URLSearchParams({ iss: provider.issuer, sid: 's1' });
      return login.app.request(`${PORTAL}/login/frontchannel-logout/corporate?${query}`);
    };
    const rowsOfLogouts = () =>
      login.auditLog.events
        .filter(({ action }) => action === 'logout')
        .map(({ outcome, connection, subject, session }) => [outcome, connection, subject, session]);
    const ORDERS: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['by the session', () => order({ sub: undefined, sid: 's1' })],
      ['by the person and the session', () => order({ sub: 'alice', sid: 's1' })],
      ['by the person and a session that was never here', () => order({ sub: 'alice', sid: 's99' })],
      ['by a frame', frame],
    ];
    const GONE: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['signed out', async () => post(alice, '/login/sign-out', await passkeyId(alice))],
      ['idle', async () => [login.clock.advance(2 * HOUR), await isSignedOn(alice)]],
      ['followed by another', () => signOnAs(login, provider, { sid: 's2' }, alice)],
    ];
    const cases = GONE.flatMap(([how, go]) => ORDERS.map(([by, give]) => [how, by, go, give] as const));

    /**
     * @attack Logout of a session that is gone here: the passkey stays good
     * @removed the people whom the provider vouched for in that session
     * @failed 6 of 55: (signed out) by the session: `expected true to be false`
     *
     * @attack Company’s order that stops a passkey, and a trail that does not say whose
     * @removed the rows of people without a session; the echo, which has none
     * @failed 13 and 4 of 85; 3 of 67: (signed out) by the session: `expected [ [ 'granted', 'corporate',
     *   …(2) ] ] to deeply equal [ [ 'granted', 'corporate', …(2) ] ]`
     * @also test/http/saml-logout.test.ts
     *
     * @attack Logout of a session that is gone here: the passkey stays good, by `sub` beside `sid`
     * @removed the person
     * @failed 3 of 55: (signed out) by the person and a session that was never here: `expected true to be
     *   false`
     */
    it.each(cases)('(%s) %s', async (_, __, go, give) => {
      await signOnAs(login, provider, { sub: 'bob', sid: 's9' });
      await go();
      await give();
      expect(await signIn()).toBe(false);
      expect(login.people().filter(({ key: [, item] }) => item === 'last-sign-on')).toHaveLength(1);
      expect(rowsOfLogouts()).toEqual([['granted', 'corporate', 'alice', undefined]]);
    });

    it('who all have a row, beside those whose session ends', async () => {
      const { browser: bob } = await signOnAs(login, provider, { sub: 'bob', sid: 's1' });
      await signOnAs(login, provider, { sub: 'carol', sid: 's1' });
      await post(bob, '/login/sign-out', await passkeyId(bob));
      await order({ sub: undefined, sid: 's1' });
      const rows = [
        ['granted', 'corporate', 'alice', expect.any(String)],
        ['granted', 'corporate', 'bob', undefined],
        ['granted', 'corporate', 'carol', expect.any(String)],
      ];
      expect(rowsOfLogouts().toSorted()).toEqual(rows);
    });

    describe('by the echo of their own sign-out, which took their browser to the company', () => {
      const NAVIGATION = { origin: PORTAL, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' };
      const signOut = async () => post(alice, '/login/sign-out', await passkeyId(alice), NAVIGATION);

      const ECHOES: readonly (readonly [string, () => Promise<unknown>])[] = [
        ['by the session', () => order({ sub: undefined, sid: 's1' })],
        ['by the person and the session', () => order({ sub: 'alice', sid: 's1' })],
        ['by a frame', frame],
      ];

      it.each(ECHOES)('the passkey stays good, and the trail names nobody: %s', async (_, give) => {
        await signOut();
        await give();
        expect(await signIn()).toBe(true);
        expect(rowsOfLogouts().filter(([, , subject]) => subject !== undefined)).toEqual([]);
      });

      /**
       * @attack Echo of one’s own sign-out taken for the company’s order, for a session in another browser
       * @removed the echo, for the owners of sessions that end
       * @failed 3 of 67: nor does it stop for a session in another browser, which ends: by the session:
       *   `expected [ false, false ] to deeply equal [ false, true ]`
       * @note nobody was kept out for longer than until the next sign-on
       */
      it.each(ECHOES)(
        'nor does it stop for a session in another browser, which ends: %s',
        async (_, give) => {
          const { browser } = await signOnAs(login, provider, { sid: 's1' });
          await signOut();
          await give();
          expect([await isSignedOn(browser), await signIn()]).toEqual([false, true]);
        },
      );

      it.each<readonly [string, () => Promise<unknown>]>([
        ['of all that they have there', () => order({ sub: 'alice', sid: undefined })],
        ['of another session', () => order({ sub: 'alice', sid: 's99' })],
        [
          'two minutes later',
          async () => [login.clock.advance(2 * MINUTE), await order({ sub: 'alice', sid: 's1' })],
        ],
      ])('an order is no echo: %s', async (_, give) => {
        await signOut();
        await give();
        expect(await signIn()).toBe(false);
      });

      it('an order that came before the sign-out is none', async () => {
        const again = await signOnAs(login, provider, { sid: 's1' });
        await order({ sub: 'alice', sid: 's1' });
        await signOut();
        await order({ sub: 'alice', sid: 's1', jti: 'again' });
        expect([await isSignedOn(again.browser), await signIn()]).toEqual([false, false]);
      });

      /**
       * @attack Company’s order taken for the echo of a sign-out in the portal
       * @removed the two minutes; the demand that the browser goes on to the provider; that there is a page
       *   to go to
       * @failed 1; 3; 1 of 63: an order is no echo: two minutes later; (signed out) by the session; nor is
       *   one where the company has no page to go to
       */
      it('nor is one where the company has no page to go to', async () => {
        provider.metadata = { end_session_endpoint: undefined };
        login.clock.advance(HOUR); // what was known of the company is asked again
        await signOnAs(login, provider, { sid: 's1' }, alice);
        await signOut();
        await order({ sub: 'alice', sid: 's1' });
        expect(await signIn()).toBe(false);
      });
    });

    it('by a name that says nothing here: the passkey stays good, and a frame fills no audit trail', async () => {
      await post(alice, '/login/sign-out', await passkeyId(alice));
      await order({ sub: 'bob', sid: 's9' });
      const before = login.auditLog.events.length;
      await login.app.request(`${PORTAL}/login/frontchannel-logout/corporate?iss=${provider.issuer}&sid=s9`);
      expect(login.auditLog.events).toHaveLength(before);
      expect(await signIn()).toBe(true);
    });
  });

  it('whose session at the company has ended, as the company said when it began', async () => {
    const endsBy = new Date(login.clock.now().getTime() + 20 * MINUTE);
    const last = await login.deps.passkeys.lastSignOn(personKey(ConnectionId.parse('corporate'), 'alice'));
    if (!last.ok || !last.value) throw new Error('no sign-on');
    const { signedOn, at } = last.value;
    await login.deps.passkeys.noteSignOn({ ...last.value, signedOn: { ...signedOn, endsBy }, at });
    login.clock.advance(19 * MINUTE);
    const browser = login.browser();
    await perform(browser, 'sign-in', authenticator);
    expect(await isSignedOn(browser)).toBe(true);
    login.clock.advance(MINUTE);
    expect(await isSignedOn(browser)).toBe(false);
    const refused = await perform(login.browser(), 'sign-in', authenticator);
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('not a passkey')]);
    expect(login.auditLog.events.at(-1)).toMatchObject({
      action: 'sign-on',
      outcome: 'refused',
      reason: 'sign-on-too-old',
    });
  });

  /**
   * @attack Passkey renewed by a sign-on without an audit row
   * @removed the order: row, then the company's word
   * @failed 2 of 41: by a sign-on at the company that has no audit row: it renews nothing
   */
  it('by a sign-on at the company that has no audit row: it renews nothing', async () => {
    login.clock.advance(3 * HOUR);
    await isSignedOn(alice); // which ends her session: it is over
    const before = login.people();
    login.auditLog.recordFault = { reason: 'store-failed', cause: 'OTSServerBusy' };
    expect((await signOnAs(login, provider, { sid: 's2' })).page.status).toBe(503);
    login.auditLog.recordFault = undefined;
    expect(login.people()).toEqual(before);
    login.clock.advance(HOUR + MINUTE);
    expect(await signIn()).toBe(false);
  });

  /**
   * @attack Passkey of whom the company has signed out, without a session at the time
   * @removed the person whom the order names
   * @failed 1 of 38: whom the company has signed out of everything while they had no session: `expected true
   *   to be false`
   */
  it('whom the company has signed out of everything while they had no session', async () => {
    await post(alice, '/login/sign-out', await passkeyId(alice));
    const body = new URLSearchParams({
      logout_token: logoutToken(provider, { sub: 'alice', sid: undefined }),
    });
    await login.app.request(`${PORTAL}/login/backchannel-logout/corporate`, { method: 'POST', body });
    expect(await signIn()).toBe(false);
  });
});

describe('a stolen session makes no passkey', () => {
  const tryToAdd = async (thief: Browser, started: Awaited<ReturnType<typeof ceremony>>) =>
    (await finish(thief, 'add', started, new Authenticator(PORTAL).create(started.options))).status;

  /**
   * @attack Passkey added by a stolen session: page kept open
   * @removed the check when it is added
   * @failed 1 of 38: when its sign-on is more than a quarter of an hour ago: `expected 303 to be 403`
   */
  it('when its sign-on is more than a quarter of an hour ago', async () => {
    login.clock.advance(10 * MINUTE);
    const started = await ceremony(alice, 'add');
    login.clock.advance(6 * MINUTE);
    expect(await tryToAdd(alice, started)).toBe(403);
    expect(await offered(alice, 'add')).toBeUndefined();
  });

  /**
   * @attack Passkey added by a stolen session: an old session beside a fresh one
   * @removed the age of this very session
   * @failed 1 of 38: when its owner has just signed on elsewhere: `expected { …(2) } to be undefined`
   */
  it('when its owner has just signed on elsewhere', async () => {
    login.clock.advance(20 * MINUTE);
    await signOnAs(login, provider, { sid: 's2' });
    expect(await offered(alice, 'add')).toBeUndefined();
  });

  /**
   * @attack Passkey added in a session that a passkey began
   * @removed the mark of the session
   * @failed 1 of 41: when it was itself begun by a passkey, though its owner has just signed on elsewhere:
   *   `expected { Object (fields, options) } to be undefined`
   */
  it('when it was itself begun by a passkey, though its owner has just signed on elsewhere', async () => {
    login.clock.advance(3 * HOUR);
    const browser = login.browser();
    await perform(browser, 'sign-in', authenticator);
    expect(await isSignedOn(browser)).toBe(true);
    const owner = (await signOnAs(login, provider, { sid: 's2' })).browser;
    expect(await offered(browser, 'add')).toBeUndefined();
    expect(await offered(owner, 'add')).toBeDefined();
    const { fields } = await ceremony(browser, 'confirm');
    const other = await ceremony(owner, 'add');
    const form = { ...other, fields: { ...other.fields, form_token: fields['form_token'] ?? '' } };
    expect(await tryToAdd(browser, form)).toBe(403);
    expect(login.auditLog.events.at(-1)).toMatchObject({ reason: 'sign-on-too-old' });
  });

  /**
   * @attack Passkey added by a stolen session: a session that a passkey began
   * @removed the age of the company's word
   * @failed 1 of 38: when it was itself begun by a passkey: `expected { …(2) } to be undefined`
   */
  it('when it was itself begun by a passkey, long after the company’s word', async () => {
    login.clock.advance(3 * HOUR);
    const browser = login.browser();
    await perform(browser, 'sign-in', authenticator);
    expect(await isSignedOn(browser)).toBe(true);
    expect(await offered(browser, 'add')).toBeUndefined();
  });
});

describe('a form of another site', () => {
  const FOREIGN = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };

  /**
   * @attack Forms of another site: sign in
   * @removed the check of the origin
   * @failed 1 of 38: does not finish sign-in: `expected 303 to be 403`
   *
   * @attack Forms of another site: add
   * @removed the check of the origin and the form token
   * @failed 2 of 38: does not finish add: `expected 303 to be 403`
   *
   * @attack Forms of another site: confirm
   * @removed the check of the origin and the form token
   * @failed 2 of 38: does not finish confirm: `expected 303 to be 403`
   */
  it.each(['add', 'confirm', 'sign-in'] as const)('does not finish %s', async (action) => {
    const browser = action === 'sign-in' ? login.browser() : alice;
    const started = await ceremony(browser, action);
    const used = action === 'add' ? new Authenticator(PORTAL) : authenticator;
    const answer = action === 'add' ? used.create(started.options) : used.get(started.options);
    expect((await finish(browser, action, started, answer, FOREIGN)).status).toBe(403);
    expect((await finish(browser, action, started, answer)).status).toBe(303);
  });

  it.each(['add', 'confirm'] as const)('does not finish %s without the session’s token', async (action) => {
    const started = await ceremony(alice, action);
    const { form_token: _, ...fields } = started.fields;
    expect((await finish(alice, action, { ...started, fields }, 'x')).status).toBe(403);
    expect(login.auditLog.events.filter(({ outcome }) => outcome === 'refused')).toEqual([]);
  });
});

/**
 * @attack Answer that is none
 * @removed the strict reading
 * @failed 2 of 38: what is no answer at all is refused as one: `expected 500 to be 403`
 */
it.each(['', '{}', '[]', '{"id":1}', `{"id":"${'A'.repeat(2_000)}"}`, 'x'.repeat(60_000)])(
  'what is no answer at all is refused as one, whatever it is',
  async (answer) => {
    for (const action of ['add', 'confirm'] as const)
      expect((await finish(alice, action, await ceremony(alice, action), answer)).status).toBe(403);
    const stranger = login.browser();
    const started = await ceremony(stranger, 'sign-in');
    expect((await finish(stranger, 'sign-in', started, answer)).status).toBe(403);
  },
);
