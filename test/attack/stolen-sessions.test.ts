// Against thieves of the session table or of a cookie: the table opens no session, a session ends in its time, and a
// stolen cookie ends the session once both use it.
import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { SignOn } from '../../shared/rules/sign-on/sign-on.ts';
import { Authenticator } from '../support/authenticator.ts';
import type { Browser } from '../support/browser.ts';
import { type Login, SESSION_COOKIE, startLogin } from '../support/login-app.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { type Ceremony, ceremony, finish, perform } from '../support/passkeys.ts';
import { connectionTo, isSignedOn, signOnAs } from '../support/sign-on.ts';

const HOST = 'vend.example.com';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let provider: OpenIdProvider;
let login: Login;
let owner: Browser;

beforeEach(async () => {
  provider = await startOpenIdProvider();
  login = startLogin({ connections: [connectionTo(provider)] });
  owner = (await signOnAs(login, provider, { sid: 'idp-session-1' })).browser;
});

const cookieOf = (browser: Browser): string => browser.jar(HOST).get(SESSION_COOKIE)?.value ?? '';

function browserWith(cookie: string): Browser {
  const browser = login.browser();
  browser.jar(HOST).set(SESSION_COOKIE, { value: cookie, attributes: '' });
  return browser;
}

describe('whoever reads the table', () => {
  it('finds no secret of a cookie in it, nor in the audit trail or the log', () => {
    const [, , , secret = ''] = cookieOf(owner).split('.');
    expect(secret).toHaveLength(43);
    const written = JSON.stringify([login.people(), login.auditLog.events, login.logger.lines]);
    expect(written).toContain(createHash('sha256').update(secret).digest('base64url'));
    expect(written).not.toContain(secret);
  });

  it('cannot use the hash in the secret’s place', async () => {
    const [person, id, family = '', secret = ''] = cookieOf(owner).split('.');
    const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url');
    for (const parts of [
      [family, hashOf(secret)],
      [hashOf(family).slice(0, 22), secret],
    ])
      expect(await isSignedOn(browserWith([person, id, ...parts].join('.')))).toBe(false);
  });
});

describe('a cookie opens nothing when', () => {
  type Parts = readonly [person: string, id: string, family: string, secret: string];
  it.each<readonly [string, (parts: Parts) => readonly string[]]>([
    ['it is of another family', ([person, id, , secret]) => [person, id, 'A'.repeat(22), secret]],
    ['it names another person', ([, ...rest]) => ['0'.repeat(32), ...rest]],
    ['it names another session', ([person, , ...rest]) => [person, 'A'.repeat(22), ...rest]],
    ['something follows', (parts) => [...parts, 'x']],
    ['a part is missing', ([person, id, , secret]) => [person, id, secret]],
    ['it is empty', () => []],
  ])('%s; the session goes on', async (_, change) => {
    const [person = '', id = '', family = '', secret = ''] = cookieOf(owner).split('.');
    expect(await isSignedOn(browserWith(change([person, id, family, secret]).join('.')))).toBe(false);
    expect(await isSignedOn(owner)).toBe(true);
  });
});

describe('a session ends', () => {
  it('an hour after its last use, and not while it is used', async () => {
    for (let i = 0; i < 3; i++) {
      login.clock.advance(50 * MINUTE_MS);
      expect(await isSignedOn(owner)).toBe(true);
    }
    login.clock.advance(HOUR_MS);
    expect(await isSignedOn(owner)).toBe(false);
    expect(login.people().filter(({ key: [, item] }) => item?.startsWith('session/'))).toEqual([]);
  });

  it('twelve hours after the sign-on, however much it is used', async () => {
    for (let hours = 0; hours < 11.5; hours += 0.5) {
      login.clock.advance(HOUR_MS / 2);
      expect(await isSignedOn(owner)).toBe(true);
    }
    login.clock.advance(HOUR_MS / 2);
    expect(await isSignedOn(owner)).toBe(false);
  });

  it('by the limits in force, when they are shortened', async () => {
    login.clock.advance(20 * MINUTE_MS);
    const { connections } = login.state.signOn;
    login.state.signOn = SignOn.parse({ connections, sessions: { idleSeconds: 600, absoluteSeconds: 900 } });
    expect(await isSignedOn(owner)).toBe(false);
  });

  it('when its connection is taken away', async () => {
    login.state.signOn = SignOn.parse({ connections: [connectionTo(provider, { id: 'another' })] });
    expect(await isSignedOn(owner)).toBe(false);
  });
});

/** As a page of the portal does by itself, where its answer had another cookie. */
const showCookie = (browser: Browser) => browser.request(new URL('/portal/cookie', `https://${HOST}`));
const ask = async (browser: Browser): Promise<boolean> => {
  const isOpen = await isSignedOn(browser);
  await showCookie(browser);
  return isOpen;
};
/** The answer never arrives: the browser keeps what it has. */
async function loseAnswer(browser: Browser): Promise<void> {
  const kept = cookieOf(browser);
  await isSignedOn(browser);
  browser.jar(HOST).set(SESSION_COOKIE, { value: kept, attributes: '' });
}
const thefts = () => login.auditLog.events.filter(({ reason }) => reason === 'cookie-reused');

describe('a cookie that was stolen', () => {
  /**
   * @attack Copy of a cookie, from any time before
   * @removed the end of the session
   * @failed 9 of 36: is of no use once the owner has a new one, and its use ends the session: `expected true
   *   to be false`
   * @also test/unit/login/cookies-that-get-lost.test.ts
   */
  it('is of no use once the owner has a new one, and its use ends the session', async () => {
    const thief = browserWith(cookieOf(owner));
    login.clock.advance(16 * MINUTE_MS);
    expect(await ask(owner)).toBe(true);
    expect(cookieOf(owner)).not.toBe(cookieOf(thief));
    login.clock.advance(2 * MINUTE_MS);
    expect(await isSignedOn(thief)).toBe(false);
    expect(await isSignedOn(owner)).toBe(false);
    const alice = (await signOnAs(login, provider)).browser;
    const activity = await alice.request(new URL(`https://${HOST}/portal/activity`));
    expect(activity.text).toContain('Ended a session');
    expect(thefts()).toMatchObject([
      { action: 'sign-out', outcome: 'refused', code: 'session_ended', subject: 'alice' },
    ]);
  });

  it.each([2, 3, 5])('ends the session also after %i new ones', async (times) => {
    const thief = browserWith(cookieOf(owner));
    for (let i = 0; i < times; i++) {
      login.clock.advance(16 * MINUTE_MS);
      expect(await isSignedOn(owner)).toBe(true);
    }
    expect(await isSignedOn(thief)).toBe(false);
    expect(await isSignedOn(owner)).toBe(false);
    expect(thefts()).toHaveLength(1);
  });

  it('is found out also when the thief is the one who got the new one', async () => {
    const thief = browserWith(cookieOf(owner));
    login.clock.advance(16 * MINUTE_MS);
    expect(await ask(thief)).toBe(true);
    login.clock.advance(2 * MINUTE_MS);
    expect(await isSignedOn(owner)).toBe(false);
    expect(await isSignedOn(thief)).toBe(false);
  });

  it('is found out at the owner’s next request when the owner has not shown the new one yet', async () => {
    const thief = browserWith(cookieOf(owner));
    login.clock.advance(16 * MINUTE_MS);
    expect(await isSignedOn(owner)).toBe(true);
    login.clock.advance(2 * MINUTE_MS);
    await isSignedOn(thief); // might be the owner, whose answer was lost
    expect(await isSignedOn(owner)).toBe(false);
    expect(await isSignedOn(thief)).toBe(false);
    expect(thefts()).toHaveLength(1);
  });

  /**
   * @attack Copy of a cookie from before more was proved
   * @removed the mark that it opens nothing
   * @failed 1 of 33: opens nothing in the minute in which its owner proves more, and is no theft then:
   *   `expected [ 'pop', 'user', 'mfa' ] to be undefined`
   */
  it('opens nothing in the minute in which its owner proves more, and is no theft then', async () => {
    const authenticator = new Authenticator(`https://${HOST}`);
    await perform(owner, 'add', authenticator);
    const copy = browserWith(cookieOf(owner));
    await perform(owner, 'confirm', authenticator);
    const amr = async (browser: Browser) =>
      (await isSignedOn(browser)) ? (decodeJwt(login.asked.at(-1)?.token ?? '')['amr'] ?? []) : undefined;
    expect(await amr(copy)).not.toContain('mfa'); // the owner may never have got the answer
    expect(await amr(owner)).toContain('mfa');
    expect(await amr(copy)).toBeUndefined();
    expect(await amr(owner)).toContain('mfa');
    login.clock.advance(2 * MINUTE_MS);
    expect([await amr(copy), await amr(owner)]).toEqual([undefined, undefined]);
  });
});

describe('whoever proves more at the moment of a new cookie', () => {
  const amr = async (browser: Browser) =>
    (await isSignedOn(browser)) ? (decodeJwt(login.asked.at(-1)?.token ?? '')['amr'] ?? []) : undefined;
  let authenticator: Authenticator;
  let started: Ceremony;
  beforeEach(async () => {
    authenticator = new Authenticator(`https://${HOST}`);
    await perform(owner, 'add', authenticator);
    login.clock.advance(9 * MINUTE_MS);
  });
  const confirm = () => finish(owner, 'confirm', started, authenticator.get(started.options));

  it('gets one cookie, which stands for what was proved', async () => {
    started = await ceremony(owner, 'confirm');
    login.clock.advance(7 * MINUTE_MS);
    const { headers } = await confirm();
    const sent = headers.getSetCookie().filter((line) => line.startsWith(SESSION_COOKIE));
    expect(sent).toHaveLength(1);
    expect(await amr(owner)).toContain('mfa');
  });

  it('is not taken for a thief in another tab, which got a cookie in the same minute', async () => {
    started = await ceremony(owner, 'confirm');
    login.clock.advance(7 * MINUTE_MS);
    const tab = browserWith(cookieOf(owner));
    await isSignedOn(tab);
    await confirm();
    expect(await amr(tab)).toBeUndefined();
    expect(await amr(owner)).toContain('mfa');
    expect(thefts()).toEqual([]);
  });
});

describe('a table that does not answer', () => {
  it('is said to be down, and signs nobody out', async () => {
    login.rows.intercept = (operation) =>
      operation === 'getRows' ? { code: 'OTSServerBusy', requestId: undefined } : undefined;
    expect((await owner.request(new URL(`https://${HOST}/portal`))).status).toBe(503);
    login.rows.intercept = () => undefined;
    expect(await isSignedOn(owner)).toBe(true);
  });
});

describe('a session that is written without end', () => {
  /**
   * @attack A session whose row another request writes without end
   * @removed the refusal
   * @failed 1 of 33: is not taken as it was read: nobody is let in: `expected 200 to be 503`
   * @note mutation survivor of `resume-session.ts`
   */
  it('is not taken as it was read: nobody is let in', async () => {
    const { sessions } = login.deps;
    const busy = startLogin({
      connections: [connectionTo(provider)],
      parts: { sessions: { ...sessions, replace: async () => ({ ok: true, value: 'changed' }) } },
    });
    const { browser } = await signOnAs(busy, provider);
    busy.clock.advance(5 * MINUTE_MS);
    expect((await browser.request(new URL(`https://${HOST}/portal`))).status).toBe(503);
  });
});

describe('an answer that was lost', () => {
  it.each([1000, 30_000, 2 * MINUTE_MS, 50 * MINUTE_MS])(
    'with the new cookie signs nobody out, %i ms later, nor from then on',
    async (later) => {
      login.clock.advance(16 * MINUTE_MS);
      await loseAnswer(owner);
      login.clock.advance(later);
      expect(await ask(owner)).toBe(true);
      login.clock.advance(16 * MINUTE_MS);
      expect([await ask(owner), await ask(owner)]).toEqual([true, true]);
      expect(thefts()).toEqual([]);
    },
  );

  /**
   * @attack A lost answer that counts as theft
   * @removed sending the same cookie again
   * @failed 1 of 33: is given again, the same, to a browser that asks within the minute: `expected
   *   'dab88379eb922c2eaaf36293f93676ed.SHkv…' to be …`
   */
  it('is given again, the same, to a browser that asks within the minute', async () => {
    login.clock.advance(16 * MINUTE_MS);
    const tab = browserWith(cookieOf(owner));
    await Promise.all([isSignedOn(owner), isSignedOn(tab)]);
    expect(cookieOf(tab)).toBe(cookieOf(owner));
  });

  it('with what was proved leaves its owner signed in, without it', async () => {
    const authenticator = new Authenticator(`https://${HOST}`);
    await perform(owner, 'add', authenticator);
    const kept = cookieOf(owner);
    await perform(owner, 'confirm', authenticator);
    owner.jar(HOST).set(SESSION_COOKIE, { value: kept, attributes: '' });
    for (const minutes of [0, 20, 1]) {
      login.clock.advance(minutes * MINUTE_MS);
      expect(await ask(owner)).toBe(true);
      expect(decodeJwt(login.asked.at(-1)?.token ?? '')['amr'] ?? []).not.toContain('mfa');
    }
  });
});

describe('a page', () => {
  it('shows the new cookie at once when its answer had one, and asks for nothing otherwise', async () => {
    const page = () => owner.request(new URL(`https://${HOST}/portal`));
    expect((await page()).text).not.toContain('/portal/cookie');
    login.clock.advance(16 * MINUTE_MS);
    expect((await page()).text).toContain('<img src="/portal/cookie" alt="" hidden="');
  });

  it('does not take back the cookie of a sign-on by the answer to a request from before it', async () => {
    const before = browserWith(cookieOf(owner));
    await signOnAs(login, provider, {}, owner);
    const late = await before.request(new URL(`https://${HOST}/portal`));
    expect(late.headers.getSetCookie().filter((line) => line.startsWith(SESSION_COOKIE))).toEqual([]);
  });
});

describe('requests of one browser', () => {
  it('that left it together are all answered, at the moment of a new cookie too', async () => {
    const earlier = cookieOf(owner);
    login.clock.advance(16 * MINUTE_MS);
    const seen = await Promise.all([
      ask(owner),
      isSignedOn(browserWith(earlier)),
      isSignedOn(browserWith(earlier)),
      isSignedOn(browserWith(earlier)),
    ]);
    expect(seen).toEqual([true, true, true, true]);
    login.clock.advance(30_000);
    expect(await isSignedOn(browserWith(earlier))).toBe(true);
    expect(await isSignedOn(owner)).toBe(true);
  });
});

describe('a session that was ended', () => {
  it('is not brought back by a request that had just read it', async () => {
    const { sessions } = login.deps;
    const racing = startLogin({
      connections: [connectionTo(provider)],
      parts: {
        sessions: {
          ...sessions,
          replace: async (before, after) => {
            await sessions.end([before]);
            return sessions.replace(before, after);
          },
        },
      },
    });
    const { browser } = await signOnAs(racing, provider);
    expect(await isSignedOn(browser)).toBe(true);
    racing.clock.advance(5 * MINUTE_MS);
    expect(await isSignedOn(browser)).toBe(false);
  });
});

describe('sessions of one person', () => {
  it('are twenty at most: the one that was not used for longest makes room', async () => {
    for (let i = 0; i < 20; i++) {
      login.clock.advance(1000);
      await signOnAs(login, provider);
    }
    expect(login.people().filter(({ key: [, item] }) => item?.startsWith('session/'))).toHaveLength(20);
    expect(await isSignedOn(owner)).toBe(false);
  });
});
