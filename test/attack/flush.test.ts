// Against the holder of leaked keys or tokens: after a grant is taken away, or an operator flushes, no instance of
// vend gives out a key that was issued before, and no sign-in from before opens anything.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { applyDocument } from '../../clients/cli/documents/apply-document.ts';
import { mintToken } from '../../functions/login/keys/mint-token.ts';
import { createRulesStore } from '../../shared/adapters/tablestore/access-store.ts';
import { writeFlush } from '../../shared/adapters/tablestore/flush-row.ts';
import { createSignOnStore } from '../../shared/adapters/tablestore/tablestore-sign-on-store.ts';
import { Authenticator } from '../support/authenticator.ts';
import type { Browser } from '../support/browser.ts';
import { NOW, role } from '../support/builders.ts';
import { gate } from '../support/catalog-rows.ts';
import {
  answerDevice,
  approve,
  ask,
  askAsDevice,
  poll,
  redeem,
  refresh,
  said,
  signInOnCommandLine,
  typeCode,
} from '../support/command-line.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { generateKeys, keySet, token } from '../support/issuer.ts';
import { type Login, PORTAL, startLogin } from '../support/login-app.ts';
import { logoutToken, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { perform } from '../support/passkeys.ts';
import { startPortalAndVend } from '../support/portal-and-vend.ts';
import { connectionTo, isSignedOn, signOnAs } from '../support/sign-on.ts';
import { startVend, type Vend } from '../support/vend-app.ts';

/** What is promised, and so not read from the code. */
const BOUND_MS = 5_000;

const ROLE = role();
const PROVIDER = { id: 'app-users', kind: 'oidc', issuer: 'https://id.example.com', groups: 'groups' };
const GRANT = {
  id: 'own-prefix',
  to: { provider: 'app-users', subject: 'alice' },
  role: ROLE.id,
  sessionPolicy: 'inherit',
};

const OTHER_KEYS = generateKeys();

/** Two instances over one table. */
function startInstances() {
  const rows = new FakeRows();
  const start = (): Vend => startVend({ rules: (clock) => createRulesStore(rows, clock) });
  const instances = [start(), start()] as const;
  const apply = async (
    parts: { grants?: readonly object[]; roles?: readonly object[]; providers?: readonly object[] } = {},
  ) => {
    const { grants = [GRANT], roles = [ROLE], providers = [PROVIDER] } = parts;
    const text = JSON.stringify({ version: 1, providers, roles, grants });
    const applied = await applyDocument({
      rows,
      files: [{ name: 'a.yaml', text }],
      appliedBy: 'test',
      now: NOW,
      ram: undefined,
    });
    expect(applied).toMatchObject({ value: { result: 'applied' } });
    for (const { clock } of instances) clock.advance(BOUND_MS);
  };
  const flush = async (signIns = true) => {
    expect((await writeFlush(rows, { signIns, flushedBy: 'test', now: NOW })).ok).toBe(true);
    for (const { clock } of instances) clock.advance(BOUND_MS);
  };
  const keyAt = async (vend: Vend): Promise<unknown> => {
    const { body } = await vend.vend();
    const { credentials } = body;
    return credentials && typeof credentials === 'object' && 'accessKeyId' in credentials
      ? credentials.accessKeyId
      : body['code'];
  };
  const keys = async () => [await keyAt(instances[0]), await keyAt(instances[1])];
  return { instances, apply, flush, keys };
}

describe('a key that leaked is not handed out again', () => {
  const other = { ...ROLE, id: 'other', roleArn: 'acs:ram::1234567890123456:role/other' };

  /**
   * @attack Leaked key handed out again: by a grant that was taken away and given again
   * @removed the revision that an entry came in with (made: kept through a change)
   * @failed 4 of 17: once its grant was another meanwhile, although no instance saw it: `expected [
   *   'STS.key1', 'STS.key1' ] to deeply equal [ 'STS.key2', 'STS.key2' ]`
   * @also test/unit/assume/assume-role.test.ts
   */
  it.each([
    ['its grant was taken away and given again', { grants: [] }],
    ['its grant was another meanwhile', { grants: [{ ...GRANT, maxDurationSeconds: 1_000 }] }],
    ['its role was taken away and given again', { grants: [], roles: [] }],
    ['its role was another meanwhile', { roles: [{ ...ROLE, externalId: 'another' }] }],
    ['its provider was another meanwhile', { providers: [{ ...PROVIDER, subject: 'email' }] }],
  ])('once %s, although no instance saw it', async (_, meanwhile) => {
    const { apply, keys } = startInstances();
    await apply();
    expect(await keys()).toEqual(['STS.key1', 'STS.key1']);
    await apply(meanwhile);
    await apply();
    expect(await keys()).toEqual(['STS.key2', 'STS.key2']);
  });

  /**
   * @attack Leaked key handed out again: after an operator's flush
   * @removed reading the row of flushes
   * @failed 3 of 17: by any instance, once an operator has flushed: `expected [ 'STS.key1', 'STS.key1' ] to
   *   deeply equal [ 'STS.key2', 'STS.key2' ]`
   */
  it('by any instance, once an operator has flushed', async () => {
    const { apply, flush, keys } = startInstances();
    await apply();
    expect([await keys(), await keys()].flat()).toEqual(Array(4).fill('STS.key1'));
    await flush(false);
    expect(await keys()).toEqual(['STS.key2', 'STS.key2']);
    await flush(true);
    expect(await keys()).toEqual(['STS.key3', 'STS.key3']);
  });

  it('not even by the request that it was issued for, when the flush comes while STS takes its time', async () => {
    const vend = startVend();
    const sts = gate();
    vend.assumer.gate = sts.closed;
    const answer = vend.vend();
    await vi.waitFor(() => expect(vend.assumer.orders.length).toBe(1));
    vend.store.flushes = { caches: 1, signIns: 0 };
    sts.open();
    expect((await answer).body).toMatchObject({ credentials: { accessKeyId: 'STS.key2' } });
  });

  /**
   * @attack Cached credentials lost by an apply that has nothing to do with them
   * @removed the revision that is kept
   * @failed 1 of 17: while what has nothing to do with it changes nothing for it: `expected [ 'STS.key2',
   *   'STS.key2' ] to deeply equal [ 'STS.key1', 'STS.key1' ]`
   */
  it('while what has nothing to do with it changes nothing for it', async () => {
    const { apply, keys } = startInstances();
    await apply();
    await keys();
    await apply({ roles: [ROLE, other], grants: [{ ...GRANT, id: 'first', role: 'other' }, GRANT] });
    expect(await keys()).toEqual(['STS.key1', 'STS.key1']);
  });

  it('and its token is verified again', async () => {
    const { apply, flush, instances } = startInstances();
    const [vend] = instances;
    await apply();
    const known = token();
    const asked = async () => {
      await vend.vend({}, { token: known });
      return vend.keys.asked.length;
    };
    expect([await asked(), await asked()]).toEqual([1, 1]);
    await flush(false);
    expect(await asked()).toBe(2);
    // By keys that were read since.
    expect(vend.keys.owners.map(({ flushed }) => flushed)).toEqual([0, NOW.getTime()]);
  });
});

describe('after a flush of sign-ins', () => {
  let idp: OpenIdProvider;
  let login: Login;
  let alice: Browser;

  beforeEach(async () => {
    idp = await startOpenIdProvider();
    login = startLogin({ connections: [connectionTo(idp), connectionTo(idp, { id: 'partners' })] });
    login.clock.freeze();
    alice = (await signOnAs(login, idp)).browser;
  });
  const flush = () => {
    login.state.signOn = { ...login.state.signOn, generation: (login.state.signOn.generation ?? 0) + 1 };
  };
  /** The table is read again after it. */
  const flushCaches = () => {
    const { flushed = 0 } = login.state.signOn;
    login.state.signOn = { ...structuredClone(login.state.signOn), flushed: flushed + 1 };
  };
  const logOut = async (logoutToken: string) => {
    const body = new URLSearchParams({ logout_token: logoutToken });
    const url = `${PORTAL}/login/backchannel-logout/corporate`;
    return (await login.app.request(url, { method: 'POST', body })).status;
  };

  /**
   * @attack Session, command line or approved code from before a flush
   * @removed the generation of a session
   * @failed 4 of 17: a session of corporate is over, and the next one is not: `expected true to be false`
   */
  it.each(['corporate', 'partners'])(
    'a session of %s is over, and the next one is not',
    async (connection) => {
      const { browser } = await signOnAs(login, idp, {}, login.browser(), connection);
      expect(await isSignedOn(browser)).toBe(true);
      flush();
      expect(await isSignedOn(browser)).toBe(false);
      const again = (await signOnAs(login, idp, {}, login.browser(), connection)).browser;
      expect(await isSignedOn(again)).toBe(true);
      flush();
      expect(await isSignedOn(again)).toBe(false);
    },
  );

  it('a session that is over is listed no more', async () => {
    const others = async (browser: Browser) => {
      const { text } = await browser.request(new URL(`${PORTAL}/portal/sessions`));
      return (text.match(/name="session" value="(?!others)/g) ?? []).length;
    };
    const before = (await signOnAs(login, idp)).browser;
    expect(await others(before)).toBe(1);
    flush();
    const after = (await signOnAs(login, idp)).browser;
    expect(await others(after)).toBe(0);
  });

  /**
   * @attack Token by a key that an identity provider has withdrawn, after a flush
   * @removed the flush in the owner of the keys
   * @failed 3 of 25: what is known of an identity provider is asked for again: `expected [ 2, 1 ] to deeply
   *   equal [ 2, 2 ]`
   * @note without it, until the keys are ten minutes old
   */
  it('what is known of an identity provider is asked for again', async () => {
    const asked = () =>
      ['openid-configuration', '/jwks'].map(
        (part) => idp.server.requests.filter((url) => url.includes(part)).length,
      );
    await signOnAs(login, idp);
    expect(asked()).toEqual([1, 1]);
    await signOnAs(login, idp);
    expect(asked()).toEqual([1, 1]);
    flushCaches();
    await signOnAs(login, idp);
    expect(asked()).toEqual([2, 2]);
  });

  it.each([
    ['an ID token', async () => isSignedOn((await signOnAs(login, idp)).browser)],
    ['a logout token', async () => (await logOut(logoutToken(idp, { sub: 'alice' }))) === 200],
  ])('a key that the identity provider has withdrawn signs no more: %s', async (_, isTaken) => {
    expect(await isTaken()).toBe(true);
    idp.keys = keySet(OTHER_KEYS);
    expect(await isTaken()).toBe(true);
    flushCaches();
    expect(await isTaken()).toBe(false);
  });

  /**
   * @attack Passkey that stands for a sign-on from before a flush
   * @removed the generation of the last sign-on
   * @failed 1 of 17: a passkey signs in only once the company has vouched for its owner again: `expected true
   *   to be false`
   */
  it('a passkey signs in only once the company has vouched for its owner again', async () => {
    const authenticator = new Authenticator(PORTAL);
    await perform(alice, 'add', authenticator);
    const signIn = async () => {
      const browser = login.browser();
      await perform(browser, 'sign-in', authenticator);
      return isSignedOn(browser);
    };
    expect(await signIn()).toBe(true);
    flush();
    expect(await signIn()).toBe(false);
    await signOnAs(login, idp);
    expect(await signIn()).toBe(true);
  });

  it('a passkey that was judged before it begins no session that goes on', async () => {
    const authenticator = new Authenticator(PORTAL);
    await perform(alice, 'add', authenticator);
    const { lastSignOn } = login.deps.passkeys;
    const flushed = vi.spyOn(login.deps.passkeys, 'lastSignOn').mockImplementation(async (person) => {
      const last = await lastSignOn(person);
      flush();
      return last;
    });
    const browser = login.browser();
    await perform(browser, 'sign-in', authenticator);
    expect(flushed).toHaveBeenCalled();
    expect(await isSignedOn(browser)).toBe(false);
  });

  it('a command line is signed out', async () => {
    const refreshToken = await signInOnCommandLine(login, alice);
    flush();
    expect(said(await refresh(login, refreshToken))).toBe('invalid_grant');
  });

  it('an authorization code and a device code that were approved before are worth nothing', async () => {
    const asking = ask();
    const code = (await approve(alice, asking)).get('code');
    const { deviceCode, userCode } = await askAsDevice(login);
    await answerDevice(alice, await typeCode(alice, userCode));
    flush();
    expect(said(await redeem(login, code, asking))).toBe('invalid_grant');
    login.clock.advance(BOUND_MS);
    expect(said(await poll(login, deviceCode))).toBe('invalid_grant');
  });

  it('is told from one table by login and vend alike', async () => {
    const rows = new FakeRows();
    const connection = { id: 'corporate', kind: 'oidc', name: 'C', issuer: idp.issuer, clientId: 'stint' };
    const signedOn = { connections: [connection], blocked: ['*:mallory'] };
    const text = JSON.stringify({ version: 1, providers: [], roles: [], grants: [], signOn: signedOn });
    const applied = await applyDocument({
      rows,
      files: [{ name: 'a', text }],
      appliedBy: 't',
      now: NOW,
      ram: undefined,
    });
    expect(applied).toMatchObject({ ok: true });
    await writeFlush(rows, { signIns: true, flushedBy: 't', now: NOW });
    const [signOn, rules] = [createSignOnStore(rows, login.clock), createRulesStore(rows, login.clock)];
    const [ofLogin, ofVend] = [await signOn.current(), await rules.current()];
    expect(ofLogin.ok && ofLogin.value).toMatchObject({ generation: NOW.getTime(), flushed: NOW.getTime() });
    expect(ofVend.ok && ofVend.value.flushes.signIns).toBe(NOW.getTime());
    expect(ofVend.ok && ofVend.value.blocked).toEqual(['*:mallory']);
  });
});

describe('a session token that login has made, for minutes to come, is refused by vend', () => {
  /**
   * @attack Session token of who is blocked, or from before a flush, at vend
   * @removed the check of session tokens
   * @failed 3 of 17: once its person is blocked: `expected 200 to be 401`
   */
  it.each([
    ['once its person is blocked', { blocked: ['corporate:alice'] }],
    ['once its person is blocked at every connection', { blocked: ['*:alice'] }],
    ['once sign-ins were flushed', { flushes: { caches: 1, signIns: 1 } }],
  ])('%s', async (_, changed) => {
    const { vend, portal } = await startPortalAndVend({});
    const { session } = portal.alice;
    const now = vend.clock.now();
    const minted = await mintToken(session, new Date(now.getTime() + 3_600_000), now, portal.deps.tokens);
    const sessionToken = minted.reveal();
    const status = async () => (await vend.vend({}, { token: sessionToken })).status;
    expect(await status()).toBe(200);
    Object.assign(vend.store, changed);
    expect(await status()).toBe(401);
    expect((await vend.send('GET', '/v1/roles', { token: sessionToken })).status).toBe(401);
    expect((await vend.explain({}, { token: sessionToken })).status).toBe(401);
  });

  it('also when its person is blocked, or signed out, while STS takes its time', async () => {
    const { vend, portal } = await startPortalAndVend({});
    const now = vend.clock.now();
    const ends = new Date(now.getTime() + 3_600_000);
    const minted = (await mintToken(portal.alice.session, ends, now, portal.deps.tokens)).reveal();
    const held = async (change: () => void) => {
      const sts = gate();
      vend.assumer.gate = sts.closed;
      const asked = vend.assumer.orders.length;
      const answer = vend.vend({}, { token: minted });
      await vi.waitFor(() => expect(vend.assumer.orders.length).toBe(asked + 1));
      change();
      sts.open();
      return (await answer).status;
    };
    // Its rows are another revision's, as after every apply.
    const block = () => Object.assign(vend.store, { blocked: ['corporate:alice'], revision: 'rev00000002' });
    expect(await held(block)).toBe(401);
    Object.assign(vend.store, { blocked: [], flushes: { caches: 1, signIns: 0 } });
    expect(await held(() => Object.assign(vend.store, { flushes: { caches: 2, signIns: 2 } }))).toBe(401);
  });

  it('and is taken of a session that began after the flush', async () => {
    const { vend, portal } = await startPortalAndVend({});
    const session = { ...portal.alice.session, generation: 7 };
    const now = vend.clock.now();
    const ends = new Date(now.getTime() + 3_600_000);
    const minted = (await mintToken(session, ends, now, portal.deps.tokens)).reveal();
    const statusAfter = async (signIns: number) => {
      vend.store.flushes = { caches: signIns, signIns };
      return (await vend.vend({}, { token: minted })).status;
    };
    // A flush that login has seen and this instance has not: the token is of after both.
    expect([await statusAfter(6), await statusAfter(7), await statusAfter(8)]).toEqual([200, 200, 401]);
  });
});
