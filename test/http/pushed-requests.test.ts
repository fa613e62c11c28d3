// Pushed authorization requests (RFC 9126): Stint sends the request of a sign-in to the provider itself, where the provider's
// metadata demand it or the connection says so.
import { beforeEach, describe, expect, it } from 'vitest';
import { type Login, PORTAL, startLogin } from '../support/login-app.ts';
import { CLIENT_ID, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { startRealProvider } from '../support/real-provider.ts';
import { connectionTo, isSignedOn } from '../support/sign-on.ts';

describe('a provider that demands it of everybody', () => {
  it('signs people on, and their browsers carry nothing but a name', async () => {
    const provider = await startRealProvider(`${PORTAL}/login/callback/corporate`, {
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
    });
    const { issuer } = provider;
    const login = startLogin({
      connections: [{ id: 'corporate', kind: 'oidc', name: 'Example Corp', issuer, clientId: CLIENT_ID }],
    });
    const browser = login.browser();
    await browser.open(`${PORTAL}/login/start/corporate`);
    expect(await isSignedOn(browser)).toBe(true);
    expect(provider.asked).toEqual(['push', 'authorization_code']);
    const asked = browser.visited.find(({ pathname }) => pathname === '/auth');
    expect([...(asked?.searchParams.keys() ?? [])].sort()).toEqual(['client_id', 'request_uri']);
  });
});

describe('a provider that demands it of this client alone', () => {
  const AT = { pushedRequests: true };
  let provider: OpenIdProvider;
  let login: Login;

  beforeEach(async () => {
    provider = await startOpenIdProvider();
    provider.metadata = { pushed_authorization_request_endpoint: `${provider.issuer}/par` };
    login = startLogin({ connections: [connectionTo(provider, AT)] });
  });

  const start = () => login.browser().request(new URL(`${PORTAL}/login/start/corporate`));

  it('gets the whole request, with a challenge, a state and a nonce', async () => {
    const page = await start();
    const { searchParams } = new URL(page.headers.get('location') ?? '');
    expect(searchParams.get('request_uri')).toBe('urn:example:pushed');
    expect(searchParams.has('state')).toBe(false);
    const [pushed] = provider.pushed;
    expect(Object.fromEntries(pushed ?? [])).toMatchObject({
      client_id: CLIENT_ID,
      redirect_uri: `${PORTAL}/login/callback/corporate`,
      code_challenge_method: 'S256',
      nonce: expect.stringMatching(/.{43}/),
      state: expect.stringMatching(/.{43}/),
    });
  });

  it.each<[string, object, object]>([
    [
      'refuses the request',
      {
        refusal: { status: 400, body: { error: 'invalid_request', error_description: 'no such\nredirect' } },
      },
      { reason: 'request-refused', providerError: 'invalid_request: no such?redirect' },
    ],
    [
      'refuses the client',
      { refusal: { status: 401, body: { error: 'invalid_client' } } },
      { reason: 'client-authentication-refused', providerError: 'invalid_client' },
    ],
    [
      'has no such endpoint',
      { metadata: {} },
      { reason: 'metadata-missing', providerError: 'pushed_authorization_request_endpoint' },
    ],
    [
      'answers by a page of a gateway',
      { refusal: { status: 403, body: '<p>blocked</p>', headers: { 'content-type': 'text/html' } } },
      { reason: 'request-refused' },
    ],
    [
      'answers without a name',
      { refusal: { status: 201, body: { expires_in: 60 } } },
      { reason: 'request-refused' },
    ],
  ])('and %s: the operator is told, and no browser is sent there', async (_, change, written) => {
    Object.assign(provider, change);
    const page = await start();
    expect([page.status, page.headers.get('location')]).toEqual([502, null]);
    expect(page.text).not.toContain('redirect');
    expect(login.logger.lines.at(-1)?.fields).toMatchObject({ code: 'sign_on_misconfigured', ...written });
  });

  it('and is busy: people are asked to wait', async () => {
    provider.refusal = { status: 429, body: { error: 'temporarily_unavailable' } };
    expect((await start()).status).toBe(503);
    expect(login.logger.lines.at(-1)?.fields).toMatchObject({
      code: 'idp_unavailable',
      reason: 'idp-unreadable',
    });
  });

  it('is not sent what it does not demand, if the connection says so', async () => {
    provider.metadata = { require_pushed_authorization_requests: true };
    login = startLogin({ connections: [connectionTo(provider, { pushedRequests: false })] });
    expect(new URL((await start()).headers.get('location') ?? '').searchParams.has('nonce')).toBe(true);
  });
});
