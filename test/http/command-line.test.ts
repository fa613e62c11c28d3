// A person signs in on the command line through the browser: the whole flow works for `stint` and for other clients,
// and each step answers every fault in its own words.
import { decodeJwt } from 'jose';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  None,
  randomPKCECodeVerifier,
  refreshTokenGrant,
  tokenRevocation,
} from 'openid-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { SignOn } from '../../shared/rules/sign-on/sign-on.ts';
import { Authenticator } from '../support/authenticator.ts';
import type { Browser } from '../support/browser.ts';
import { AUDIENCE } from '../support/builders.ts';
import {
  approve,
  ask,
  call,
  press,
  REDIRECT_URI,
  redeem,
  refresh,
  said,
  sentTo,
  signInOnCommandLine,
} from '../support/command-line.ts';
import { type Login, PORTAL, startLogin } from '../support/login-app.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { ceremonyOf, finish, perform } from '../support/passkeys.ts';
import { callbackUrl, connectionTo, signOnAs, startSignOn } from '../support/sign-on.ts';

const MINUTE_MS = 60_000;

let provider: OpenIdProvider;
let login: Login;
let alice: Browser;

beforeEach(async () => {
  provider = await startOpenIdProvider();
  login = startLogin({ connections: [connectionTo(provider, { claims: { name: 'name' } })] });
  login.clock.freeze();
  alice = (await signOnAs(login, provider, { name: 'Alice Liddell', groups: ['media'], amr: ['pwd', 'mfa'] }))
    .browser;
});

const open = (path: string) => alice.request(new URL(path, PORTAL));

describe('signing in on the command line', () => {
  it('asks the person, and gives the token that the portal uses too', async () => {
    const asking = ask({ device_name: 'alice’s laptop' });
    const page = await alice.request(asking.url);
    expect(page.status).toBe(200);
    for (const text of ['Alice Liddell', 'alice’s laptop', 'Did you not start this'])
      expect(page.text).toContain(text);
    const back = sentTo(await press(alice, page, '/login/authorize', { answer: 'yes' }));
    expect(back.href.startsWith(`${REDIRECT_URI}?`)).toBe(true);
    expect([back.searchParams.get('state'), back.searchParams.get('iss')]).toEqual([
      asking.state,
      `${PORTAL}/login`,
    ]);

    const { status, headers, body } = await redeem(login, back.searchParams.get('code'), asking);
    expect([status, headers.get('cache-control'), body['token_type'], body['expires_in']]).toEqual([
      200,
      'no-store',
      'Bearer',
      300,
    ]);
    const claims = decodeJwt(String(body['access_token']));
    expect(claims).toMatchObject({
      iss: `${PORTAL}/login`,
      aud: AUDIENCE,
      sub: 'corporate:alice',
      groups: ['media'],
      amr: ['pwd', 'mfa'],
      name: 'Alice Liddell',
    });
    await open('/portal');
    const {
      iat: _,
      exp: __,
      jti: ___,
      sid: portalSession,
      caller_address: askedFor,
      ...ofPortal
    } = decodeJwt(login.asked.at(-1)?.token ?? '');
    expect(claims).toMatchObject(ofPortal);
    expect(claims['sid']).not.toBe(portalSession);
    // A program comes with its token itself: vend then goes by where it comes from.
    expect([askedFor, 'caller_address' in claims]).toEqual([null, false]);
  });

  it('is in the audit trail from the yes to the end, and among what the person did', async () => {
    const token = await signInOnCommandLine(login, alice, { device_name: 'laptop' });
    await refresh(login, token);
    await call(login, '/login/revoke', { token });
    const happened = login.auditLog.events.map(({ action, outcome, subject }) => [action, outcome, subject]);
    expect(happened.slice(-3)).toEqual([
      ['command-line-approved', 'granted', 'alice'],
      ['command-line-sign-on', 'granted', 'alice'],
      ['sign-out', 'granted', 'alice'],
    ]);
    expect((await open('/portal/activity')).text).toContain('Signed in on the command line of laptop');
  });

  it('goes back to where it listens when the person says no', async () => {
    const asking = ask();
    const page = await alice.request(asking.url);
    const back = sentTo(await press(alice, page, '/login/authorize', { answer: 'no' }));
    expect(Object.fromEntries(back.searchParams)).toEqual({
      error: 'access_denied',
      state: asking.state,
      iss: `${PORTAL}/login`,
    });
    expect(login.auditLog.events.at(-1)?.action).toBe('command-line-denied');
  });

  it('comes back to the question after a sign-on', async () => {
    const browser = login.browser();
    const asking = ask({ state: 'a state & more' });
    const signIn = await browser.open(asking.url);
    expect(signIn.url.pathname).toBe('/portal/sign-in');
    const start =
      /href="(\/login\/start\/corporate[^"]*)"/.exec(signIn.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const asked = await startSignOn(browser, new URL(start, PORTAL).search);
    provider.claims = { sub: 'alice', nonce: asked.get('nonce') ?? '' };
    const page = await browser.open(callbackUrl(provider, asked.get('state')));
    expect([page.url.pathname, page.status]).toEqual(['/login/authorize', 200]);
    const back = sentTo(await press(browser, page, '/login/authorize', { answer: 'yes' }));
    expect(back.searchParams.get('state')).toBe('a state & more');
    expect(said(await redeem(login, back.searchParams.get('code'), asking))).toBe('ok');
  });

  it('has its person sign on anew first where it asks for that, and asks them then', async () => {
    const { url } = ask({ prompt: 'login' });
    const signIn = await alice.open(url);
    expect([signIn.url.pathname, signIn.url.searchParams.has('fresh')]).toEqual(['/portal/sign-in', true]);
    const back = new URL(signIn.url.searchParams.get('return_to') ?? '', PORTAL);
    const page = await alice.open(back);
    expect([page.url.pathname, page.status]).toEqual(['/login/authorize', 200]);
  });

  it('comes back to the question after a passkey, too', async () => {
    const authenticator = new Authenticator(PORTAL);
    await perform(alice, 'add', authenticator);
    const browser = login.browser();
    const signIn = await browser.open(ask().url);
    const offer = ceremonyOf(signIn.text, 'sign-in');
    if (!offer) throw new Error('no passkey is asked for');
    const answer = authenticator.get(offer.options);
    const page = await finish(browser, 'sign-in', offer, answer);
    expect(sentTo(page).pathname).toBe('/login/authorize');
  });

  it('works with a client that others wrote, by discovery alone', async () => {
    const config = await discovery(new URL(`${PORTAL}/login`), 'stint-cli', undefined, None(), {
      [customFetch]: async (url, init) =>
        login.app.request(url, { ...init, body: init.body instanceof URLSearchParams ? init.body : null }),
      execute: [allowInsecureRequests],
    });
    const verifier = randomPKCECodeVerifier();
    const url = buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      state: 'state',
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const page = await alice.request(url);
    const back = sentTo(await press(alice, page, '/login/authorize', { answer: 'yes' }));
    const checks = { pkceCodeVerifier: verifier, expectedState: 'state' };
    const first = await authorizationCodeGrant(config, back, checks);
    expect(first.expiresIn()).toBeGreaterThan(290);
    const second = await refreshTokenGrant(config, first.refresh_token ?? '');
    await tokenRevocation(config, second.refresh_token ?? '');
    await expect(refreshTokenGrant(config, second.refresh_token ?? '')).rejects.toThrow();
  });

  it('offers a page that changes language and comes back', async () => {
    const page = await alice.request(ask().url);
    const link =
      /href="(\/portal\/language\?to=zh-CN[^"]*)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const after = await alice.open(new URL(link, PORTAL));
    expect(after.url.href).toBe(page.url.href);
    expect(after.text).toContain('在命令行登录');
  });
});

describe('what is wrong with a request', () => {
  it.each<readonly [string, Record<string, string | undefined>, string]>([
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['another response mode', { response_mode: 'fragment' }, 'invalid_request'],
    ['a device that breaks lines', { device_name: 'a\nb' }, 'invalid_request'],
    ['a device with a long name', { device_name: 'x'.repeat(65) }, 'invalid_request'],
  ])('goes to the redirect URI with state and issuer: %s', async (_, parts, error) => {
    const asking = ask(parts);
    const back = sentTo(await alice.request(asking.url));
    expect(`${back.origin}${back.pathname}`).toBe(REDIRECT_URI);
    expect(Object.fromEntries(back.searchParams)).toEqual({
      error,
      state: asking.state,
      iss: `${PORTAL}/login`,
    });
  });

  it.each<readonly [string, Record<string, string | undefined>, number, string]>([
    ['no grant type', { grant_type: undefined }, 400, 'invalid_request'],
    ['an unknown grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no code', { code: undefined }, 400, 'invalid_request'],
    ['a code that is none', { code: 'x' }, 400, 'invalid_grant'],
    ['no client', { client_id: undefined }, 401, 'invalid_client'],
    ['another client', { client_id: 'other' }, 401, 'invalid_client'],
    ['no refresh token', { grant_type: 'refresh_token' }, 400, 'invalid_request'],
    [
      'a refresh token that is none',
      { grant_type: 'refresh_token', refresh_token: 'x' },
      400,
      'invalid_grant',
    ],
  ])('is answered at the token endpoint in its own words: %s', async (_, parts, status, error) => {
    const { status: given, body, headers } = await redeem(login, null, ask(), parts);
    expect([given, body, headers.get('cache-control')]).toEqual([status, { error }, 'no-store']);
  });

  it('is refused where a parameter stands twice, or the body is no form', async () => {
    const post = async (body: string, type: string) => {
      const headers = { 'content-type': type };
      const response = await login.app.request(`${PORTAL}/login/token`, { method: 'POST', body, headers });
      return [response.status, await response.json()];
    };
    const refused = [400, { error: 'invalid_request' }];
    const type = 'application/x-www-form-urlencoded';
    expect(await post('client_id=stint-cli&client_id=stint-cli', type)).toEqual(refused);
    expect(await post('{"client_id":"stint-cli"}', 'application/json')).toEqual(refused);
    expect(await post(`client_id=stint-cli&code=${'x'.repeat(9_000)}`, type)).toEqual(refused);
  });

  it('is an outage when the store or the audit log is down', async () => {
    const asking = ask();
    const code = (await approve(alice, asking)).get('code');
    login.auditLog.recordFault = { reason: 'store-failed', cause: 'down' };
    expect((await redeem(login, code, asking)).status).toBe(503);
    login.auditLog.recordFault = undefined;
    const token = await signInOnCommandLine(login, alice);
    login.rows.intercept = () => ({ code: 'OTSServerBusy', requestId: undefined });
    const { status, body, headers } = await refresh(login, token);
    expect([status, body, headers.get('retry-after')]).toEqual([
      503,
      { error: 'temporarily_unavailable' },
      '5',
    ]);
  });
});

describe('a session on the command line', () => {
  it('is refreshed for as long as it is used, and ends four hours after its last use', async () => {
    let token: unknown = await signInOnCommandLine(login, alice);
    for (let i = 0; i < 2; i++) {
      login.clock.advance(230 * MINUTE_MS);
      const answer = await refresh(login, token);
      expect(said(answer)).toBe('ok');
      token = answer.body['refresh_token'];
    }
    login.clock.advance(240 * MINUTE_MS);
    expect(said(await refresh(login, token))).toBe('invalid_grant');
  });

  it('ends a working day after the sign-on in the browser, and its last token with it', async () => {
    login.clock.advance(50 * MINUTE_MS);
    let token: unknown = await signInOnCommandLine(login, alice);
    for (let minutes = 50; minutes < 710; minutes += 110) {
      login.clock.advance(110 * MINUTE_MS);
      token = (await refresh(login, token)).body['refresh_token'];
    }
    login.clock.advance(8 * MINUTE_MS);
    const last = await refresh(login, token);
    expect(last.body['expires_in']).toBeLessThanOrEqual(120);
    expect(last.body['refresh_token_expires_in']).toBe(last.body['expires_in']);
    expect(said(last)).toBe('ok');
    login.clock.advance(2 * MINUTE_MS);
    expect(said(await refresh(login, last.body['refresh_token']))).toBe('invalid_grant');
  });

  it('has limits of its own, which hold for the sessions that there are', async () => {
    const token = await signInOnCommandLine(login, alice);
    const { connections } = login.state.signOn;
    login.clock.advance(20 * MINUTE_MS);
    login.state.signOn = SignOn.parse({ connections, sessions: { commandLine: { idleSeconds: 600 } } });
    expect(said(await refresh(login, token))).toBe('invalid_grant');
    expect((await open('/portal')).text).toContain('form_token');
  });

  it('outlives the browser’s own, when that ends by not being used', async () => {
    const token = await signInOnCommandLine(login, alice);
    login.clock.advance(61 * MINUTE_MS);
    expect((await open('/portal')).text).not.toContain('form_token');
    expect(said(await refresh(login, token))).toBe('ok');
  });

  it('takes no place from browsers, and has twenty of its own', async () => {
    const first = await signInOnCommandLine(login, alice);
    for (let i = 0; i < 20; i++) {
      login.clock.advance(1000);
      await signInOnCommandLine(login, alice);
    }
    expect(said(await refresh(login, first))).toBe('invalid_grant');
    expect((await open('/portal')).text).toContain('form_token');
  });
});
