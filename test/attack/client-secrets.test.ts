// Against other providers, and readers of logs: a client secret is sent to the token endpoint of its own provider
// alone, as RFC 6749 section 2.3.1 says, and nothing that the provider repeats of it is kept.
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { hmacToken } from '../support/issuer.ts';
import { PORTAL, startLogin } from '../support/login-app.ts';
import { CLIENT_ID, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { callbackUrl, connectionTo, isSignedOn, signOnAs, startSignOn } from '../support/sign-on.ts';

/** What separates, what escapes, what means a space, and what is no ASCII. */
const SECRET = 'a:b%2Fc+d e&f=g"Löwe&獅';

let provider: OpenIdProvider;
beforeEach(async () => {
  provider = await startOpenIdProvider();
});

function startWith(clientAuthentication: string, secrets: Readonly<Record<string, string>>) {
  const parts = { clientAuthentication, clientId: 'id:with%odd+parts' };
  const login = startLogin({ connections: [connectionTo(provider, parts)], secrets });
  provider.claims = {};
  return login;
}

const formDecoded = (part: string | undefined): string | null =>
  new URLSearchParams(`part=${part}`).get('part');

function readBasic(header: string | undefined) {
  const [scheme, encoded = ''] = header?.split(' ') ?? [];
  const [id, secret, ...rest] = Buffer.from(encoded, 'base64').toString('latin1').split(':');
  return { scheme, id: formDecoded(id), secret: formDecoded(secret), rest };
}

const own = { aud: 'id:with%odd+parts' };

describe('a client secret', () => {
  it('goes into the header, form-encoded, so that it can hold anything', async () => {
    const login = startWith('client_secret_basic', { corporate: SECRET });
    const { browser } = await signOnAs(login, provider, own);
    expect(await isSignedOn(browser)).toBe(true);
    expect(readBasic(provider.authorizations[0])).toEqual({
      scheme: 'Basic',
      id: 'id:with%odd+parts',
      secret: SECRET,
      rest: [],
    });
    expect(provider.tokenRequests[0]?.has('client_secret')).toBe(false);
  });

  it('goes into the body where the provider wants it there', async () => {
    const login = startWith('client_secret_post', { corporate: SECRET });
    const { browser } = await signOnAs(login, provider, own);
    expect(await isSignedOn(browser)).toBe(true);
    expect(provider.tokenRequests[0]?.get('client_secret')).toBe(SECRET);
    expect(provider.authorizations).toEqual([undefined]);
  });

  it('comes with PKCE all the same: a stolen code needs both', async () => {
    const login = startWith('client_secret_basic', { corporate: SECRET });
    await signOnAs(login, provider, own);
    expect(provider.tokenRequests[0]?.get('code_verifier')?.length).toBeGreaterThanOrEqual(43);
  });

  it('is not sent for a connection that wants none', async () => {
    const login = startWith('none', { corporate: SECRET });
    await signOnAs(login, provider, own);
    expect(provider.authorizations).toEqual([undefined]);
    expect([...(provider.tokenRequests[0]?.values() ?? [])]).not.toContain(SECRET);
  });

  it('is no key that an ID token may be signed with', async () => {
    const login = startWith('client_secret_basic', { corporate: SECRET });
    provider.metadata = { id_token_signing_alg_values_supported: ['RS256', 'HS256'] };
    const browser = login.browser();
    const asked = await startSignOn(browser);
    const seconds = Math.floor(Date.now() / 1000);
    const claims = { iss: provider.issuer, ...own, sub: 'alice', iat: seconds, exp: seconds + 300 };
    provider.idToken = hmacToken(SECRET, { claims: { ...claims, nonce: asked.get('nonce') } });
    const page = await browser.request(callbackUrl(provider, asked.get('state')));
    expect([page.status, await isSignedOn(browser)]).toEqual([502, false]);
    expect(login.auditLog.events.at(-1)).toMatchObject({ reason: 'id-token-algorithm' });
  });
});

describe('a connection that needs a secret', () => {
  const startPage = (login: ReturnType<typeof startLogin>) =>
    login.browser().request(new URL(`${PORTAL}/login/start/corporate`));

  /**
   * @attack OpenID sign-on: a connection whose client secret is missing, as a public client
   * @removed the refusal without a secret
   * @failed 2 of 13: and has none signs nobody on by client_secret_basic: `expected 303 to be 502`
   * @note a provider that insists on the secret refuses too
   */
  it.each(['client_secret_basic', 'client_secret_post'])(
    'and has none signs nobody on by %s, asks nobody, and is named in the log',
    async (clientAuthentication) => {
      const login = startWith(clientAuthentication, { another: SECRET });
      const page = await startPage(login);
      expect(page.status).toBe(502);
      expect(page.text).toContain('not set up correctly');
      expect(page.text).not.toContain('corporate');
      expect(provider.server.requests).toEqual([]);
      expect(login.logger.lines).toMatchObject([
        {
          level: 'error',
          fields: { code: 'sign_on_misconfigured', reason: 'client-secret-missing', cause: 'corporate' },
        },
      ]);
    },
  );

  it('does not stand in the way of the others', async () => {
    const parts = { id: 'other', clientAuthentication: 'client_secret_post' };
    const login = startLogin({ connections: [connectionTo(provider, parts), connectionTo(provider)] });
    const { browser } = await signOnAs(login, provider);
    expect(await isSignedOn(browser)).toBe(true);
  });

  /**
   * @attack OpenID sign-on: a client secret that a provider repeats, in a log or an audit row
   * @removed the constant cause (made the provider's words)
   * @failed 7 of 50: and is refused by its body: `expected [ { …(9) } ] to match object [ { …(3) } ]`
   * @also test/attack/secret-never-leaves.test.ts
   */
  it.each<readonly [string, OpenIdProvider['refusal']]>([
    ['by its body', { status: 400, body: { error: 'invalid_client' } }],
    ['for this kind of grant', { status: 400, body: { error: 'unauthorized_client' } }],
    [
      'by a challenge',
      { status: 401, body: { error: 'invalid_client' }, headers: { 'www-authenticate': 'Basic realm="x"' } },
    ],
  ])(
    'and is refused %s, with a secret that has expired, says that the operator must act',
    async (_, refusal) => {
      const login = startWith('client_secret_basic', { corporate: SECRET });
      provider.refusal = refusal;
      const { page } = await signOnAs(login, provider, own);
      expect(page.status).toBe(502);
      expect(login.auditLog.events).toMatchObject([
        { code: 'sign_on_misconfigured', reason: 'client-authentication-refused', cause: 'corporate' },
      ]);
    },
  );

  it('and whose code is refused says that the person was not signed in', async () => {
    const login = startWith('client_secret_basic', { corporate: SECRET });
    provider.refusal = { status: 400, body: { error: 'invalid_grant' } };
    const { page } = await signOnAs(login, provider, own);
    expect(page.status).toBe(403);
    expect(login.auditLog.events).toMatchObject([{ code: 'sign_on_refused', reason: 'code-refused' }]);
  });

  /**
   * @attack OpenID sign-on: one provider's client secret shown to another
   * @removed the connection's own entry (made the first)
   * @failed 3 of 13: and is its own provider’s sends nobody else’s secret there: `expected [ { scheme:
   *   'Basic', …(3) }, …(1) ] to match object [ { id: 'stint', …(1) }, …(1) ]`
   */
  it('and is its own provider’s sends nobody else’s secret there', async () => {
    const other = await startOpenIdProvider();
    const basic = { clientAuthentication: 'client_secret_basic' };
    const login = startLogin({
      connections: [connectionTo(provider, basic), connectionTo(other, { ...basic, id: 'other' })],
      secrets: { corporate: 'of-corporate', other: 'of-other' },
    });
    await signOnAs(login, provider);
    const browser = login.browser();
    const asked = await startSignOn(browser, '', 'other');
    other.claims = { sub: 'bob', nonce: asked.get('nonce') };
    await browser.request(callbackUrl(other, asked.get('state'), {}, 'other'));
    const sent = [...provider.authorizations, ...other.authorizations].map((header) => readBasic(header));
    expect(sent).toMatchObject([
      { id: CLIENT_ID, secret: 'of-corporate' },
      { id: CLIENT_ID, secret: 'of-other' },
    ]);
  });
});

describe('what a provider repeats of its request for a token', () => {
  /** Every character that one may have, as far as ASCII goes: encoders differ in which of them they leave as they are. */
  const ASCII = String.fromCharCode(...Array.from({ length: 95 }, (_, n) => 0x20 + n));
  const CODE = "c~o!d'e(*).-_/+%";

  /** Of the request: the header, and the fields of the body as they were sent. */
  type Sent = { readonly header: string; readonly fields: readonly string[] };

  async function refusedWith(clientAuthentication: string, secret: string, repeat: (sent: Sent) => string) {
    const login = startWith(clientAuthentication, { corporate: secret });
    const { handler } = provider.server;
    provider.server.handler = async (request, response) => {
      if (request.url !== '/token') return handler(request, response);
      const sent = { header: request.headers.authorization ?? '', fields: (await text(request)).split('&') };
      const body = { error: 'invalid_client', error_description: repeat(sent) };
      return response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const browser = login.browser();
    const asked = await startSignOn(browser);
    await browser.request(callbackUrl(provider, asked.get('state'), { code: CODE }));
    return [login.auditLog.events.at(-1), login.logger.lines.at(-1)?.fields].map(
      (written) => written?.['providerError'],
    );
  }

  const field =
    (name: string) =>
    ({ fields }: Sent): string =>
      fields.find((one) => one.startsWith(`${name}=`)) ?? '';
  const decoded = ({ header }: Sent): string => Buffer.from(header.slice(6), 'base64').toString('latin1');

  /**
   * @attack OpenID sign-on: the same as it was sent: in the Authorization header, or in a field of the form
   * @removed all spellings but the old ones
   * @failed 6 of 19: is in no log and no audit row: the header: `expected [ …(2) ] to deeply equal [ …(2) ]`
   * @note the whole header was in the log, the secret in it in base64
   */
  it.each<readonly [string, string, (sent: Sent) => string, string]>([
    ['the header', 'client_secret_basic', ({ header }) => header, 'Basic [removed]'],
    [
      'the header without padding',
      'client_secret_basic',
      ({ header }) => header.replace(/=+$/, ''),
      'Basic [removed]',
    ],
    ['what the header holds', 'client_secret_basic', decoded, '[removed]'],
    [
      'the password of the header',
      'client_secret_basic',
      (sent) => decoded(sent).split(':')[1] ?? '',
      '[removed]',
    ],
    ['the field of the body', 'client_secret_post', field('client_secret'), 'client_secret=[removed]'],
    ['the code', 'client_secret_post', field('code'), 'code=[removed]'],
  ])('is in no log and no audit row: %s', async (_, method, repeat, left) => {
    for (const secret of ["Zz~!'()*-._+/%09", `${ASCII} Löwe 獅`, 'ab', 'a%2']) {
      const said = `invalid_client: ${left}`;
      expect(await refusedWith(method, secret, repeat)).toEqual([said, said]);
    }
  });
});
