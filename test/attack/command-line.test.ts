// Against web pages, thieves of codes and tokens, and other people: a sign-in on the command line through the browser
// gives tokens only to the client that asked for it, and only after its person agreed. Each code and refresh token is
// good once.
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { SignOn } from '../../shared/rules/sign-on/sign-on.ts';
import type { Browser } from '../support/browser.ts';
import {
  type Asking,
  approve,
  ask,
  CLIENT,
  call,
  hiddenIn,
  type Parts,
  press,
  REDIRECT_URI,
  redeem,
  refresh,
  said,
  sentTo,
  signInOnCommandLine,
} from '../support/command-line.ts';
import { FakeOnceStore } from '../support/fakes.ts';
import { type Login, PORTAL, SESSION_COOKIE, startLogin } from '../support/login-app.ts';
import { logoutToken, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { connectionTo, isSignedOn, signOnAs } from '../support/sign-on.ts';

const HOST = 'vend.example.com';
const SECOND_MS = 1000;

let provider: OpenIdProvider;
let login: Login;
let alice: Browser;

beforeEach(async () => {
  provider = await startOpenIdProvider();
  login = startLogin({ connections: [connectionTo(provider)] });
  login.clock.freeze();
  alice = (await signOnAs(login, provider, { sid: 'idp-session-1' })).browser;
});

const codeFor = async (asking: Asking) => (await approve(alice, asking)).get('code');
const cookieOf = (browser: Browser): string => browser.jar(HOST).get(SESSION_COOKIE)?.value ?? '';

async function signedIn(
  parts: Parts = {},
): Promise<{ readonly asking: Asking; readonly code: string; readonly token: string }> {
  const asking = ask(parts);
  const code = (await codeFor(asking)) ?? '';
  const { body } = await redeem(login, code, asking);
  return { asking, code, token: String(body['refresh_token']) };
}

describe('a redirect URI', () => {
  /**
   * @attack Redirect URI of another host, path, scheme, spelling
   * @removed the exact pattern (any parsed URL of a loopback host taken)
   * @failed 25 of 92: of another kind is never led to: http://localhost:49152/callback: `expected [ 200, null
   *   ] to deeply equal [ 400, null ]`
   *
   * @attack Error answered to a redirect URI that is not ours
   * @removed the page in place of a redirect
   * @failed 27 of 92: of another kind is never led to: http://localhost:49152/callback: `expected [ 200, null
   *   ] to deeply equal [ 400, null ]`
   */
  it.each([
    'http://localhost:49152/callback',
    'https://127.0.0.1:49152/callback',
    'http://127.0.0.1.evil.com:49152/callback',
    'http://127.0.0.1@evil.com:49152/callback',
    'http://user@127.0.0.1:49152/callback',
    'http://evil.com#@127.0.0.1:49152/callback',
    'http://127.0.0.1:49152/callback#fragment',
    'http://127.0.0.1:49152/callback?query',
    'http://127.0.0.1:49152/callback/',
    'http://127.0.0.1:49152/other',
    'http://127.0.0.1:49152/callback/../other',
    'http://127.0.0.1:49152//callback',
    'http://127.0.0.1:49152\\callback',
    'http://127.0.0.1/callback',
    'http://127.0.0.1:0/callback',
    'http://127.0.0.1:65536/callback',
    'http://127.1:49152/callback',
    'http://2130706433:49152/callback',
    'http://[::ffff:127.0.0.1]:49152/callback',
    'http://[::2]:49152/callback',
    'HTTP://127.0.0.1:49152/callback',
    ' http://127.0.0.1:49152/callback',
    'http://127.0.0.1:49152/callback\n',
    'https://evil.example/callback',
    'javascript://127.0.0.1:49152/callback',
    'stint-cli:/callback',
    '',
  ])('of another kind is never led to: %s', async (uri) => {
    const page = await alice.request(ask({ redirect_uri: uri }).url);
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
    expect(page.text).toContain('This is no sign-in of the command line');
    expect(page.headers.get('content-security-policy')).toMatch(/form-action 'self'(?:;|$)/);
  });

  it.each(['http://127.0.0.1:1/callback', 'http://127.0.0.1:65535/callback', 'http://[::1]:49152/callback'])(
    'of this computer is taken: %s',
    async (uri) => {
      const asking = ask({ redirect_uri: uri });
      const page = await alice.request(asking.url);
      const back = sentTo(await press(alice, page, '/login/authorize', { answer: 'yes' }));
      expect(back.href.startsWith(`${uri}?`)).toBe(true);
    },
  );

  /**
   * @attack Parameter that stands twice
   * @removed the refusal
   * @failed 1 of 92: that stands there twice, or comes from an unknown client, is not led to: `expected [
   *   200, null ] to deeply equal [ 400, null ]`
   *
   * @attack Request of an unknown client
   * @removed the check of client_id
   * @failed 2 of 92: that stands there twice, or comes from an unknown client, is not led to: `expected [
   *   200, null ] to deeply equal [ 400, null ]`
   */
  it('that stands there twice, or comes from an unknown client, is not led to', async () => {
    const { url } = ask();
    const twice = new URL(url);
    twice.searchParams.append('redirect_uri', 'http://127.0.0.1:5/callback');
    for (const address of [twice, ask({ client_id: 'other' }).url, ask({ client_id: undefined }).url]) {
      const page = await alice.request(address);
      expect([page.status, page.headers.get('location')]).toEqual([400, null]);
    }
  });

  /**
   * @attack Form of another page that leads to the computer
   * @removed the one page’s own policy
   * @failed 1 of 92: is of the one page’s policy, to the port, and of no other page’s: `expected 'default-src
   *   \'none\'; script-src \'no…' to match /form-action 'self'(?:;|$)/`
   *
   * @attack The one page’s policy, in a browser
   * @removed where its forms may lead
   * @failed 1 of 93: is of the one page’s policy, to the port, and of no other page’s: `expected 'default-src
   *   \'none\'; script-src \'no…' to match /form-action 'self' http:\/\/127\.0\.…/\`
   * @note in Chromium nothing comes back to the command line then
   */
  it('is of the one page’s policy, to the port, and of no other page’s', async () => {
    const policy = async (url: URL) =>
      (await alice.request(url)).headers.get('content-security-policy') ?? '';
    expect(await policy(ask().url)).toMatch(/form-action 'self' http:\/\/127\.0\.0\.1:49152(?:;|$)/);
    const elsewhere = new URL(`${PORTAL}/portal`);
    elsewhere.search = ask().url.search;
    expect(await policy(elsewhere)).toMatch(/form-action 'self'(?:;|$)/);
  });

  /**
   * @attack Code redeemed for another redirect URI
   * @removed the comparison
   * @failed 1 of 92: other than the one that was asked with makes a code worthless: `expected 'ok' to be
   *   'invalid_grant'`
   */
  it('other than the one that was asked with makes a code worthless', async () => {
    const asking = ask();
    const answer = await redeem(login, await codeFor(asking), asking, {
      redirect_uri: 'http://127.0.0.1:49153/callback',
    });
    expect(said(answer)).toBe('invalid_grant');
    const without = ask();
    expect(said(await redeem(login, await codeFor(without), without, { redirect_uri: undefined }))).toBe(
      'invalid_grant',
    );
  });
});

describe('a request without its protection', () => {
  /**
   * @attack Challenge that is no hash (PKCE downgrade)
   * @removed S256 alone
   * @failed 2 of 92: is refused where it has a plain challenge: `no redirect but 200`
   *
   * @attack No challenge
   * @removed its demand
   * @failed 2 of 92: is refused where it has no challenge, and says how it is hashed: `no redirect but 200`
   *
   * @attack Request without state, or with one that breaks lines
   * @removed the check of state
   * @failed 3 of 92: is refused where it has no state: `no redirect but 200`
   */
  it.each<readonly [string, Parts]>([
    ['has no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
    ['has no challenge, and says how it is hashed', { code_challenge: undefined }],
    ['has a plain challenge', { code_challenge_method: 'plain' }],
    ['does not say how it is hashed, which means plain', { code_challenge_method: undefined }],
    ['has a challenge that is no hash', { code_challenge: 'short' }],
    ['has no state', { state: undefined }],
    ['has a state that breaks lines', { state: 'a\r\nb' }],
    ['has an endless state', { state: 'x'.repeat(257) }],
  ])('is refused where it %s', async (_, parts) => {
    const back = sentTo(await alice.request(ask(parts).url));
    expect([back.origin, back.searchParams.get('error')]).toEqual([
      'http://127.0.0.1:49152',
      'invalid_request',
    ]);
    expect(back.searchParams.get('code')).toBeNull();
  });
});

describe('the question', () => {
  it('is asked each time, and answered by no address', async () => {
    await signedIn();
    const page = await alice.request(new URL(`${ask().url}&answer=yes&prompt=none`));
    expect([page.status, page.headers.get('location')]).toEqual([200, null]);
  });

  /**
   * @attack Form from another site answers the question (CSRF)
   * @removed the guard of forms
   * @failed 2 of 92: is not answered by a form from nowhere: `expected [ 303, …(1) ] to deeply equal [ 403,
   *   null ]`
   */
  it.each<readonly [string, Record<string, string>]>([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['a program on this computer', { origin: 'http://127.0.0.1:49152' }],
    ['nowhere', {}],
  ])('is not answered by a form from %s', async (_, headers) => {
    const page = await alice.request(ask().url);
    const answer = await press(alice, page, '/login/authorize', { answer: 'yes' }, headers);
    expect([answer.status, answer.headers.get('location')]).toEqual([403, null]);
  });

  it('is not answered without the token of the page', async () => {
    const page = await alice.request(ask().url);
    const answer = await press(alice, page, '/login/authorize', {
      answer: 'yes',
      form_token: 'A'.repeat(22),
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([403, null]);
  });

  /**
   * @attack Somebody else’s question answered as alice
   * @removed the session in the question
   * @failed 1 of 92: is not answered for somebody else: what an attacker was asked is no question to alice:
   *   `expected [ 303, …(1) ] to deeply equal [ 400, null ]`
   */
  it('is not answered for somebody else: what an attacker was asked is no question to alice', async () => {
    const mallory = (await signOnAs(login, provider, { sub: 'mallory' })).browser;
    const theirs = hiddenIn(await mallory.request(ask().url), 'request');
    const page = await alice.request(ask().url);
    const answer = await press(alice, page, '/login/authorize', { answer: 'yes', request: theirs });
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });

  it('is not answered with something else that we sealed, or made up', async () => {
    const page = await alice.request(ask().url);
    const code = (await codeFor(ask())) ?? '';
    for (const request of [code, 'x', ''])
      expect((await press(alice, page, '/login/authorize', { answer: 'yes', request })).status).toBe(400);
  });

  /**
   * @attack Question in a frame (clickjacking)
   * @removed frame-ancestors
   * @failed 1 of 92: may be framed by nobody: `expected 'default-src \'none\'; script-src \'no…' to contain
   *   'frame-ancestors \'none\''`
   */
  it('may be framed by nobody', async () => {
    const { headers } = await alice.request(ask().url);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  it('shows a device’s name as text', async () => {
    const { text } = await alice.request(ask({ device_name: '<script>x</script>' }).url);
    expect(text).not.toContain('<script>x');
    expect(text).toContain('&lt;script&gt;x');
  });

  /**
   * @attack Mix-up of servers
   * @removed `iss` with every answer
   * @failed 1 of 92: tells whose answer it is, so that another server’s cannot pass for it: `expected null to
   *   be 'https://vend.example.com/login'`
   */
  it('tells whose answer it is, so that another server’s cannot pass for it', async () => {
    for (const answer of ['yes', 'no']) {
      const page = await alice.request(ask().url);
      const back = sentTo(await press(alice, page, '/login/authorize', { answer }));
      expect(back.searchParams.get('iss')).toBe(`${PORTAL}/login`);
    }
  });

  it('keeps nobody’s parameters on a page that refuses', async () => {
    const mark = '"><script>reflected-7f3a</script>';
    for (const parts of [
      { client_id: mark },
      { redirect_uri: mark },
      { client_id: mark, state: mark, device_name: mark },
    ]) {
      const page = await alice.request(ask(parts).url);
      expect(page.text).not.toContain('reflected-7f3a');
    }
  });
});

describe('after a sign-on', () => {
  /**
   * @attack Open redirect after a sign-on, by what may come back
   * @removed the end of the pattern
   * @failed 5 of 92: nobody is led to /login/authorize/../../evil: `expected '<!doctype html><html
   *   lang="en"><head>…' to contain 'return_to=%2Fportal"'`
   */
  it.each([
    '/login/authorize/../../evil',
    '/login/authorizeX?x',
    '//login/authorize?x',
    '/login/authorize?x=//evil"',
    '/login/authorize?x#y',
    '/login/token',
    'https://evil.example/login/authorize?x',
  ])('nobody is led to %s', async (path) => {
    const page = await login
      .browser()
      .request(new URL(`/portal/sign-in?return_to=${encodeURIComponent(path)}`, PORTAL));
    expect(page.text).toContain('return_to=%2Fportal"');
    expect(page.text).not.toContain('evil');
    const language = await alice.request(
      new URL(`/portal/language?to=en&return_to=${encodeURIComponent(path)}`, PORTAL),
    );
    expect(language.headers.get('location')).toBe('/portal');
  });
});

describe('a code', () => {
  /**
   * @attack Stolen or injected code without its verifier
   * @removed the comparison with the challenge
   * @failed 4 of 92: that was stolen opens nothing without a verifier, and nothing to its owner then:
   *   `expected 'ok' to be 'invalid_grant'`
   *
   * @attack Code used twice
   * @removed the refusal of what was spent
   * @failed 5 of 92: that was stolen opens nothing without a verifier, and nothing to its owner then:
   *   `expected 'ok' to be 'invalid_grant'`
   *
   * @attack Code tried by a thief first
   * @removed spending it also when it is refused
   * @failed 4 of 92: that was stolen opens nothing without a verifier, and nothing to its owner then:
   *   `expected 'ok' to be 'invalid_grant'`
   */
  it.each<readonly [string, Parts]>([
    ['without a verifier', { code_verifier: undefined }],
    ['with the attacker’s own verifier', { code_verifier: 'A'.repeat(43) }],
    ['with a verifier that is too short', { code_verifier: 'A'.repeat(42) }],
  ])('that was stolen opens nothing %s, and nothing to its owner then', async (_, parts) => {
    const asking = ask();
    const code = await codeFor(asking);
    expect(said(await redeem(login, code, asking, parts))).toBe('invalid_grant');
    expect(said(await redeem(login, code, asking))).toBe('invalid_grant');
  });

  /**
   * @attack Challenge in the verifier’s place
   * @removed the hash of the verifier
   * @failed 13 of 92: is not opened by the challenge, which the browser saw: `expected 'ok' to be
   *   'invalid_grant'`
   */
  it('is not opened by the challenge, which the browser saw', async () => {
    const asking = ask();
    const code = await codeFor(asking);
    const challenge = asking.url.searchParams.get('code_challenge') ?? '';
    expect(said(await redeem(login, code, asking, { code_verifier: challenge }))).toBe('invalid_grant');
  });

  it('that is used twice ends what it gave', async () => {
    const { asking, code, token } = await signedIn();
    expect(said(await redeem(login, code, asking))).toBe('invalid_grant');
    expect(said(await refresh(login, token))).toBe('invalid_grant');
    expect(login.auditLog.events.find(({ cause }) => cause === 'code-used')?.outcome).toBe('refused');
  });

  /**
   * @attack Code used twice: what the first use gave goes on counting
   * @removed its end
   * @failed 1 of 92: that is used twice by a thief without its verifier ends it too: `expected 'ok' to be
   *   'invalid_grant'`
   */
  it('that is used twice by a thief without its verifier ends it too', async () => {
    const { asking, code, token } = await signedIn();
    await redeem(login, code, asking, { code_verifier: 'A'.repeat(43) });
    expect(said(await refresh(login, token))).toBe('invalid_grant');
  });

  it('is good once when it comes several times at once, and then for nobody', async () => {
    const asking = ask();
    const code = await codeFor(asking);
    const answers = await Promise.all([1, 2, 3].map(() => redeem(login, code, asking)));
    expect(answers.map(said).filter((one) => one === 'ok').length).toBeLessThanOrEqual(1);
    for (const { body } of answers)
      expect(said(await refresh(login, body['refresh_token']))).toBe('invalid_grant');
  });

  it('is remembered as used for as long as it could be used', async () => {
    login.clock.freeze();
    const once = new FakeOnceStore();
    Object.assign(login.deps.once, { consume: once.consume.bind(once) });
    await signedIn();
    const end = login.clock.now().getTime() + 60 * SECOND_MS;
    expect(Math.max(...[...once.consumed.values()].map((at) => at.getTime()))).toBeGreaterThanOrEqual(end);
  });

  /**
   * @attack Code of a command line kept young by a held body
   * @removed the clock, read again after the body
   * @failed 1 of 96: is not kept young by a request that is held back: `expected 200 to be 400`
   */
  it('is not kept young by a request that is held back', async () => {
    const asking = ask();
    const fields = {
      client_id: CLIENT,
      grant_type: 'authorization_code',
      code: (await codeFor(asking)) ?? '',
      redirect_uri: REDIRECT_URI,
      code_verifier: asking.verifier,
    };
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      login.clock.advance(65 * SECOND_MS);
      controller.enqueue(Buffer.from(String(new URLSearchParams(fields))));
      controller.close();
    };
    const body = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = new Request(`${PORTAL}/login/token`, { method: 'POST', headers, body, duplex: 'half' });
    expect((await login.app.request(request)).status).toBe(400);
  });

  /**
   * @attack Old code
   * @removed its 60 seconds
   * @failed 1 of 92: is too old after a minute: `expected 'ok' to be 'invalid_grant'`
   */
  it('is too old after a minute', async () => {
    const [late, intime] = [ask(), ask()];
    const codes = [await codeFor(late), await codeFor(intime)] as const;
    login.clock.advance(55 * SECOND_MS);
    expect(said(await redeem(login, codes[1], intime))).toBe('ok');
    login.clock.advance(10 * SECOND_MS);
    expect(said(await redeem(login, codes[0], late))).toBe('invalid_grant');
  });

  it('is worth nothing once its person has signed out', async () => {
    const asking = ask();
    const code = await codeFor(asking);
    const page = await alice.request(new URL(`${PORTAL}/portal`));
    await press(alice, page, '/login/sign-out', {});
    expect(said(await redeem(login, code, asking))).toBe('invalid_grant');
  });

  /**
   * @attack Code of somebody who was blocked meanwhile
   * @removed the check of the session that said yes
   * @failed 1 of 93: is worth nothing once its person is blocked: `expected 'ok' to be 'invalid_grant'`
   */
  it('is worth nothing once its person is blocked', async () => {
    const asking = ask();
    const code = await codeFor(asking);
    const { connections } = login.state.signOn;
    login.state.signOn = SignOn.parse({ connections, blocked: ['corporate:alice'] });
    const refused = await redeem(login, code, asking);
    expect(said(refused)).toBe('invalid_grant');
    login.state.signOn = SignOn.parse({ connections });
    expect(await isSignedOn(alice)).toBe(true);
  });

  it('is not the sealed question', async () => {
    const asking = ask();
    const question = hiddenIn(await alice.request(asking.url), 'request');
    expect(said(await redeem(login, question, asking))).toBe('invalid_grant');
  });

  /**
   * @attack Stolen table
   * @removed the hash of the family
   * @failed 10 of 92: is in no table, log or audit row, and neither is what it gave: `expected
   *   '[[{"key":["activity/dab88379eb922c2ea…' not to contain 'Kt3-AmiQCWuZU7pxX9EmJQ'`
   */
  it('is in no table, log or audit row, and neither is what it gave', async () => {
    const { code, token } = await signedIn();
    const [, , , family = '', secret = ''] = token.split('.');
    expect([family.length, secret.length]).toEqual([22, 43]);
    const kept = JSON.stringify([login.people(), login.auditLog.events, login.logger.lines]);
    for (const text of [code, family, secret]) expect(kept).not.toContain(text);
    for (const text of [family, secret])
      expect(kept).toContain(createHash('sha256').update(text).digest('base64url'));
  });
});

describe('a refresh token', () => {
  it('gives its session the next version each time, so that no earlier writer is taken for the last', async () => {
    const versions = () =>
      login
        .people()
        .flatMap(({ columns }) => (columns['json']?.includes('commandLine') ? [columns['version']] : []));
    let { token } = await signedIn();
    for (const version of ['1', '2', '3']) {
      expect(versions()).toEqual([version]);
      token = String((await refresh(login, token)).body['refresh_token']);
    }
  });

  /**
   * @attack Refresh token used again (theft)
   * @removed the end of the session
   * @failed 3 of 92: is good once: a copy that turns up later ends the session for both: `expected 'ok' to be
   *   'invalid_grant'`
   *
   * @attack Refresh token used again (theft): tokens that are good for ever
   * @removed rotation
   * @failed 2 of 92: is good once: a copy that turns up later ends the session for both: `expected 'ok' to be
   *   'invalid_grant'`
   *
   * @attack Copy that turns up later
   * @removed the 30 seconds
   * @failed 1 of 92: is good once: a copy that turns up later ends the session for both: `expected 'ok' to be
   *   'invalid_grant'`
   */
  it('is good once: a copy that turns up later ends the session for both', async () => {
    const { token } = await signedIn();
    const next = (await refresh(login, token)).body['refresh_token'];
    expect(next).not.toBe(token);
    login.clock.advance(31 * SECOND_MS);
    expect(said(await refresh(login, token))).toBe('invalid_grant');
    expect(said(await refresh(login, next))).toBe('invalid_grant');
    expect(login.auditLog.events.at(-1)).toMatchObject({
      action: 'command-line-refresh',
      subject: 'alice',
      cause: 'refresh-token-reused',
    });
  });

  it('is known as a copy however old it is', async () => {
    const { token } = await signedIn();
    let newest: unknown = token;
    for (let i = 0; i < 3; i++) newest = (await refresh(login, newest)).body['refresh_token'];
    expect(said(await refresh(login, token))).toBe('invalid_grant');
    expect(said(await refresh(login, newest))).toBe('invalid_grant');
  });

  /**
   * @attack Lost answer, two refreshes at once
   * @removed the same successor again
   * @failed 1 of 92: gives the same successor to who lost the answer and asks again, or asks twice at once:
   *   `expected [ 'ok', 'invalid_grant', …(1) ] to deeply equal [ 'ok', 'ok', 'ok' ]`
   */
  it('gives the same successor to who lost the answer and asks again, or asks twice at once', async () => {
    const { token } = await signedIn();
    const answers = await Promise.all([refresh(login, token), refresh(login, token)]);
    answers.push(await refresh(login, token));
    const [next, ...others] = answers.map(({ body }) => body['refresh_token']);
    expect(answers.map(said)).toEqual(['ok', 'ok', 'ok']);
    expect(others).toEqual([next, next]);
    expect(said(await refresh(login, next))).toBe('ok');
  });

  /**
   * @attack Successor told from a token without the key
   * @removed the key
   * @failed 1 of 92: is not told from its predecessor by who has no key of ours: `expected
   *   'KWTrgm8zBTOVO0xutG06aedgeLnUOp_OPGQVf…' not to be 'KWTrgm8zBTOVO0xutG06aedgeLnUOp_OPGQVf…'`
   */
  it('is not told from its predecessor by who has no key of ours', async () => {
    const { token } = await signedIn();
    const [, , , , before = ''] = token.split('.');
    const [, , , , after = ''] = String((await refresh(login, token)).body['refresh_token']).split('.');
    for (const text of [before, token]) {
      expect(createHash('sha256').update(text).digest('base64url')).not.toBe(after);
    }
  });

  it('of a genuine family with a secret that never was is somebody’s guess, and ends the session', async () => {
    const { token } = await signedIn();
    const guess = [...token.split('.').slice(0, 4), 'A'.repeat(43)].join('.');
    expect(said(await refresh(login, guess))).toBe('invalid_grant');
    expect(said(await refresh(login, token))).toBe('invalid_grant');
  });

  /**
   * @attack Made-up token that names somebody’s session
   * @removed the family that it must have
   * @failed 2 of 92: made up of another family opens nothing and ends nothing: `expected 'ok' to be
   *   'invalid_grant'`
   */
  it.each<readonly [string, (parts: readonly string[]) => string]>([
    ['another family', (parts) => [...parts.slice(0, 3), 'A'.repeat(22), parts[4]].join('.')],
    ['another session', (parts) => [...parts.slice(0, 2), 'A'.repeat(22), ...parts.slice(3)].join('.')],
    ['another person', (parts) => [parts[0], '0'.repeat(32), ...parts.slice(2)].join('.')],
    ['more than its parts', (parts) => [...parts, 'x'].join('.')],
    [
      'hashes in place of secrets',
      (parts) =>
        [
          ...parts.slice(0, 3),
          ...parts.slice(3).map((part) => createHash('sha256').update(part).digest('base64url')),
        ].join('.'),
    ],
  ])('made up of %s opens nothing and ends nothing', async (_, change) => {
    const { token } = await signedIn();
    expect(said(await refresh(login, change(token.split('.'))))).toBe('invalid_grant');
    expect(said(await refresh(login, token))).toBe('ok');
  });

  /**
   * @attack Refresh token as a cookie
   * @removed the kind of the session
   * @failed 1 of 92: is no cookie, and a cookie is no refresh token: `expected true to be false`
   */
  it('is no cookie, and a cookie is no refresh token', async () => {
    const { token } = await signedIn();
    const [, person, id, family, secret] = token.split('.');
    const browser = login.browser();
    browser.jar(HOST).set(SESSION_COOKIE, { value: `${person}.${id}.${secret}`, attributes: '' });
    expect(await isSignedOn(browser)).toBe(false);
    const [owner, session, cookieSecret] = cookieOf(alice).split('.');
    for (const text of [cookieOf(alice), `stint_refresh.${owner}.${session}.${family}.${cookieSecret}`]) {
      expect(said(await refresh(login, text))).toBe('invalid_grant');
      expect((await call(login, '/login/revoke', { token: text })).status).toBe(200);
    }
    expect(await isSignedOn(alice)).toBe(true);
    expect(said(await refresh(login, token))).toBe('ok');
  });
});

describe('a session on the command line ends', () => {
  let token: string;
  beforeEach(async () => {
    token = (await signedIn()).token;
  });
  const isOver = async () => said(await refresh(login, token)) === 'invalid_grant';
  const pressAt = async (path: string, action: string, fields: Parts) =>
    press(alice, await alice.request(new URL(path, PORTAL)), action, fields);
  const connectionsOnly = () => ({ connections: login.state.signOn.connections });

  it('when it is revoked, also by an earlier token of its own', async () => {
    const next = (await refresh(login, token)).body['refresh_token'];
    const revoked = await call(login, '/login/revoke', { token });
    expect([revoked.status, said(await refresh(login, next))]).toEqual([200, 'invalid_grant']);
    expect((await call(login, '/login/revoke', { token: 'unknown' })).status).toBe(200);
    expect(said(await call(login, '/login/revoke', { token, client_id: 'other' }))).toBe('invalid_client');
  });

  /**
   * @attack Command line of a browser that signed out
   * @removed its end with the browser’s session
   * @failed 1 of 92: when its person signs out in the browser that said yes: `expected false to be true`
   */
  it('when its person signs out in the browser that said yes', async () => {
    await pressAt('/portal', '/login/sign-out', {});
    expect(await isOver()).toBe(true);
  });

  it('or the sign-out says that it is not done', async () => {
    let deletions = 0;
    login.rows.intercept = (operation) => {
      const isSecond = operation === 'deleteRows' && ++deletions === 2;
      return isSecond ? { code: 'OTSServerBusy', requestId: undefined } : undefined;
    };
    expect((await pressAt('/portal', '/login/sign-out', {})).status).toBe(503);
    login.rows.intercept = () => undefined;
    expect(await isOver()).toBe(false);
  });

  /**
   * @attack Command line of a browser that was signed on again and signed out
   * @removed the root that its sessions share
   * @failed 1 of 95: when its person signs out there, having signed on again meanwhile: `expected false to be
   *   true`
   */
  it('when its person signs out there, having signed on again meanwhile', async () => {
    await signOnAs(login, provider, { sid: 'idp-session-2' }, alice);
    await signOnAs(login, provider, { sid: 'idp-session-3' }, alice);
    token = String((await refresh(login, token)).body['refresh_token']);
    await pressAt('/portal', '/login/sign-out', {});
    expect(await isOver()).toBe(true);
  });

  /**
   * @attack Command line of the person who was signed on in the browser before
   * @removed its end when another person signs on
   * @failed 1 of 95: when somebody else signs on in that browser, or signs out there: `expected false to be
   *   true`
   */
  it('when somebody else signs on in that browser, or signs out there', async () => {
    await signOnAs(login, provider, { sub: 'bob', sid: 'idp-session-2' }, alice);
    expect(await isOver()).toBe(true);
    const bobs = await signInOnCommandLine(login, alice);
    await signOnAs(login, provider, { sid: 'idp-session-3' }, alice);
    await pressAt('/portal', '/login/sign-out', {});
    expect(said(await refresh(login, bobs))).toBe('invalid_grant');
  });

  it('when its person ends it in the list of their sessions', async () => {
    const [, , id] = token.split('.');
    const another = await signInOnCommandLine(login, alice);
    await pressAt('/portal/sessions', '/portal/sessions', { session: id });
    expect([await isOver(), said(await refresh(login, another))]).toEqual([true, 'ok']);
    expect(await isSignedOn(alice)).toBe(true);
  });

  /**
   * @attack Command line let in by a session that is ended from the list
   * @removed its end
   * @failed 1 of 92: when its person ends, from elsewhere, the browser’s session that said yes: `expected
   *   false to be true`
   */
  it('when its person ends, from elsewhere, the browser’s session that said yes', async () => {
    const [, session] = cookieOf(alice).split('.');
    const other = (await signOnAs(login, provider, { sid: 'idp-session-2' })).browser;
    const page = await other.request(new URL('/portal/sessions', PORTAL));
    await press(other, page, '/portal/sessions', { session });
    expect(await isOver()).toBe(true);
  });

  /**
   * @attack Command line let in by a stolen cookie
   * @removed its end when the theft shows
   * @failed 1 of 92: when the browser’s cookie turns out to have been stolen: `expected false to be true`
   */
  it('when the browser’s cookie turns out to have been stolen', async () => {
    const thief = login.browser();
    thief.jar(HOST).set(SESSION_COOKIE, { value: cookieOf(alice), attributes: '' });
    login.clock.advance(16 * 60 * SECOND_MS);
    await isSignedOn(alice);
    await isSignedOn(alice);
    login.clock.advance(2 * 60 * SECOND_MS);
    await isSignedOn(thief);
    expect(await isOver()).toBe(true);
  });

  it.each([
    ['its session', { sid: 'idp-session-1' }],
    ['all of its person’s', { sub: 'alice' }],
  ])('when the identity provider ends %s', async (_, claims) => {
    const body = new URLSearchParams({ logout_token: logoutToken(provider, claims) });
    const url = `${PORTAL}/login/backchannel-logout/corporate`;
    expect((await login.app.request(url, { method: 'POST', body })).status).toBe(200);
    expect(await isOver()).toBe(true);
  });

  /**
   * @attack Refresh of somebody who is blocked or whose time is over
   * @removed the check of the session
   * @failed 4 of 118: when its person is blocked, or the connection is taken away: `expected false to be
   *   true`
   * @also test/http/command-line.test.ts
   */
  it('when its person is blocked, or the connection is taken away', async () => {
    login.state.signOn = SignOn.parse({ ...connectionsOnly(), blocked: ['corporate:alice'] });
    expect(await isOver()).toBe(true);
    login.state.signOn = SignOn.parse(connectionsOnly());
    expect(await isOver()).toBe(true);
    alice = (await signOnAs(login, provider)).browser;
    token = await signInOnCommandLine(login, alice);
    login.state.signOn = SignOn.parse({ connections: [connectionTo(provider, { id: 'another' })] });
    expect(await isOver()).toBe(true);
  });

  /**
   * @attack Sign-out while the code is redeemed
   * @removed the second look
   * @failed 1 of 92: even when it began while its person was signing out: `expected 'ok' to be
   *   'invalid_grant'`
   */
  it('even when it began while its person was signing out', async () => {
    const asking = ask();
    const code = await codeFor(asking);
    const { sessions } = login.deps;
    const racing = startLogin({
      connections: [connectionTo(provider)],
      parts: {
        ...login.deps,
        sessions: {
          ...sessions,
          create: async (session) => {
            const page = await alice.request(new URL(`${PORTAL}/portal`));
            await press(alice, page, '/login/sign-out', {});
            return sessions.create(session);
          },
        },
      },
    });
    expect(said(await redeem(racing, code, asking))).toBe('invalid_grant');
  });
});

describe('the endpoints that a command line calls', () => {
  it('are answered to no other web page, and take no cookie for a proof', async () => {
    const { token } = await signedIn();
    for (const path of ['/login/token', '/login/revoke', '/login/authorize']) {
      const headers = { origin: 'https://evil.example', cookie: `${SESSION_COOKIE}=${cookieOf(alice)}` };
      const body = new URLSearchParams({ client_id: 'stint-cli', grant_type: 'refresh_token' });
      const answer = await login.app.request(`${PORTAL}${path}`, { method: 'POST', body, headers });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect([400, 403]).toContain(answer.status);
      const preflight = await login.app.request(`${PORTAL}${path}`, { method: 'OPTIONS', headers });
      expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect(said(await refresh(login, token))).toBe('ok');
  });

  /**
   * @attack Token request in an address
   * @removed reading the body alone
   * @failed 1 of 93: are reached by a form alone: what stands in an address counts for nothing: `expected [
   *   200, 404 ] to deeply equal [ 400, 404 ]`
   */
  it('are reached by a form alone: what stands in an address counts for nothing', async () => {
    const { token } = await signedIn();
    const query = new URLSearchParams({
      client_id: 'stint-cli',
      grant_type: 'refresh_token',
      refresh_token: token,
    });
    const body = new URLSearchParams({ client_id: 'stint-cli', grant_type: 'refresh_token' });
    const answer = await login.app.request(`${PORTAL}/login/token?${query}`, { method: 'POST', body });
    expect([answer.status, (await login.app.request(`${PORTAL}/login/token?${query}`)).status]).toEqual([
      400, 404,
    ]);
  });
});
