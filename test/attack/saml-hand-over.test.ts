// Against other browsers, and sessions that an attacker has planted: the step after a SAML response gives its result
// once, to the browser that brought the response, and ends the session that this browser had.
import { describe, expect, it } from 'vitest';
import type { Browser } from '../support/browser.ts';
import { press, refresh, said, signInOnCommandLine } from '../support/command-line.ts';
import { SESSION_COOKIE } from '../support/login-app.ts';
import { connection, later, PERSISTENT } from '../support/saml-idp.ts';
import { PUBLIC_URL, SamlLogin } from '../support/saml-login.ts';

const HOST = new URL(PUBLIC_URL).hostname;
const ANSWER = '__Host-stint-saml-answer';
const FINISH = new URL(`${PUBLIC_URL}/login/saml/corp/finish`);

let assertions = 0;
const as = (name: string) => {
  assertions++;
  const attributes = { mail: [name], groups: ['media'] };
  const nameId = { value: name, format: PERSISTENT };
  const contents = { assertionId: `_of${assertions}`, nameId, attributes };
  return { contents };
};

async function signOn(login: SamlLogin, browser: Browser, name: string): Promise<void> {
  await login.answer(browser, await login.begin(browser), as(name));
}
/** Up to the response, and no further. */
async function respond(login: SamlLogin, browser: Browser, name: string) {
  const asked = await login.begin(browser);
  return login.answer(browser, asked, as(name), ({ pathname }) => pathname === FINISH.pathname);
}

function copyOf(login: SamlLogin, browser: Browser): Browser {
  const copy = login.newBrowser();
  for (const [name, cookie] of browser.jar(HOST)) copy.jar(HOST).set(name, cookie);
  return copy;
}
const whoIs = async (browser: Browser): Promise<string | undefined> => {
  const { text } = await browser.request(new URL(`${PUBLIC_URL}/portal/sessions`));
  return /<\/span>(\w+)<\/span><button class="quiet"/.exec(text)?.[1];
};

describe('a SAML sign-on in a browser that has a session', () => {
  /**
   * @attack SAML: session fixation, by the cookie that a POST of another site does not bring
   * @removed the step after the response
   * @failed 10 of 12: ends it, though the response comes without its cookie (session fixation): `expected [
   *   'alice', 'attacker' ] to deeply equal [ 'alice', undefined ]`
   * @note counted in the first file
   * @also test/browser/saml-cookies.test.ts
   */
  it('ends it, though the response comes without its cookie (session fixation)', async () => {
    const login = new SamlLogin();
    const victim = login.newBrowser();
    await signOn(login, victim, 'attacker');
    const attacker = copyOf(login, victim);
    expect(await whoIs(attacker)).toBe('attacker');
    await signOn(login, victim, 'alice');
    expect([await whoIs(victim), await whoIs(attacker)]).toEqual(['alice', undefined]);
  });

  it('leaves no session open when its person signs out', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    const copies: Browser[] = [];
    for (let i = 0; i < 3; i++) {
      await signOn(login, browser, 'alice');
      copies.push(copyOf(login, browser));
    }
    expect(await whoIs(browser)).toBe('alice');
    await browser.submit(await browser.request(new URL(`${PUBLIC_URL}/portal`)), {});
    for (const copy of copies) expect(await whoIs(copy)).toBeUndefined();
  });

  it('keeps the command lines of the same person until they sign out', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    await signOn(login, browser, 'alice');
    let token: unknown = await signInOnCommandLine(login, browser);
    await signOn(login, browser, 'alice');
    const refreshed = await refresh(login, token);
    expect(said(refreshed)).toBe('ok');
    token = refreshed.body['refresh_token'];
    const page = await browser.request(new URL(`${PUBLIC_URL}/portal`));
    await press(browser, page, '/login/sign-out', {});
    expect(said(await refresh(login, token))).toBe('invalid_grant');
  });

  it('ends the command lines of another person', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    await signOn(login, browser, 'alice');
    const token = await signInOnCommandLine(login, browser);
    await signOn(login, browser, 'bob');
    expect(said(await refresh(login, token))).toBe('invalid_grant');
  });
});

describe('what was verified is taken', () => {
  it('by the browser that brought the response, and not by one that has not (login CSRF)', async () => {
    const login = new SamlLogin();
    const attacker = login.newBrowser();
    await respond(login, attacker, 'attacker');
    const victim = login.newBrowser();
    expect((await victim.request(FINISH)).status).toBe(400);
    expect(login.refusal).toBe('sign_on_ended state-missing');
    expect(await whoIs(victim)).toBeUndefined();
  });

  it('with no session before, and with one afterwards', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    await respond(login, browser, 'alice');
    expect([browser.jar(HOST).has(SESSION_COOKIE), login.auditLog.events.length]).toEqual([false, 0]);
    await browser.open(FINISH);
    expect([await whoIs(browser), browser.jar(HOST).has(ANSWER)]).toEqual(['alice', false]);
  });

  /**
   * @attack SAML: what was verified, taken twice
   * @removed the refusal of a consumed code
   * @failed 1 of 12: once, also at the same time: `expected [ 'alice', 'alice' ] to have a length of 1 but
   *   got 2`
   */
  it('once, also at the same time', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    await respond(login, browser, 'alice');
    const copies = [copyOf(login, browser), copyOf(login, browser)];
    await Promise.all(copies.map((copy) => copy.open(FINISH)));
    const seen = await Promise.all(copies.map(whoIs));
    expect(seen.filter((name) => name === 'alice')).toHaveLength(1);
    expect(login.auditLog.events.map(({ reason }) => reason)).toContain('state-used');
  });

  it('within a minute', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    await respond(login, browser, 'alice');
    login.now = later(61);
    await browser.open(FINISH);
    expect(login.refusal).toBe('sign_on_ended state-unreadable');
    expect(await whoIs(browser)).toBeUndefined();
  });

  it('by nobody after a flush of sign-ins that came between', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    await respond(login, browser, 'alice');
    login.generation = 1;
    expect((await browser.open(FINISH)).status).toBe(403);
    expect(await whoIs(browser)).toBeUndefined();
    await signOn(login, browser, 'alice');
    expect(await whoIs(browser)).toBe('alice');
  });

  it('at its own connection', async () => {
    const login = new SamlLogin();
    login.connections.push(connection({ id: 'partner' }));
    const browser = login.newBrowser();
    await respond(login, browser, 'alice');
    const { size } = login.once.stored;
    await browser.open(`${PUBLIC_URL}/login/saml/partner/finish`);
    expect([login.refusal, login.once.stored.size]).toEqual(['sign_on_ended state-unreadable', size]);
    expect(await whoIs(browser)).toBeUndefined();
  });

  /**
   * @attack SAML: rows made by made-up cookies
   * @removed the seal of the cookie
   * @failed 1 of 12: by its sealed name alone: what somebody makes up is looked for in no table: `expected [
   *   4, 3 ] to deeply equal [ 2, 1 ]`
   */
  it('by its sealed name alone: what somebody makes up is looked for in no table', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    await respond(login, browser, 'alice');
    const before = [login.once.consumed.size, login.once.stored.size];
    for (const value of ['A'.repeat(43), browser.jar(HOST).get('__Host-stint-saml')?.value ?? 'x']) {
      browser.jar(HOST).set(ANSWER, { value, attributes: '' });
      await browser.open(FINISH);
      expect(login.refusal).toBe('sign_on_ended state-unreadable');
    }
    expect([login.once.consumed.size, login.once.stored.size]).toEqual(before);
  });

  it('sealed: the table tells nothing of the person, and the cookie does not either', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    await respond(login, browser, 'alice');
    const written = JSON.stringify([[...login.once.stored], [...browser.jar(HOST)]]);
    expect(written).toContain(ANSWER);
    expect(written).not.toMatch(/alice|media/);
    expect(browser.jar(HOST).get(ANSWER)?.attributes).toMatch(/Max-Age=60.*HttpOnly; Secure; SameSite=Lax/);
  });

  it('by nobody while the table is down', async () => {
    const login = new SamlLogin();
    const browser = login.newBrowser();
    await respond(login, browser, 'alice');
    login.once.fault = { reason: 'store-failed', cause: 'down' };
    expect((await browser.open(FINISH)).status).toBe(503);
    expect(await whoIs(browser)).toBeUndefined();
  });
});
