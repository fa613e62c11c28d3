// Against attackers in front of an OpenID sign-on, and a provider that answers anything: a browser is signed on only
// by the verified answer to its own request, once, and led only to pages of its own. Each attack is tried on the whole
// login app.
import { beforeEach, describe, expect, it } from 'vitest';
import { SignOn } from '../../shared/rules/sign-on/sign-on.ts';
import { generateKeys, hmacToken, keySet, publicPem, token, unsignedToken } from '../support/issuer.ts';
import { type Login, PORTAL, SESSION_COOKIE, STATE_COOKIE, startLogin } from '../support/login-app.ts';
import { CLIENT_ID, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { callbackUrl, connectionTo, isSignedOn, signOnAs, startSignOn } from '../support/sign-on.ts';

let provider: OpenIdProvider;
let login: Login;

beforeEach(async () => {
  provider = await startOpenIdProvider();
  login = startLogin({ connections: [connectionTo(provider)] });
});

const lastOutcome = () => {
  const { outcome, code, reason } = login.auditLog.events.at(-1) ?? {};
  return { outcome, code, reason };
};

describe('a sign-on that is what it seems', () => {
  it('signs the person on, writes it down and leads to the portal', async () => {
    const { browser, page } = await signOnAs(login, provider, { groups: ['media'], email: 'a@example.com' });
    expect([page.status, page.headers.get('location')]).toEqual([303, `${PORTAL}/portal`]);
    expect(await isSignedOn(browser)).toBe(true);
    expect(login.auditLog.events).toMatchObject([
      { action: 'sign-on', outcome: 'granted', connection: 'corporate', subject: 'alice' },
    ]);
  });

  it('asks for a code with PKCE, a state and a nonce, each new every time', async () => {
    const asked = await startSignOn(login.browser());
    const again = await startSignOn(login.browser());
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: `${PORTAL}/login/callback/corporate`,
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(asked.get(name)?.length).toBeGreaterThanOrEqual(43);
      expect(asked.get(name)).not.toBe(again.get(name));
    }
  });
});

describe('a sign-on at a provider that takes its time', () => {
  /**
   * @attack Sign-on of somebody who is blocked, or whose connection is removed, while the provider takes its
   *   time
   * @removed both checks by the rules in force at the end
   * @failed 2 of 57: comes to nothing when meanwhile the person is blocked: `expected { outcome: 'granted',
   *   …(2) } to match object { outcome: 'refused', …(1) }`
   */
  it.each([
    ['the person is blocked', { blocked: ['corporate:alice'] }, 'person-blocked'],
    ['the connection is taken away', { connections: [] }, 'connection-unknown'],
  ])('comes to nothing when meanwhile %s', async (_, change, reason) => {
    const { handler } = provider.server;
    provider.server.handler = (request, response) => {
      if (request.url === '/token') login.state.signOn = { ...login.state.signOn, ...change };
      return handler(request, response);
    };
    const { signOn } = login.state;
    const { browser } = await signOnAs(login, provider);
    expect(lastOutcome()).toMatchObject({ outcome: 'refused', reason });
    login.state.signOn = signOn;
    expect(await isSignedOn(browser)).toBe(false);
  });
});

describe('an open redirect', () => {
  /**
   * @attack Fragment that is no role's in a return path
   * @removed the pattern of roles
   * @failed 4 of 53: is not made of return_to="/portal?role=x#//evil.example": `expected
   *   'https://vend.example.com/portal?role=…' to be 'https://vend.example.com/portal'`
   */
  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/portal/../../evil',
    '/portal//evil.example',
    '/portal@evil.example',
    '/portal.evil.example',
    '/portal\n//evil.example',
    'javascript:alert(1)',
    '/login/start/corporate',
    '%2F%2Fevil.example',
    '/portal?role=x#//evil.example',
    '/portal?role=x#role-y',
    '/portal?role=x#role-x\n//evil.example',
    '/portal#',
    '/portal?role=x#<script>',
    '/portal/activity?role=x#role-x',
    '//evil.example?role=x#role-x',
  ])('is not made of return_to=%j', async (returnTo) => {
    const browser = login.browser();
    const asked = await startSignOn(browser, `?return_to=${encodeURIComponent(returnTo)}`);
    provider.claims = { nonce: asked.get('nonce') };
    const page = await browser.request(callbackUrl(provider, asked.get('state')));
    expect(page.headers.get('location')).toBe(`${PORTAL}/portal`);
  });

  it.each([
    '/portal/activity?page=2',
    '/portal?role=media-admin#role-media-admin',
    '/portal/step-up?role=media-admin',
  ])('is not what the portal’s own pages are: %s', async (returnTo) => {
    const browser = login.browser();
    const asked = await startSignOn(browser, `?return_to=${encodeURIComponent(returnTo)}`);
    provider.claims = { nonce: asked.get('nonce') };
    const page = await browser.request(callbackUrl(provider, asked.get('state')));
    expect(page.headers.get('location')).toBe(`${PORTAL}${returnTo}`);
  });
});

describe('login CSRF', () => {
  it('does not sign a browser on with an answer that another browser asked for', async () => {
    const asked = await startSignOn(login.browser());
    provider.claims = { nonce: asked.get('nonce'), sub: 'attacker' };
    const victim = login.browser();
    const page = await victim.request(callbackUrl(provider, asked.get('state')));
    expect(page.status).toBe(400);
    expect(await isSignedOn(victim)).toBe(false);
    expect(provider.tokenRequests).toEqual([]);
  });

  it('does not either while the victim has a sign-on of their own under way', async () => {
    const asked = await startSignOn(login.browser());
    const victim = login.browser();
    await startSignOn(victim);
    const page = await victim.request(callbackUrl(provider, asked.get('state')));
    expect(page.status).toBe(400);
    expect(lastOutcome()).toEqual({ outcome: 'refused', code: 'sign_on_ended', reason: 'state-unreadable' });
    expect(provider.tokenRequests).toEqual([]);
  });

  it('is not done with a state that somebody sealed with keys of their own', async () => {
    const other = startLogin({ connections: [connectionTo(provider)] });
    const attacker = other.browser();
    const asked = await startSignOn(attacker);
    const victim = login.browser();
    const planted = attacker.jar('vend.example.com').get(STATE_COOKIE);
    victim.jar('vend.example.com').set(STATE_COOKIE, planted ?? { value: '', attributes: '' });
    const page = await victim.request(callbackUrl(provider, asked.get('state')));
    expect(page.status).toBe(400);
  });
});

describe('session fixation', () => {
  it('gives every sign-on a session that nobody could know, and ends the one that was there', async () => {
    const { browser } = await signOnAs(login, provider, { sub: 'attacker' });
    const planted = browser.jar('vend.example.com').get(SESSION_COOKIE)?.value ?? '';
    const attacker = login.browser();
    attacker.jar('vend.example.com').set(SESSION_COOKIE, { value: planted, attributes: '' });
    expect(await isSignedOn(attacker)).toBe(true);

    await signOnAs(login, provider, { sub: 'victim' }, browser);
    expect(browser.jar('vend.example.com').get(SESSION_COOKIE)?.value).not.toBe(planted);
    expect(await isSignedOn(attacker)).toBe(false);
  });
});

describe('an answer that comes again', () => {
  it('signs nobody on twice with one state, cookie and all', async () => {
    const browser = login.browser();
    const asked = await startSignOn(browser);
    const kept = browser.jar('vend.example.com').get(STATE_COOKIE);
    provider.claims = { nonce: asked.get('nonce') };
    const url = callbackUrl(provider, asked.get('state'));
    expect((await browser.request(url)).status).toBe(303);

    const thief = login.browser();
    thief.jar('vend.example.com').set(STATE_COOKIE, kept ?? { value: '', attributes: '' });
    expect((await thief.request(url)).status).toBe(400);
    expect(lastOutcome()).toMatchObject({ code: 'sign_on_ended', reason: 'state-used' });
    expect(provider.tokenRequests).toHaveLength(1);
  });

  it('signs one on of two that come together', async () => {
    const browser = login.browser();
    const asked = await startSignOn(browser);
    provider.claims = { nonce: asked.get('nonce') };
    const url = callbackUrl(provider, asked.get('state'));
    const pages = await Promise.all([browser.request(url), browser.request(url)]);
    expect(pages.map(({ status }) => status).sort()).toEqual([303, 400]);
  });

  it('leaves the browser nothing to try again with', async () => {
    const { browser } = await signOnAs(login, provider);
    expect(browser.jar('vend.example.com').has(STATE_COOKIE)).toBe(false);
  });

  it('is too late after ten minutes', async () => {
    const browser = login.browser();
    const asked = await startSignOn(browser);
    login.clock.advance(601_000);
    expect((await browser.request(callbackUrl(provider, asked.get('state')))).status).toBe(400);
    expect(provider.tokenRequests).toEqual([]);
  });

  it('shows the provider the verifier that fits the challenge, so that a stolen code is worth nothing', async () => {
    await signOnAs(login, provider);
    const [request] = provider.tokenRequests;
    expect(request?.get('code_verifier')?.length).toBeGreaterThanOrEqual(43);
  });
});

describe('mix-up', () => {
  let honest: OpenIdProvider;

  beforeEach(async () => {
    honest = await startOpenIdProvider();
    login = startLogin({
      connections: [connectionTo(honest, { id: 'honest' }), connectionTo(provider, { id: 'corporate' })],
    });
  });

  it('takes no answer at the address of another connection, and gives its code to nobody', async () => {
    const browser = login.browser();
    const asked = await startSignOn(browser, '', 'honest');
    const page = await browser.request(callbackUrl(honest, asked.get('state'), {}, 'corporate'));
    expect(page.status).toBe(400);
    expect([...provider.tokenRequests, ...honest.tokenRequests]).toEqual([]);
  });

  it.each([
    ['names another issuer', (): string | undefined => honest.issuer],
    ['names none, where the provider always does', (): string | undefined => undefined],
  ])('takes no answer that %s (RFC 9207)', async (_, iss) => {
    const browser = login.browser();
    const asked = await startSignOn(browser);
    provider.claims = { nonce: asked.get('nonce') };
    const page = await browser.request(callbackUrl(provider, asked.get('state'), { iss: iss() }));
    expect(page.status).toBe(403);
    expect(provider.tokenRequests).toEqual([]);
  });

  it('follows no discovery document of another issuer', async () => {
    provider.metadata = { issuer: honest.issuer };
    const page = await login.browser().request(new URL(`${PORTAL}/login/start/corporate`));
    expect(page.status).toBe(502);
  });

  it('calls a wrong issuer what it is, and tells nobody to wait', async () => {
    const start = async () => {
      const page = await login.browser().request(new URL(`${PORTAL}/login/start/corporate`));
      const { fields } = login.logger.lines.at(-1) ?? {};
      login.clock.advance(2_000);
      return [
        page.status,
        page.text.includes('not set up correctly'),
        page.headers.get('retry-after'),
        fields,
      ];
    };
    const requestId = expect.any(String);
    const about = { requestId, code: 'sign_on_misconfigured', cause: 'corporate' };
    provider.metadata = { issuer: 'https://other.example/\u202e' };
    const said = { ...about, reason: 'issuer-wrong', providerError: 'https://other.example/?' };
    expect(await start()).toEqual([502, true, null, said]);
    provider.metadata = { id_token_signing_alg_values_supported: ['HS256', 'none'] };
    const symmetric = { reason: 'id-token-algorithm', providerError: 'HS256 none' };
    expect(await start()).toEqual([502, true, null, { ...about, ...symmetric }]);
    provider.metadata = { jwks_uri: undefined };
    const lacking = { reason: 'metadata-unreadable', providerError: 'jwks_uri' };
    expect(await start()).toEqual([502, true, null, { ...about, ...lacking }]);
    const { handler } = provider.server;
    provider.server.handler = (_, response) => response.end('<html>');
    expect(await start()).toEqual([502, true, null, { ...about, reason: 'metadata-unreadable' }]);
    provider.server.handler = handler;
    login.state.signOn = SignOn.parse({
      connections: [connectionTo(provider, { issuer: `${provider.issuer.replace('http:', 'https:')}` })],
    });
    expect(await start()).toEqual([502, true, null, { ...about, reason: 'idp-tls' }]);
    login.state.signOn = SignOn.parse({ connections: [connectionTo(provider)] });
    provider.discoveryStatus = 404;
    expect(await start()).toEqual([502, true, null, { ...about, reason: 'metadata-missing' }]);
    provider.discoveryStatus = 429;
    expect((await start()).slice(0, 3)).toEqual([503, false, '5']);
  });
});

const OTHER_KEYS = generateKeys();
const now = () => Math.floor(Date.now() / 1000);
const good = (nonce: string) => ({
  iss: provider.issuer,
  aud: CLIENT_ID,
  sub: 'alice',
  iat: now(),
  exp: now() + 300,
  nonce,
});

describe('an ID token signs nobody on when', () => {
  it.each<readonly [string, (nonce: string) => string]>([
    ['it has another nonce', () => token({ claims: good('another') })],
    ['it has no nonce', (nonce) => token({ claims: { ...good(nonce), nonce: undefined } })],
    ['it is signed with somebody else’s key', (nonce) => token({ claims: good(nonce), keys: OTHER_KEYS })],
    ['it is not signed', (nonce) => unsignedToken('none', { claims: good(nonce) })],
    ['it is for another client', (nonce) => token({ claims: { ...good(nonce), aud: 'another' } })],
    [
      'it is for several, and not authorised by us',
      (nonce) => token({ claims: { ...good(nonce), aud: [CLIENT_ID, 'another'], azp: 'another' } }),
    ],
    ['it has expired', (nonce) => token({ claims: { ...good(nonce), exp: now() - 60, iat: now() - 600 } })],
    ['its subject is empty', (nonce) => token({ claims: { ...good(nonce), sub: '' } })],
    ['its subject hides a character', (nonce) => token({ claims: { ...good(nonce), sub: 'ali\u200bce' } })],
    [
      'its subject is too long for vend',
      (nonce) => token({ claims: { ...good(nonce), sub: 'a'.repeat(510) } }),
    ],
    ['its groups are no list', (nonce) => token({ claims: { ...good(nonce), groups: 'media,staff' } })],
    [
      'its groups are too many',
      (nonce) => token({ claims: { ...good(nonce), groups: Array(1_001).fill('a') } }),
    ],
  ])('%s', async (_, make) => {
    const browser = login.browser();
    const asked = await startSignOn(browser);
    provider.idToken = make(asked.get('nonce') ?? '');
    const page = await browser.request(callbackUrl(provider, asked.get('state')));
    expect(page.status).toBe(403);
    expect(await isSignedOn(browser)).toBe(false);
    expect(lastOutcome()).toMatchObject({ outcome: 'refused', code: 'sign_on_refused' });
  });

  it.each<readonly [string, string, string, (nonce: string) => string]>([
    [
      'it is of another issuer',
      'id-token-issuer',
      'https://evil.example/?',
      (nonce) => token({ claims: { ...good(nonce), iss: 'https://evil.example/\u202e' } }),
    ],
    [
      'it is signed with the public key as a secret',
      'id-token-algorithm',
      'HS256',
      (nonce) => hmacToken(publicPem('RS256'), { claims: good(nonce) }),
    ],
  ])('%s, and the operator is told which', async (_, reason, providerError, make) => {
    for (const offered of [['RS256'], ['HS256', 'RS256']]) {
      provider.metadata = { id_token_signing_alg_values_supported: offered };
      login = startLogin({ connections: [connectionTo(provider)] });
      const browser = login.browser();
      const asked = await startSignOn(browser);
      provider.idToken = make(asked.get('nonce') ?? '');
      const page = await browser.request(callbackUrl(provider, asked.get('state')));
      expect([page.status, page.text.includes('not set up correctly')]).toEqual([502, true]);
      expect(page.text).not.toContain(providerError);
      expect(await isSignedOn(browser)).toBe(false);
      expect(login.auditLog.events.at(-1)).toMatchObject({ outcome: 'refused', reason, providerError });
    }
  });

  it('and the same token as it should be does', async () => {
    const browser = login.browser();
    const asked = await startSignOn(browser);
    provider.idToken = token({ claims: good(asked.get('nonce') ?? '') });
    expect((await browser.request(callbackUrl(provider, asked.get('state')))).status).toBe(303);
  });
});

describe('an identity provider that fails', () => {
  it('is said to be down, before and after the redirect', async () => {
    const browser = login.browser();
    const asked = await startSignOn(browser);
    provider.isDown = true;
    const after = await browser.request(callbackUrl(provider, asked.get('state')));
    const fresh = startLogin({ connections: [connectionTo(provider)] });
    const before = await fresh.browser().request(new URL(`${PORTAL}/login/start/corporate`));
    for (const page of [before, after]) {
      expect(page.status).toBe(503);
      expect(page.headers.get('retry-after')).not.toBeNull();
      expect(page.text).toMatch(/does not answer/);
    }
  });

  it('cannot send Stint to an address of its choice', async () => {
    provider.metadata = { token_endpoint: 'http://169.254.169.254/latest/meta-data' };
    const browser = login.browser();
    const asked = await startSignOn(browser);
    const page = await browser.request(callbackUrl(provider, asked.get('state')));
    expect(page.status).toBe(502);
    expect(lastOutcome()).toMatchObject({ code: 'sign_on_misconfigured', reason: 'idp-address' });
  });
});

describe('no audit row', () => {
  it('means no session', async () => {
    login.auditLog.recordFault = { reason: 'store-failed', cause: 'OTSServerBusy' };
    const { browser, page } = await signOnAs(login, provider);
    expect(page.status).toBe(503);
    expect(browser.jar('vend.example.com').has(SESSION_COOKIE)).toBe(false);
  });
});

describe('a provider that has just changed its key', () => {
  const rotate = () => {
    const next = generateKeys();
    provider.keys = { keys: keySet(next).keys.map((key) => ({ ...key, kid: `next-${key.kid}` })) };
    provider.parts = { keys: next, header: { kid: 'next-key-RS256' } };
  };

  it('is asked for it at once, as vend asks', async () => {
    expect(await isSignedOn((await signOnAs(login, provider)).browser)).toBe(true);
    login.clock.advance(30_000);
    rotate();
    expect(await isSignedOn((await signOnAs(login, provider)).browser)).toBe(true);
  });

  it('is not asked again for 30 seconds, however many tokens name keys that are not there', async () => {
    login.clock.freeze();
    await signOnAs(login, provider);
    login.clock.advance(30_000);
    const asked = () => provider.server.requests.filter((request) => request.endsWith('/jwks')).length;
    const before = asked();
    provider.parts = { header: { kid: 'made-up' } };
    for (let n = 0; n < 5; n += 1) await signOnAs(login, provider);
    expect(asked() - before).toBe(1);
    expect(lastOutcome()).toMatchObject({ outcome: 'refused', reason: 'answer-refused' });
  });

  it('may publish two keys by one name', async () => {
    const [rsa] = keySet(generateKeys()).keys;
    provider.keys = { keys: [rsa ?? {}, ...keySet().keys, ...keySet().keys] };
    expect(await isSignedOn((await signOnAs(login, provider)).browser)).toBe(true);
  });
});
