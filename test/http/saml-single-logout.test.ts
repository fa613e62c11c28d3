// A person who signs out of a SAML session is signed out here first, then at the identity provider, and reads whether
// the provider confirmed it.
import { describe, expect, it } from 'vitest';
import { readSamlKeys } from '../../functions/login/keys/saml-key-set.ts';
import { verifyRedirect } from '../../functions/login/sign-on-saml/protocol/redirect-binding.ts';
import { readRedirected } from '../../local/saml/read-service-provider.ts';
import type { Browser, Page } from '../support/browser.ts';
import { connection, type Forgery, PERSISTENT, SP } from '../support/saml-idp.ts';
import { isSignedOn, PUBLIC_URL, SAML_KEYS, SamlLogin } from '../support/saml-login.ts';
import { type AnswerForgery, answerForm, answerQuery, IDP_SLO, SLO } from '../support/saml-logout.ts';

const PORTAL = `${PUBLIC_URL}/portal`;

async function signedOn(forgery: Forgery = {}, fields: object = { sloUrl: IDP_SLO }, keys = SAML_KEYS) {
  const login = new SamlLogin(keys);
  login.connections.splice(0, 1, connection(fields));
  const browser = login.newBrowser();
  await login.answer(browser, await login.begin(browser), forgery);
  expect(isSignedOn(browser)).toBe(true);
  return { login, browser };
}

/** Where the page that follows a sign-out leads. */
async function signOut(browser: Browser): Promise<{ page: Page; next: URL }> {
  const page = await browser.submit(await browser.open(PORTAL), {});
  return { page, next: new URL(page.headers.get('refresh')?.replace('0; url=', '') ?? '') };
}

const requestIn = (next: URL) => readRedirected(next.searchParams.get('SAMLRequest'));

async function leaving(forgery: Forgery = {}) {
  const { login, browser } = await signedOn(forgery);
  const { next } = await signOut(browser);
  const inResponseTo = requestIn(next)?.attributes.get('ID') ?? '';
  const answered = (forged: AnswerForgery = {}): AnswerForgery => ({
    ...forged,
    contents: { inResponseTo, ...forged.contents },
  });
  return {
    login,
    browser,
    redirect: (forged?: AnswerForgery) => browser.open(`${SLO}${answerQuery(answered(forged))}`),
    post: (forged?: AnswerForgery) =>
      browser.open(SLO, undefined, {
        method: 'POST',
        body: new URLSearchParams(answerForm(answered(forged))),
        headers: { origin: 'https://idp.example.com', 'sec-fetch-site': 'cross-site' },
      }),
  };
}

describe('somebody who signs out of a session that came by SAML', () => {
  /**
   * @attack SAML: an identity provider that keeps a session here alive
   * @removed the end of the session before the browser leaves
   * @failed 1 of 16: is signed out here before anybody asks the identity provider: `expected '<!doctype
   *   html>…' to contain '/login/start/corp'`
   */
  it('is signed out here before anybody asks the identity provider', async () => {
    const { login, browser } = await signedOn();
    const kept = browser.jar('vend.example.com').get('__Host-stint-session');
    const { page } = await signOut(browser);
    expect(page.text).toContain('may still know you in this browser');
    if (kept) browser.jar('vend.example.com').set('__Host-stint-session', kept);
    expect((await browser.open(PORTAL)).text).toContain('/login/start/corp');
    expect(login.auditLog.events.at(-1)).toMatchObject({ action: 'sign-out', subject: 'alice' });
  });

  it('goes on to the identity provider, with a request that Stint has signed', async () => {
    const { browser } = await signedOn();
    const { next } = await signOut(browser);
    expect(next.origin + next.pathname).toBe(IDP_SLO);
    expect([...next.searchParams.keys()]).toEqual(['SAMLRequest', 'SigAlg', 'Signature']);
    expect(verifyRedirect(next.search, 'SAMLRequest', SAML_KEYS.certificates.slice(0, 1)).ok).toBe(true);
    const request = requestIn(next);
    expect(request?.name).toBe('LogoutRequest');
    expect(request?.attributes.get('Destination')).toBe(IDP_SLO);
    expect(request?.attributes.get('ID')).toMatch(/^_[\w-]{43}$/);
    expect(request?.children.map(({ name, text }) => [name, text])).toEqual([
      ['Issuer', SP],
      ['NameID', 'alice'],
      ['SessionIndex', '_session1'],
    ]);
  });

  it.each<[string, string, Record<string, string>]>([
    ['a format', '', { Format: PERSISTENT }],
    [
      'a format and qualifiers',
      ` NameQualifier="https://idp.example.com/saml" SPNameQualifier="${SP}"`,
      { Format: PERSISTENT, NameQualifier: 'https://idp.example.com/saml', SPNameQualifier: SP },
    ],
  ])('is named there as they were named here, with %s', async (_, qualifiers, expected) => {
    const edit = (xml: string) => xml.replace('<saml:NameID ', `<saml:NameID${qualifiers} `);
    const { browser } = await signedOn({ edit });
    const { next } = await signOut(browser);
    const nameId = requestIn(next)?.children.find(({ name }) => name === 'NameID');
    expect(Object.fromEntries(nameId?.attributes ?? [])).toEqual(expected);
  });

  it('is named without a session index where there was none, and with the format that none means', async () => {
    const edit = (xml: string) =>
      xml.replace(/ SessionIndex="[^"]*"/, '').replace(/(<saml:NameID) Format="[^"]*"/, '$1');
    const { browser } = await signedOn({ edit }, { sloUrl: IDP_SLO, subject: 'mail' });
    const { next } = await signOut(browser);
    expect(requestIn(next)?.children.map(({ name }) => name)).toEqual(['Issuer', 'NameID']);
    expect(requestIn(next)?.children[1]?.attributes.get('Format')).toMatch(/:unspecified$/);
  });

  /**
   * @attack SAML: a logout request that could be anybody's
   * @removed the need for a key
   * @failed 1 of 16: stays here where there is no key: `expected 'https://idp.example.com/slo?…' to be
   *   'https://vend.example.com/portal'`
   */
  it.each<[string, Forgery, object, typeof SAML_KEYS]>([
    ['the connection has no address for it', {}, {}, SAML_KEYS],
    ['there is no key', {}, { sloUrl: IDP_SLO }, readSamlKeys([])],
    [
      'nobody named them by a NameID',
      { edit: (xml) => xml.replace(/<saml:NameID.*<\/saml:NameID>/, '') },
      { sloUrl: IDP_SLO, subject: 'mail' },
      SAML_KEYS,
    ],
  ])('stays here where %s', async (_, forgery, fields, keys) => {
    const { browser } = await signedOn(forgery, fields, keys);
    const { next } = await signOut(browser);
    expect(next.href).toBe(PORTAL);
    expect((await browser.open(PORTAL)).text).toContain('/login/start/corp');
  });

  it.each(['redirect', 'post'] as const)(
    'reads that it is over there as well, answered by %s',
    async (binding) => {
      const { browser, [binding]: come } = await leaving();
      const page = await come();
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
      expect(page.text).toContain('Here, and at your company’s sign-on.');
      expect(browser.jar('vend.example.com').has('__Host-stint-saml-logout')).toBe(false);
    },
  );

  it.each([
    ['that it could not', ['Responder']],
    ['that it did not everywhere', ['Success', 'PartialLogout']],
    ['that it knows nobody of that name', ['Requester', 'UnknownPrincipal']],
  ] as const)('reads that the company may still know them when it answers %s', async (_, status) => {
    const { redirect, login } = await leaving();
    const page = await redirect({ contents: { status } });
    expect([page.status, page.text.includes('did not confirm')]).toEqual([200, true]);
    expect(login.logger.lines.at(-1)).toMatchObject({
      event: 'logout-unconfirmed',
      fields: { cause: 'idp-refused', connection: 'corp' },
    });
  });

  it('reads the same when nothing can be remembered, and is signed out', async () => {
    const { redirect, login, browser } = await leaving();
    login.once.fault = { reason: 'store-failed', cause: 'down' };
    expect((await redirect()).text).toContain('did not confirm');
    expect(isSignedOn(browser)).toBe(false);
  });

  it('reads it in their language', async () => {
    const { browser } = await leaving();
    const page = await browser.open(`${SLO}?SAMLResponse=x`, undefined, {
      headers: { 'accept-language': 'zh-CN' },
    });
    expect(page.text).toContain('您仅退出了本门户');
  });
});

describe('the metadata', () => {
  it('say that logouts are taken by redirect, which is better, and by POST', async () => {
    const { login } = await signedOn();
    const { text } = await login.newBrowser().open(`${PUBLIC_URL}/login/saml/corp/metadata`);
    expect(
      [...text.matchAll(/<md:SingleLogoutService Binding="[^"]*:([^":]*)" Location="([^"]*)"/g)].map(
        ([, ...found]) => found,
      ),
    ).toEqual([
      ['HTTP-Redirect', SLO],
      ['HTTP-POST', SLO],
    ]);
  });
});
