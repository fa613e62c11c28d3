// Against people whom the company has let go, and who are still signed in: where a connection has `recheck`, Stint asks the
// provider again. The provider is one that this project did not write; it rotates its refresh tokens, and ends the whole family
// when one comes twice.
import { decodeJwt } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { PEOPLE } from '../../shared/adapters/tablestore/tables.ts';
import { err } from '../../shared/kernel/result.ts';
import { SignOn } from '../../shared/rules/sign-on/sign-on.ts';
import { Authenticator } from '../support/authenticator.ts';
import type { Browser } from '../support/browser.ts';
import { NOW } from '../support/builders.ts';
import { accounts, CLOUDSSO, signInWithAliyun } from '../support/cloudsso.ts';
import { refresh, said, signInOnCommandLine } from '../support/command-line.ts';
import { type Login, PORTAL, startLogin } from '../support/login-app.ts';
import {
  CLIENT_ID,
  logoutToken,
  type OpenIdProvider,
  signed,
  startOpenIdProvider,
} from '../support/openid-provider.ts';
import { perform } from '../support/passkeys.ts';
import { type RealProvider, startRealProvider } from '../support/real-provider.ts';
import { connectionTo, isSignedOn, signOnAs } from '../support/sign-on.ts';

const INTERVAL_MS = 60_000;
const GRACE_MS = 900_000;
const RECHECK = { recheck: { everySeconds: 60 } };

let provider: RealProvider;
let login: Login;

const connection = (parts: object = RECHECK) => ({
  id: 'corporate',
  kind: 'oidc' as const,
  name: 'Example Corp',
  issuer: provider.issuer,
  clientId: CLIENT_ID,
  groups: 'groups',
  ...parts,
});

beforeEach(async () => {
  provider = await startRealProvider(`${PORTAL}/login/callback/corporate`);
  login = startLogin({ connections: [connection()] });
});

async function signOn(): Promise<Browser> {
  const browser = login.browser();
  await browser.open(`${PORTAL}/login/start/corporate`);
  if (!(await isSignedOn(browser))) throw new Error('not signed on');
  return browser;
}

/** The groups in the token by which the portal asked vend last. */
const groupsAtVend = () => decodeJwt(login.asked.at(-1)?.token ?? '')['groups'];
const refreshes = () => provider.asked.filter((grant) => grant === 'refresh_token').length;
const lastRow = () => {
  const { action, outcome, reason, cause, providerError, subject } = login.auditLog.events.at(-1) ?? {};
  return { action, outcome, reason, cause, providerError, subject };
};
const rowsOfRechecks = () => login.auditLog.events.filter(({ action }) => action === 'recheck');

describe('a person who stays', () => {
  it('is asked about after the interval, once, and has the groups of then', async () => {
    const browser = await signOn();
    expect(groupsAtVend()).toEqual(['media']);
    provider.people.set('alice', { groups: ['media', 'on-call'] });
    expect([await isSignedOn(browser), refreshes(), groupsAtVend()]).toEqual([true, 0, ['media']]);
    login.clock.advance(INTERVAL_MS);
    for (let n = 0; n < 3; n += 1) expect(await isSignedOn(browser)).toBe(true);
    expect([refreshes(), groupsAtVend()]).toEqual([1, ['media', 'on-call']]);
    provider.people.set('alice', { groups: [] });
    login.clock.advance(INTERVAL_MS);
    expect([await isSignedOn(browser), refreshes(), groupsAtVend()]).toEqual([true, 2, []]);
    expect(rowsOfRechecks()).toEqual([]);
  });

  it('is asked about once for a browser and its command lines together', async () => {
    const browser = await signOn();
    const first = await signInOnCommandLine(login, browser);
    provider.people.set('alice', { groups: ['on-call'] });
    login.clock.advance(INTERVAL_MS);
    const renewed = await refresh(login, first);
    expect(decodeJwt(String(renewed.body['access_token']))['groups']).toEqual(['on-call']);
    expect([await isSignedOn(browser), groupsAtVend(), refreshes()]).toEqual([true, ['on-call'], 1]);
  });

  /**
   * @attack Refresh token of the provider that two requests send: the provider takes it for stolen, and ends all
   * @removed the look into the row again, after another request had taken the token out
   * @failed 1 of 25: stays, although many requests find the check due at once: `expected [ false, false, false, false, …(2) ] to
   *   deeply equal [ true, true, true, true, true, true ]`
   */
  it('stays, although many requests find the check due at once', async () => {
    const browser = await signOn();
    const first = await signInOnCommandLine(login, browser);
    for (let n = 0; n < 3; n += 1) {
      login.clock.advance(INTERVAL_MS);
      const pages = Array.from({ length: 6 }, () => isSignedOn(browser));
      const [renewed] = await Promise.all([n === 0 ? refresh(login, first) : undefined, ...pages]);
      expect(await Promise.all(pages)).toEqual(Array(6).fill(true));
      expect(renewed === undefined ? 'ok' : said(renewed)).toBe('ok');
      expect(refreshes()).toBe(n + 1);
    }
  });

  it('stays while the provider does not answer for a minute, and is asked about again when it does', async () => {
    const browser = await signOn();
    login.clock.advance(INTERVAL_MS);
    provider.refusal = { status: 503, body: 'down' };
    for (let n = 0; n < 3; n += 1) expect(await isSignedOn(browser)).toBe(true);
    expect(provider.asked.filter((grant) => grant === 'refused')).toHaveLength(1);
    login.clock.advance(60_000);
    provider.refusal = undefined;
    provider.people.set('alice', { groups: ['on-call'] });
    expect([await isSignedOn(browser), groupsAtVend(), refreshes()]).toEqual([true, ['on-call'], 1]);
    expect(login.logger.lines.map(({ event }) => event)).toContain('recheck-unanswered');
  });

  /**
   * @attack Refresh token of the provider whose answer was lost, sent again: the provider takes it for stolen
   * @removed what keeps a token out whose answer was lost
   * @failed 1 of 25: stays for the grace when the answer is lost, and the token is not sent again: `expected 3 to be 1`
   */
  it('stays for the grace when the answer is lost, and the token is not sent again', async () => {
    const browser = await signOn();
    login.clock.advance(INTERVAL_MS);
    provider.answering = async () => 'lost';
    for (let n = 0; n < 3; n += 1) {
      expect(await isSignedOn(browser)).toBe(true);
      login.clock.advance(31_000);
    }
    expect(refreshes()).toBe(1);
    login.clock.advance(GRACE_MS);
    expect(await isSignedOn(browser)).toBe(false);
    expect(lastRow()).toMatchObject({ action: 'recheck', outcome: 'refused', reason: 'recheck-overdue' });
    provider.answering = async () => 'sent';
    expect(await isSignedOn(await signOn())).toBe(true);
  });
});

describe('an instance that ends while it asks', () => {
  it('leaves no token that another could send, and the person stays for the grace', async () => {
    const browser = await signOn();
    login.clock.advance(INTERVAL_MS);
    const { oidc } = login.deps;
    const { refresh: asks } = oidc;
    Object.assign(oidc, {
      refresh: () => {
        throw new Error('killed');
      },
    });
    expect(await isSignedOn(browser)).toBe(false);
    Object.assign(oidc, { refresh: asks });
    login.clock.advance(25_000);
    expect([await isSignedOn(browser), refreshes()]).toEqual([true, 0]);
    login.clock.advance(GRACE_MS);
    expect([await isSignedOn(browser), refreshes()]).toEqual([false, 0]);
  });
});

describe('a person who is disabled at the company', () => {
  /**
   * @attack Session and command line of somebody whom the company has disabled, where nobody tells Stint
   * @removed the end of everything at a refusal; the end of the row, which goes first
   * @failed 12 and 1 of 25: is out with the next use after the interval, with their command lines: `expected true to be
   *   false`
   */
  it('is out with the next use after the interval, with their command lines', async () => {
    const browser = await signOn();
    const first = await signInOnCommandLine(login, browser);
    provider.people.delete('alice');
    expect(await isSignedOn(browser)).toBe(true);
    login.clock.advance(INTERVAL_MS);
    expect(await isSignedOn(browser)).toBe(false);
    // Otherwise they would count again without `recheck`, which an apply can take away.
    const sessions = login.people().filter(({ key }) => key[1]?.startsWith('session/'));
    expect(sessions.filter(({ columns }) => columns['json']?.includes('"subject":"alice"'))).toEqual([]);
    expect(lastRow()).toMatchObject({
      action: 'recheck',
      outcome: 'refused',
      reason: 'recheck-refused',
      cause: 'code-refused',
      subject: 'alice',
    });
    expect(lastRow().providerError).toMatch(/^invalid_grant: /);
    expect(said(await refresh(login, first))).toBe('invalid_grant');
    expect([refreshes(), rowsOfRechecks()]).toEqual([1, [expect.anything()]]);
  });

  it('is out when the command line is the first to be used, in the browser as well', async () => {
    const browser = await signOn();
    const first = await signInOnCommandLine(login, browser);
    provider.people.delete('alice');
    login.clock.advance(INTERVAL_MS);
    expect(said(await refresh(login, first))).toBe('invalid_grant');
    expect([await isSignedOn(browser), refreshes()]).toEqual([false, 1]);
  });

  it('is out of the CloudSSO dialect, whose client keeps one token all day', async () => {
    login = startLogin({ connections: [connection()], parts: { cloudSsoUrl: CLOUDSSO } });
    const token = await signInWithAliyun(login, await signOn());
    provider.people.set('alice', { groups: ['on-call'] });
    login.clock.advance(INTERVAL_MS);
    await accounts(login, token);
    expect([groupsAtVend(), refreshes()]).toEqual([['on-call'], 1]);
    await accounts(login, token);
    expect([groupsAtVend(), refreshes()]).toEqual([['on-call'], 1]);
    provider.people.delete('alice');
    login.clock.advance(INTERVAL_MS);
    expect((await accounts(login, token)).body['ErrorCode']).toBe('InvalidAccessToken');
    expect(rowsOfRechecks()).toHaveLength(1);
  });

  it('is out, although the store fails while their sessions end', async () => {
    const browser = await signOn();
    const first = await signInOnCommandLine(login, browser);
    provider.people.delete('alice');
    login.clock.advance(INTERVAL_MS);
    const { sessions } = login.deps;
    const { list } = sessions;
    Object.assign(sessions, { list: async () => err({ reason: 'store-failed', cause: 'OTSServerBusy' }) });
    expect(await isSignedOn(browser)).toBe(false);
    Object.assign(sessions, { list });
    expect(said(await refresh(login, first))).toBe('invalid_grant');
    expect([await isSignedOn(browser), refreshes()]).toEqual([false, 1]);
  });

  /**
   * @attack Passkey of somebody whom the company has disabled
   * @removed the end of the sign-on that the passkey stands for; the recheck of a session by passkey
   * @failed 1 and 1 of 25: does not come back by a passkey, which stands for the sign-on that is over: `expected { …(8) } to
   *   match object { action: 'sign-on', …(1) }`
   */
  it('does not come back by a passkey, which stands for the sign-on that is over', async () => {
    const browser = await signOn();
    const authenticator = new Authenticator(PORTAL);
    await perform(browser, 'add', authenticator);
    const elsewhere = login.browser();
    await perform(elsewhere, 'sign-in', authenticator);
    expect(await isSignedOn(elsewhere)).toBe(true);
    provider.people.delete('alice');
    login.clock.advance(INTERVAL_MS);
    expect(await isSignedOn(browser)).toBe(false);
    expect(await isSignedOn(elsewhere)).toBe(false);
    const again = login.browser();
    await perform(again, 'sign-in', authenticator);
    expect(await isSignedOn(again)).toBe(false);
    expect(login.auditLog.events.at(-1)).toMatchObject({ action: 'sign-on', reason: 'sign-on-too-old' });
  });

  it('is asked about when they come by a passkey alone, long after', async () => {
    const authenticator = new Authenticator(PORTAL);
    await perform(await signOn(), 'add', authenticator);
    provider.people.set('alice', { groups: ['on-call'] });
    login.clock.advance(INTERVAL_MS);
    const stays = login.browser();
    await perform(stays, 'sign-in', authenticator);
    expect([await isSignedOn(stays), groupsAtVend()]).toEqual([true, ['on-call']]);
    provider.people.delete('alice');
    login.clock.advance(INTERVAL_MS);
    const browser = login.browser();
    await perform(browser, 'sign-in', authenticator);
    expect(await isSignedOn(browser)).toBe(false);
    expect(rowsOfRechecks()).toHaveLength(1);
  });

  it('is out when the provider has no word of them for longer than the grace', async () => {
    const browser = await signOn();
    login.clock.advance(INTERVAL_MS);
    provider.refusal = { status: 503, body: 'down' };
    expect(await isSignedOn(browser)).toBe(true);
    login.clock.advance(GRACE_MS - 1_000);
    expect(await isSignedOn(browser)).toBe(true);
    login.clock.advance(31_000);
    expect(await isSignedOn(browser)).toBe(false);
    expect(lastRow()).toMatchObject({ reason: 'recheck-overdue', cause: 'idp-unreachable' });
  });
});

describe('a requirement of the connection', () => {
  it('holds for what the provider says later as for the sign-on', async () => {
    provider.people.set('alice', { groups: ['media'], email_verified: true });
    login = startLogin({ connections: [connection({ ...RECHECK, require: { email_verified: true } })] });
    const browser = await signOn();
    provider.people.set('alice', { groups: ['media'], email_verified: false });
    login.clock.advance(INTERVAL_MS);
    expect(await isSignedOn(browser)).toBe(false);
    expect(lastRow()).toMatchObject({
      reason: 'recheck-refused',
      cause: 'claims-unusable claim email_verified is not as required',
    });
  });
});

describe('a person link', () => {
  /**
   * @attack Person link that the provider changes to that of a person who left
   * @removed the look for leavers after the recheck
   * @failed 1 of 33: that the provider changes is looked up among the people who left, with the same use: `expected true to be
   *   false`
   */
  it('that the provider changes is looked up among the people who left, with the same use', async () => {
    provider.people.set('alice', { groups: ['media'], employee: 'E1' });
    login = startLogin({ connections: [connection({ ...RECHECK, person: { claim: 'employee' } })] });
    const browser = await signOn();
    await login.deps.leavers.mark('person:E2', { source: 'operator', by: 'ops', reason: '', at: NOW });
    provider.people.set('alice', { groups: ['media'], employee: 'E2' });
    expect(await isSignedOn(browser)).toBe(true);
    login.clock.advance(INTERVAL_MS);
    expect(await isSignedOn(browser)).toBe(false);
  });
});

describe('a person in more groups than a session token holds', () => {
  it('is told so at the next sign-in, and is not signed in without roles', async () => {
    const browser = await signOn();
    provider.people.set('alice', {
      groups: Array.from({ length: 900 }, (_, n) => `group-of-some-length-${n}`),
    });
    login.clock.advance(INTERVAL_MS);
    expect(await isSignedOn(browser)).toBe(false);
    expect(lastRow().cause).toMatch(/^claims-too-large 900 groups and /);
  });
});

describe('a connection that says later that it rechecks', () => {
  it('has the people sign in again who have no refresh token here', async () => {
    login.state.signOn = SignOn.parse({ connections: [connection({})] });
    const browser = await signOn();
    login.state.signOn = SignOn.parse({ connections: [connection()] });
    expect(await isSignedOn(browser)).toBe(true);
    login.clock.advance(INTERVAL_MS);
    expect(await isSignedOn(browser)).toBe(false);
    expect(lastRow()).toMatchObject({ reason: 'recheck-overdue', cause: 'no-refresh-token' });
    expect(refreshes()).toBe(0);
  });
});

describe('the provider’s refresh token', () => {
  let scripted: OpenIdProvider;

  beforeEach(async () => {
    scripted = await startOpenIdProvider();
    scripted.refreshToken = 'the-refresh-token';
    login = startLogin({ connections: [connectionTo(scripted, RECHECK)] });
  });

  /**
   * @attack Reader of the table of sessions, of the log or of the audit trail, who takes the provider’s refresh token
   * @removed the seal; the removal of the token from the provider’s words
   * @failed 1 and 1 of 25: is in no row, log, audit row or cookie in clear: `expected '[[{"key":["activity/…' not to
   *   contain 'the-refresh-token'`
   */
  it('is in no row, log, audit row or cookie in clear', async () => {
    const { browser: signedOn } = await signOnAs(login, scripted);
    const rows = [...login.people()];
    expect(rows.some(({ columns }) => columns['json']?.includes('"token"'))).toBe(true);
    login.clock.advance(INTERVAL_MS);
    scripted.refusal = {
      status: 400,
      body: { error: 'invalid_grant', error_description: 'the-refresh-token is bad' },
    };
    expect(await isSignedOn(signedOn)).toBe(false);
    expect(lastRow().providerError).toBe('invalid_grant: [removed] is bad');
    const cookies = [...signedOn.jar('vend.example.com').values()].map(({ value }) => value);
    const written = [rows, login.people(), login.logger.lines, login.auditLog.events, cookies];
    expect(JSON.stringify(written)).not.toContain('the-refresh-token');
  });

  /**
   * @attack Writer of the table of sessions, who puts the token of another person’s sign-on under their own
   * @removed the comparison of the sealed row with its own
   * @failed 1 of 25: counts in its own row alone: `expected [ …(3) ] to have a length of 2 but got 3`
   */
  it('counts in its own row alone', async () => {
    const { browser: alice } = await signOnAs(login, scripted, { sub: 'alice' });
    await signOnAs(login, scripted, { sub: 'bob' });
    const kinds = login.people().filter(({ key }) => key[1]?.startsWith('recheck/'));
    const rowOf = (subject: string) =>
      kinds.find(({ columns }) => columns['json']?.includes(`"subject":"${subject}"`));
    const own = rowOf('alice');
    const [kept, put] = [own, rowOf('bob')].map((row) => JSON.parse(row?.columns['json'] ?? '{}'));
    await login.rows.putRows([
      {
        table: PEOPLE,
        key: own?.key ?? [],
        columns: { version: '1', json: JSON.stringify({ ...kept, token: put.token }) },
      },
    ]);
    login.clock.advance(INTERVAL_MS);
    const asked = scripted.tokenRequests.length;
    await isSignedOn(alice);
    expect(scripted.tokenRequests).toHaveLength(asked);
  });

  /**
   * @attack Connection that gets another issuer, so that Stint sends it the refresh tokens of the one before
   * @removed the comparison of the issuer with that of the sign-on
   * @failed 1 of 32: is not sent to another provider, which the connection names by now: `expected [ true, [ …(1) ] ] to
   *   deeply equal [ false, [] ]`
   */
  it('is not sent to another provider, which the connection names by now', async () => {
    const { browser } = await signOnAs(login, scripted);
    const other = await startOpenIdProvider();
    login.state.signOn = SignOn.parse({ connections: [connectionTo(other, RECHECK)] });
    login.clock.advance(INTERVAL_MS);
    expect([await isSignedOn(browser), other.tokenRequests]).toEqual([false, []]);
    expect(lastRow()).toMatchObject({ reason: 'recheck-overdue', cause: 'issuer-changed' });
  });

  const kept = () =>
    login.people().flatMap(({ key }) => /^(?:recheck|session)\//.exec(key[1] ?? '')?.[0] ?? []);

  it.each([
    ['goes', 'has no passkey', []],
    ['stays', 'has a passkey, which may stand for the sign-on', ['recheck/']],
  ])('%s with a sign-out of a person who %s', async (_, which, left) => {
    const { browser } = await signOnAs(login, scripted);
    if (which.includes('may stand')) await perform(browser, 'add', new Authenticator(PORTAL));
    await browser.submit(await browser.open(`${PORTAL}/portal`), {});
    expect(kept()).toEqual(left);
  });

  it('goes with a session that its person ends from another browser', async () => {
    await signOnAs(login, scripted);
    const { browser } = await signOnAs(login, scripted);
    expect(kept()).toEqual(['recheck/', 'recheck/', 'session/', 'session/']);
    await browser.submit(await browser.open(`${PORTAL}/portal/sessions`), { session: 'others' });
    expect(kept()).toEqual(['recheck/', 'session/']);
  });

  it('goes with the provider’s logout, after which a passkey begins nothing', async () => {
    const { browser } = await signOnAs(login, scripted);
    await perform(browser, 'add', new Authenticator(PORTAL));
    const body = new URLSearchParams({ logout_token: logoutToken(scripted, { sub: 'alice' }) });
    await login.app.request(`${PORTAL}/login/backchannel-logout/corporate`, { method: 'POST', body });
    expect(kept()).toEqual([]);
  });

  const refreshed = async (claims: object) => {
    const { browser } = await signOnAs(login, scripted, { sub: 'alice', azp: CLIENT_ID });
    const { nonce, ...others } = scripted.claims;
    login.clock.advance(INTERVAL_MS);
    scripted.claims = { ...others, azp: CLIENT_ID, groups: ['on-call'], ...claims };
    return { isIn: await isSignedOn(browser), nonce };
  };

  it('brings an ID token without a nonce', async () => {
    expect(await refreshed({})).toMatchObject({ isIn: true });
    expect(groupsAtVend()).toEqual(['on-call']);
  });

  /**
   * @attack Answer to a refresh that is about another person, or another sign-on
   * @removed the comparison with the first ID token
   * @failed 3 of 25: signs off who gets an ID token of another nonce: `expected { isIn: true, …(1) } to match object { isIn:
   *   false }`
   */
  it.each<[string, object, string]>([
    ['another person', { sub: 'bob' }, 'answer-refused sub-differs'],
    ['another nonce', { nonce: 'another' }, 'answer-refused nonce-differs'],
    ['another party', { azp: undefined }, 'answer-refused azp-differs'],
    ['another client', { aud: 'another' }, 'answer-refused OAUTH_JWT_CLAIM_COMPARISON_FAILED aud'],
    ['another issuer', { iss: 'https://evil.example' }, 'id-token-issuer corporate'],
  ])('signs off who gets an ID token of %s', async (_, claims, cause) => {
    expect(await refreshed(claims)).toMatchObject({ isIn: false });
    expect(lastRow()).toMatchObject({ reason: 'recheck-refused', cause });
  });

  /**
   * @attack Answer to a refresh with an ID token that the provider did not sign
   * @removed the verification of the signature
   * @failed 1 of 34: signs off who gets an ID token that the provider did not sign: `expected true to be false`
   */
  it('signs off who gets an ID token that the provider did not sign', async () => {
    const { browser } = await signOnAs(login, scripted);
    login.clock.advance(INTERVAL_MS);
    const [header, claims] = signed(scripted).split('.');
    scripted.idToken = `${header}.${claims}.${'A'.repeat(342)}`;
    expect(await isSignedOn(browser)).toBe(false);
    expect(lastRow()).toMatchObject({ cause: 'answer-refused signature-wrong' });
  });

  it('signs off who gets no ID token', async () => {
    scripted.idToken = undefined;
    const { browser } = await signOnAs(login, scripted);
    login.clock.advance(INTERVAL_MS);
    scripted.idToken = '';
    expect(await isSignedOn(browser)).toBe(false);
    expect(lastRow()).toMatchObject({ cause: 'answer-refused id-token-missing' });
  });

  it('is kept when the provider names no token endpoint', async () => {
    const { browser } = await signOnAs(login, scripted);
    scripted.metadata = { token_endpoint: undefined };
    login.state.signOn = SignOn.parse({ connections: [connectionTo(scripted, RECHECK)] });
    login.clock.advance(INTERVAL_MS);
    expect(await isSignedOn(browser)).toBe(true);
    scripted.metadata = {};
    login.state.signOn = SignOn.parse({ connections: [connectionTo(scripted, RECHECK)] });
    login.clock.advance(30_000);
    scripted.claims = { ...scripted.claims, nonce: undefined, groups: ['on-call'] };
    expect([await isSignedOn(browser), groupsAtVend()]).toEqual([true, ['on-call']]);
  });

  it.each<[string, { status: number; body: object; headers?: Record<string, string> }]>([
    ['is busy', { status: 429, body: {} }],
    ['does not know the client any more', { status: 401, body: { error: 'invalid_client' } }],
    ['does not allow the client to refresh', { status: 400, body: { error: 'unauthorized_client' } }],
  ])('is kept, and the session goes on, when the provider %s', async (_, refusal) => {
    const { browser } = await signOnAs(login, scripted);
    login.clock.advance(INTERVAL_MS);
    scripted.refusal = refusal;
    expect(await isSignedOn(browser)).toBe(true);
    login.clock.advance(30_000);
    scripted.refusal = undefined;
    scripted.claims = { ...scripted.claims, nonce: undefined };
    expect(await isSignedOn(browser)).toBe(true);
    const sent = scripted.tokenRequests.map((request) => request.get('refresh_token'));
    expect(sent).toEqual([null, 'the-refresh-token', 'the-refresh-token']);
  });
});
