// Attacks on sessions: with the table, with a cookie, with time.
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { SignOn } from '../../shared/access/sign-on/sign-on.ts';
import type { Browser } from '../support/browser.ts';
import { type Login, SESSION_COOKIE, startLogin } from '../support/login-app.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
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
    const [, , secret = ''] = cookieOf(owner).split('.');
    expect(secret).toHaveLength(43);
    const written = JSON.stringify([login.people(), login.auditLog.events, login.logger.lines]);
    expect(written).toContain(createHash('sha256').update(secret).digest('base64url'));
    expect(written).not.toContain(secret);
  });

  it('cannot use the hash in the secret’s place', async () => {
    const [person, id, secret = ''] = cookieOf(owner).split('.');
    const hash = createHash('sha256').update(secret).digest('base64url');
    expect(await isSignedOn(browserWith(`${person}.${id}.${hash}`))).toBe(false);
  });
});

describe('a cookie opens nothing when', () => {
  it.each<readonly [string, (parts: readonly [string, string, string]) => string]>([
    ['its secret is another', ([person, id, secret]) => `${person}.${id}.${secret.replace(/./g, 'A')}`],
    ['it names another person', ([, id, secret]) => `${'0'.repeat(32)}.${id}.${secret}`],
    ['it names another session', ([person, , secret]) => `${person}.${'A'.repeat(22)}.${secret}`],
    ['something follows', ([person, id, secret]) => `${person}.${id}.${secret}.x`],
    ['it is empty', () => ''],
  ])('%s', async (_, change) => {
    const [person = '', id = '', secret = ''] = cookieOf(owner).split('.');
    expect(await isSignedOn(browserWith(change([person, id, secret])))).toBe(false);
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

describe('a cookie that was stolen', () => {
  it('is of no use once the owner has a new secret, and its use ends the session', async () => {
    const thief = browserWith(cookieOf(owner));
    login.clock.advance(16 * MINUTE_MS);
    expect(await isSignedOn(owner)).toBe(true);
    expect(cookieOf(owner)).not.toBe(cookieOf(thief));
    login.clock.advance(2 * MINUTE_MS);
    expect(await isSignedOn(thief)).toBe(false);
    expect(await isSignedOn(owner)).toBe(false);
  });

  it('is found out also when the thief is the one who got the new secret', async () => {
    const thief = browserWith(cookieOf(owner));
    login.clock.advance(16 * MINUTE_MS);
    expect(await isSignedOn(thief)).toBe(true);
    login.clock.advance(2 * MINUTE_MS);
    expect(await isSignedOn(owner)).toBe(false);
    expect(await isSignedOn(thief)).toBe(false);
  });

  it('is not mistaken for the requests that were under way when the secret changed', async () => {
    const earlier = cookieOf(owner);
    login.clock.advance(16 * MINUTE_MS);
    const seen = await Promise.all([
      isSignedOn(owner),
      isSignedOn(browserWith(earlier)),
      isSignedOn(browserWith(earlier)),
    ]);
    expect(seen).toEqual([true, true, true]);
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
