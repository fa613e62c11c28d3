// A person signs on by SAML: the whole flow works, and each refusal is told to the person on a page and to the
// operator in the audit row.
import { describe, expect, it } from 'vitest';
import { readRedirected } from '../../local/saml/read-service-provider.ts';
import { connection, PERSISTENT } from '../support/saml-idp.ts';
import { isSignedOn, PUBLIC_URL, SamlLogin } from '../support/saml-login.ts';

describe('somebody who signs on by SAML', () => {
  it('is sent off with a request, comes back with the answer, and has a session', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    const asked = await login.begin(browser, '/login/start/corp?return_to=/portal/roles');
    expect(asked.url.origin + asked.url.pathname).toBe('https://idp.example.com/sso');
    expect(asked.requestId).toMatch(/^_[\w-]{43}$/);
    const page = await login.answer(browser, asked);
    expect(page.url.href).toBe(`${PUBLIC_URL}/portal/roles`);
    expect(isSignedOn(browser)).toBe(true);
    expect(login.auditLog.events.at(-1)).toMatchObject({
      action: 'sign-on',
      outcome: 'granted',
      connection: 'corp',
      subject: 'alice',
    });
  });

  it('needs three addresses of ours: the start, the response, and the end', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    await login.answer(browser, await login.begin(browser));
    expect(browser.visited.map(({ pathname }) => pathname)).toEqual([
      '/login/start/corp',
      '/login/saml/corp/acs',
      '/login/saml/corp/finish',
      '/portal',
    ]);
  });

  it('asks for no certain way to prove oneself, and for a name that lasts', async () => {
    const login = new SamlLogin();
    const { url } = await login.begin(login.newBrowser());
    const request = readRedirected(url.searchParams.get('SAMLRequest'));
    expect(request?.attributes.get('AssertionConsumerServiceURL')).toBe(`${PUBLIC_URL}/login/saml/corp/acs`);
    expect(request?.attributes.get('Destination')).toBe('https://idp.example.com/sso');
    const [issuer, policy, ...rest] = request?.children ?? [];
    expect(issuer?.text).toBe(`${PUBLIC_URL}/login/saml/corp/metadata`);
    expect(policy?.attributes.get('Format')).toBe(PERSISTENT);
    expect(rest).toEqual([]);
  });

  it.each([
    ['anew when a role needs a fresh proof', '/login/start/corp?fresh', 'true'],
    ['as the identity provider sees fit otherwise', '/login/start/corp', undefined],
  ])('proves themselves %s', async (_, path, forceAuthn) => {
    const login = new SamlLogin();
    const { url } = await login.begin(login.newBrowser(), path);
    const request = readRedirected(url.searchParams.get('SAMLRequest'));
    expect(request?.attributes.get('ForceAuthn')).toBe(forceAuthn);
  });

  it.each([
    [
      'by one of the contexts that the connection names, in a step-up',
      '/login/start/corp?fresh',
      ['urn:a', 'urn:b'],
    ],
    ['as the identity provider sees fit otherwise, also with such contexts', '/login/start/corp', []],
  ])('proves themselves %s', async (_, path, contexts) => {
    const login = new SamlLogin();
    login.connections.splice(0, 1, connection({ stepUp: { authnContexts: ['urn:a', 'urn:b'] } }));
    const { url } = await login.begin(login.newBrowser(), path);
    const request = readRedirected(url.searchParams.get('SAMLRequest'));
    const asked = request?.children.find(({ name }) => name === 'RequestedAuthnContext');
    expect(asked?.children.map(({ text }) => text) ?? []).toEqual(contexts);
    expect(asked?.attributes.get('Comparison')).toBe(contexts.length > 0 ? 'exact' : undefined);
  });

  it('is told on a page of ours that the company’s sign-in refused', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    const edit = (xml: string) => xml.replace('status:Success', 'status:Responder');
    const page = await login.answer(browser, await login.begin(browser), { edit });
    expect(page.status).toBe(403);
    expect(page.text).toContain('You were not signed in');
    expect(login.refusal).toBe('sign_on_refused idp-error idp-refused');
    expect(login.auditLog.events.at(-1)?.providerError).toBe('Responder');
  });

  it('leaves to the operator why the company’s sign-in refused', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    const status = 'urn:oasis:names:tc:SAML:2.0:status';
    const why = `<samlp:Status><samlp:StatusCode Value="${status}:Responder"><samlp:StatusCode Value="${status}:AuthnFailed"/></samlp:StatusCode><samlp:StatusMessage>No second\u202e factor</samlp:StatusMessage></samlp:Status>`;
    const edit = (xml: string) => xml.replace(/<samlp:Status>.*<\/samlp:Status>/s, why);
    const page = await login.answer(browser, await login.begin(browser), { edit });
    expect(page.text).not.toContain('second');
    expect(login.auditLog.events.at(-1)?.providerError).toBe('Responder: AuthnFailed: No second? factor');
  });

  it('stays signed on no longer than the identity provider wants', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    const until = (xml: string) =>
      xml.replace('SessionIndex=', 'SessionNotOnOrAfter="2026-03-01T12:20:00Z" SessionIndex=');
    await login.answer(browser, await login.begin(browser), { edit: until });
    const portalAt = async (time: string) => {
      login.now = new Date(time);
      return (await browser.open(`${PUBLIC_URL}/portal`)).text;
    };
    expect(await portalAt('2026-03-01T12:19:59Z')).not.toContain('/login/start/corp');
    expect(await portalAt('2026-03-01T12:20:00Z')).toContain('/login/start/corp');
  });

  /**
   * @attack Passkey after the end that the company gave its session (`SessionNotOnOrAfter`)
   * @removed the look whether the new session is open
   * @failed 2 of 56: is refused, and not signed on for no time, when the session has ended before it begins:
   *   `expected [ 200, true ] to deeply equal [ 403, false ]`
   * @note it was granted in the audit trail, and dead on arrival
   * @also test/attack/passkeys.test.ts
   */
  it('is refused, and not signed on for no time, when the session has ended before it begins', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    const past = (xml: string) =>
      xml.replace('SessionIndex=', 'SessionNotOnOrAfter="2026-03-01T11:59:45Z" SessionIndex=');
    const page = await login.answer(browser, await login.begin(browser), { edit: past });
    expect([page.status, isSignedOn(browser)]).toEqual([403, false]);
    expect(login.refusal).toBe('sign_on_refused sign-on-too-old');
  });

  it('finds nothing at a connection of another kind or name', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    for (const path of ['/login/start/other', '/login/saml/other/metadata']) {
      expect((await browser.open(`${PUBLIC_URL}${path}`)).status, path).toBe(404);
    }
    expect((await login.post(browser, { SAMLResponse: '' }, 'other')).status).toBe(404);
  });
});

describe('the administrator of the identity provider', () => {
  it('gets the metadata of the connection', async () => {
    const login = new SamlLogin();
    const page = await login.newBrowser().open(`${PUBLIC_URL}/login/saml/corp/metadata`);
    expect(page.headers.get('content-type')).toBe('application/samlmetadata+xml; charset=utf-8');
    expect(page.text).toContain(`entityID="${PUBLIC_URL}/login/saml/corp/metadata"`);
    expect(page.text).toContain(`Location="${PUBLIC_URL}/login/saml/corp/acs"`);
    expect(page.text).toContain(`<md:NameIDFormat>${PERSISTENT}<`);
    expect(page.text).toContain('WantAssertionsSigned="true"');
  });
});

describe('a tile of the identity provider, which asks nobody', () => {
  const unasked = async (login: SamlLogin, relayState: string) => {
    const browser = login.newBrowser();
    return {
      browser,
      page: await login.answer(browser, { url: new URL(PUBLIC_URL), requestId: '', relayState }),
    };
  };

  /**
   * @attack SAML: the same, where no tile is allowed
   * @removed the flag
   * @failed 1 of 39: leads nowhere unless the connection says so: `expected 303 to be 400`
   * @also test/attack/saml-sign-on.test.ts
   */
  it('leads nowhere unless the connection says so', async () => {
    const login = new SamlLogin();
    const { browser, page } = await unasked(login, '');
    expect(page.status).toBe(400);
    expect(login.refusal).toBe('sign_on_ended state-missing');
    expect(isSignedOn(browser)).toBe(false);
  });

  /**
   * @attack SAML: a response that nobody asked for
   * @removed its being thrown away
   * @failed 3 of 13: makes Stint ask where it does, and throw the answer to nothing away: `expected 400 to be
   *   303`
   * @note taken as an answer, it lacks a request
   */
  it.each(['', 'https://elsewhere.example/', 'home'])(
    'makes Stint ask where it does, and throw the answer to nothing away (RelayState %j)',
    async (relayState) => {
      const login = new SamlLogin();
      login.connections.splice(0, 1, connection({ allowIdpInitiated: true }));
      const { browser, page } = await unasked(login, relayState);
      expect(page.status).toBe(303);
      expect(page.headers.get('location')).toMatch(/^https:\/\/idp\.example\.com\/sso\?SAMLRequest=/);
      expect(isSignedOn(browser)).toBe(false);
      const { searchParams } = new URL(page.headers.get('location') ?? '');
      expect(searchParams.get('RelayState')).toMatch(/^[\w-]{43}$/);
    },
  );
});
