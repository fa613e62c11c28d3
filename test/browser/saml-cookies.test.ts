// SAML across sites in a real browser, which alone decides what cookies go along: Stint is at localhost, its identity
// provider at 127.0.0.1. Chromium takes Secure cookies from http://localhost, so nothing else had to be changed.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { serviceProvider } from '../../functions/login/sign-on-saml/protocol/service-provider.ts';
import { listenNear } from '../../local/fc/listen.ts';
import { newId, signXml } from '../../local/saml/issue-response.ts';
import { logoutResponseXml } from '../../local/saml/log-out.ts';
import { readRedirected } from '../../local/saml/read-service-provider.ts';
import { openSamlKey } from '../../local/saml/saml-signing-key.ts';
import { POST_PAGE_POLICY, postPage, type SamlIdp, startSamlIdp } from '../../local/saml/server.ts';
import { type MovableClock, startLogin } from '../support/login-app.ts';
import { connection } from '../support/saml-idp.ts';
import { SAML_KEYS } from '../support/saml-login.ts';
import { openBrowser } from './open-browser.ts';

const STATE = '__Host-stint-saml';
const LOGOUT_STATE = '__Host-stint-saml-logout';

const stateDir = mkdtempSync(join(tmpdir(), 'stint-saml-cookies-'));
const server = createServer();
let browser: Browser;
let idp: SamlIdp;
let publicUrl: string;
let clock: MovableClock;
/** Which cookies are sent on with another SameSite than Stint's own, to see that it is the attribute that counts. */
let laxly: string | undefined;
/** As they came in: a browser's own tools show no header that it adds last. */
const received: Request[] = [];

async function start(): Promise<void> {
  publicUrl = `http://localhost:${await listenNear(server, '127.0.0.1', 0, 1)}`;
  const corp = { id: connection().id };
  idp = await startSamlIdp({ port: 0, stateDir, serviceProvider: serviceProvider(corp, publicUrl) });
  const { entityId, ssoUrl, sloUrl, certificate } = idp;
  const idpSays = { entityId, ssoUrl, sloUrl, certificates: [certificate] };
  const login = startLogin({
    publicUrl,
    connections: [connection({ ...idpSays, signRequests: true })],
    parts: { samlKeys: SAML_KEYS },
  });
  const { app } = login;
  clock = login.clock;
  const listener = getRequestListener(async (request) => {
    received.push(request);
    const response = await app.fetch(request);
    const cookies = response.headers.getSetCookie();
    response.headers.delete('set-cookie');
    for (const cookie of cookies) {
      const isChanged = laxly !== undefined && cookie.startsWith(`${laxly}=`);
      response.headers.append(
        'set-cookie',
        isChanged ? cookie.replace('SameSite=None', 'SameSite=Lax') : cookie,
      );
    }
    return response;
  });
  server.on('request', (request, response) => void listener(request, response));
}

beforeAll(async () => {
  [browser] = await Promise.all([openBrowser(), start()]);
});
afterAll(async () => {
  await browser?.close();
  await idp?.close();
  server.closeAllConnections();
  server.close();
  rmSync(stateDir, { recursive: true, force: true });
});

async function visit(): Promise<Page> {
  const context = await browser.newContext({ locale: 'en' });
  onTestFinished(async () => {
    laxly = undefined;
    received.splice(0);
    await context.close();
  });
  return context.newPage();
}

function headersOf(method: string, path: string): Headers {
  const found = received.find(
    (request) => request.method === method && new URL(request.url).pathname === path,
  );
  if (!found) throw new Error(`no ${method} ${path}`);
  return found.headers;
}

async function signOn(page: Page): Promise<void> {
  await page.goto(`${publicUrl}/portal`);
  await page.getByRole('link', { name: 'Continue with Corporate' }).click();
  await page.locator('button[value="alice"]').click();
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();

/** At the very end: the page that leads on to the other site has the same heading. */
async function signedOut(page: Page): Promise<void> {
  await page.waitForURL(`${publicUrl}/login/saml/corp/slo*`);
  await heading(page, 'You are signed out');
}

describe('a SAML sign-on from another site', () => {
  /**
   * @attack SAML: a cookie that does not come back from another site, or that comes too far
   * @removed `SameSite=None` of either state (made: Lax)
   * @failed 4 and 1 of 5: brings the cookie of its request back with the provider’s POST: `Timeout 30000ms
   *   exceeded`
   * @note Chromium, from 127.0.0.1 to localhost
   */
  it('brings the cookie of its request back with the provider’s POST, and ends in a session', async () => {
    const page = await visit();
    await signOn(page);
    await heading(page, 'Your roles');
    const posted = headersOf('POST', '/login/saml/corp/acs');
    expect(posted.get('sec-fetch-site')).toBe('cross-site');
    expect(posted.get('cookie')).toContain(`${STATE}=`);
    const cookies = await page.context().cookies(publicUrl);
    expect(cookies.map(({ name, sameSite, secure }) => [name, sameSite, secure])).toEqual([
      ['__Host-stint-session', 'Lax', true],
    ]);
  });

  it('would sign nobody on if that cookie were Lax: the browser would keep it', async () => {
    laxly = STATE;
    const page = await visit();
    await signOn(page);
    await heading(page, 'This sign-in cannot be finished');
    expect(headersOf('POST', '/login/saml/corp/acs').get('cookie') ?? '').not.toContain(STATE);
  });
});

/** The identity provider answers logouts by POST, from its own site. */
async function answerByPost(page: Page): Promise<void> {
  await page.context().route(`${idp.sloUrl}?**`, (route) => {
    const request = readRedirected(new URL(route.request().url()).searchParams.get('SAMLRequest'));
    const destination = `${publicUrl}/login/saml/corp/slo`;
    const xml = logoutResponseXml({
      id: newId(),
      issuer: idp.entityId,
      destination,
      inResponseTo: request?.attributes.get('ID') ?? '',
      issuedAt: new Date(),
      status: ['Success'],
    });
    const signed = signXml(xml, 'LogoutResponse', openSamlKey(stateDir));
    const body = postPage(destination, { SAMLResponse: Buffer.from(signed).toString('base64') });
    return route.fulfill({
      body,
      contentType: 'text/html',
      headers: { 'content-security-policy': POST_PAGE_POLICY },
    });
  });
}

describe('a SAML sign-on in a browser that has a session', () => {
  const SESSION = '__Host-stint-session';
  const sessionOf = async (page: Page) =>
    (await page.context().cookies(publicUrl)).find(({ name }) => name === SESSION)?.value ?? '';
  /** As a thief who has a copy of the cookie. */
  const opens = async (cookie: string): Promise<boolean> => {
    const response = await fetch(`${publicUrl}/portal/sessions`, {
      headers: { cookie: `${SESSION}=${cookie}` },
    });
    return (await response.text()).includes('form_token');
  };

  it('ends it in the step after the response, which brings its cookie; the response does not', async () => {
    const page = await visit();
    await signOn(page);
    await heading(page, 'Your roles');
    const earlier = await sessionOf(page);
    expect(await opens(earlier)).toBe(true);
    received.splice(0);
    await page.goto(`${publicUrl}/login/start/corp`);
    await page.locator('button[value="bob"]').click();
    await heading(page, 'Your roles');
    expect(headersOf('POST', '/login/saml/corp/acs').get('cookie')).not.toContain(SESSION);
    expect(headersOf('GET', '/login/saml/corp/finish').get('cookie')).toContain(`${SESSION}=${earlier}`);
    expect([await opens(earlier), await opens(await sessionOf(page))]).toEqual([false, true]);
  });
});

describe('a SAML sign-out to another site', () => {
  it('comes back by a redirect, signed out on both sides', async () => {
    const page = await visit();
    await signOn(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signedOut(page);
    expect(await page.context().cookies(publicUrl)).toEqual([]);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await heading(page, 'Sign in');
  });

  it('comes back by a POST as well', async () => {
    const page = await visit();
    await answerByPost(page);
    await signOn(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signedOut(page);
    const posted = headersOf('POST', '/login/saml/corp/slo');
    expect(posted.get('sec-fetch-site')).toBe('cross-site');
    expect(posted.get('cookie')).toContain(`${LOGOUT_STATE}=`);
  });

  it('would not be believed if the cookie were Lax', async () => {
    laxly = LOGOUT_STATE;
    const page = await visit();
    await answerByPost(page);
    await signOn(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading(page, 'The sign-out was not accepted');
  });
});

// Last: from here on Stint is ahead of its identity provider.
describe('a page whose answer has another cookie', () => {
  it('shows it at once', async () => {
    const page = await visit();
    await signOn(page);
    await heading(page, 'Your roles');
    const shows = () => received.filter(({ url }) => new URL(url).pathname === '/portal/cookie');
    expect(shows()).toEqual([]);
    clock.advance(16 * 60_000);
    const shown = page.waitForResponse(`${publicUrl}/portal/cookie`);
    await page.goto(`${publicUrl}/portal/sessions`);
    expect((await shown).status()).toBe(204);
    const [cookie] = await page.context().cookies(publicUrl);
    expect(shows()[0]?.headers.get('cookie')).toContain(cookie?.value);
  });
});
