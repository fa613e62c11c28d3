// What Keycloak says when Stint asks it again about people who are signed in, and whether a sign-out at Stint ends its own session.
// The login app runs in memory, so that its clock can be moved; Keycloak's cannot.
import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { Authenticator } from '../support/authenticator.ts';
import type { Browser, Page } from '../support/browser.ts';
import { refresh, said, signInOnCommandLine } from '../support/command-line.ts';
import { type Login, PORTAL, startLogin } from '../support/login-app.ts';
import { perform } from '../support/passkeys.ts';
import { isSignedOn } from '../support/sign-on.ts';
import type { Keycloak } from './keycloak.ts';
import { PASSWORD } from './keycloak-realm.ts';

const INTERVAL_MS = 60_000;
const HOUR_MS = 3_600_000;
const CLIENT = 'rechecked';

const Found = z.array(z.looseObject({ id: z.string() }));

/** As docs/providers/keycloak.md has it, at the address of the login app in memory, and without a logout URL: Keycloak tells nothing. */
const client = (lifespan = '') => ({
  clientId: CLIENT,
  publicClient: true,
  redirectUris: [`${PORTAL}/login/callback/corporate`],
  attributes: {
    'pkce.code.challenge.method': 'S256',
    'post.logout.redirect.uris': `${PORTAL}/portal`,
    'access.token.lifespan': lifespan,
  },
  protocolMappers: [
    {
      name: 'groups',
      protocol: 'openid-connect',
      protocolMapper: 'oidc-group-membership-mapper',
      config: { 'claim.name': 'groups', 'full.path': 'true', 'id.token.claim': 'true' },
    },
  ],
});

export function describeRechecks(at: () => { readonly keycloak: Keycloak }): void {
  const admin: Keycloak['admin'] = (...asked) => at().keycloak.admin(...asked);
  const idOf = async (path: string) => Found.parse(await admin('GET', path))[0]?.id ?? '';
  const userPath = async (name: string) => `/users/${await idOf(`/users?exact=true&username=${name}`)}`;

  /** In the group engineers, and with a password. */
  const addPerson = (username: string) =>
    admin('POST', '/users', {
      ...{
        username,
        enabled: true,
        email: `${username}@example.com`,
        firstName: username,
        lastName: 'Example',
      },
      credentials: [{ type: 'password', value: PASSWORD }],
      groups: ['/engineers'],
    });

  const loginAt = (more: object = {}) =>
    startLogin({
      connections: [
        {
          id: 'corporate',
          kind: 'oidc',
          name: 'Keycloak',
          issuer: at().keycloak.issuer,
          clientId: CLIENT,
          groups: 'groups',
          recheck: { everySeconds: INTERVAL_MS / 1000 },
          ...more,
        },
      ],
    });

  const isPasswordAsked = ({ text }: Page) => text.includes('name="password"');
  const start = (browser: Browser) => browser.open(`${PORTAL}/login/start/corporate`);

  async function signOn(login: Login, username: string): Promise<Browser> {
    const browser = login.browser();
    await browser.submit(await start(browser), { username, password: PASSWORD });
    expect(await isSignedOn(browser)).toBe(true);
    return browser;
  }

  const groupsAtVend = (login: Login) => decodeJwt(login.asked.at(-1)?.token ?? '')['groups'];
  const lastRow = (login: Login) => {
    const { action, reason, providerError } = login.auditLog.events.at(-1) ?? {};
    return { action, reason, providerError };
  };

  beforeAll(() => admin('POST', '/clients', client()));

  describe('is asked again about people who are signed in, and', () => {
    it.each<[string, object, (path: string) => Promise<unknown>]>([
      ['disabled', {}, (path) => admin('PUT', path, { enabled: false })],
      ['deleted', {}, (path) => admin('DELETE', path)],
      ['signed out of everything', {}, (path) => admin('POST', `${path}/logout`)],
      [
        'disabled, with offline access',
        { scopes: ['openid', 'offline_access'] },
        (path) => admin('PUT', path, { enabled: false }),
      ],
    ])('whoever was %s is out, with their command lines', async (_, more, leave) => {
      const [login, name] = [loginAt(more), `leaver-${randomUUID().slice(0, 8)}`];
      await addPerson(name);
      const browser = await signOn(login, name);
      const commandLine = await signInOnCommandLine(login, browser);
      await leave(await userPath(name));
      expect(await isSignedOn(browser)).toBe(true);
      login.clock.advance(INTERVAL_MS);
      expect(await isSignedOn(browser)).toBe(false);
      expect(lastRow(login)).toMatchObject({ action: 'recheck', reason: 'recheck-refused' });
      expect(lastRow(login).providerError).toMatch(/^invalid_grant: /);
      expect(said(await refresh(login, commandLine))).toBe('invalid_grant');
    });

    it('whoever was taken out of a group has it no more, while its refresh tokens are good for one use', async () => {
      await admin('PUT', '', { revokeRefreshToken: true, refreshTokenMaxReuse: 0 });
      await addPerson('mover');
      const login = loginAt();
      const browser = await signOn(login, 'mover');
      expect(groupsAtVend(login)).toEqual(['/engineers']);
      const group = await idOf('/groups?exact=true&search=engineers');
      await admin('DELETE', `${await userPath('mover')}/groups/${group}`);
      for (let n = 0; n < 3; n += 1) {
        login.clock.advance(INTERVAL_MS);
        const pages = await Promise.all(Array.from({ length: 5 }, () => isSignedOn(browser)));
        expect([pages, groupsAtVend(login)]).toEqual([Array(5).fill(true), []]);
      }
      await admin('PUT', '', { revokeRefreshToken: false });
    });
  });

  describe('signs people off who sign out at Stint', () => {
    /** To where the sign-out leads. */
    async function leave(browser: Browser): Promise<URL> {
      const leaving = await browser.submit(await browser.open(`${PORTAL}/portal`), {});
      return new URL(leaving.headers.get('refresh')?.replace(/^.*url=/, '') ?? '');
    }

    it('also when their ID token has expired', async () => {
      await admin('PUT', `/clients/${await idOf(`/clients?clientId=${CLIENT}`)}`, client('1'));
      const browser = await signOn(loginAt({ recheck: undefined }), 'alice');
      const next = await leave(browser);
      const { exp = 0 } = decodeJwt(next.searchParams.get('id_token_hint') ?? '');
      await vi.waitFor(() => expect(Date.now() / 1000).toBeGreaterThan(exp), { timeout: 10_000 });
      expect((await browser.open(next)).url.href).toBe(`${PORTAL}/portal`);
      expect(isPasswordAsked(await start(browser))).toBe(true);
      await admin('PUT', `/clients/${await idOf(`/clients?clientId=${CLIENT}`)}`, client());
    });

    it('and after a session by passkey, which has no ID token, once they have said so', async () => {
      const login = loginAt({ recheck: undefined });
      const browser = await signOn(login, 'alice');
      const authenticator = new Authenticator(PORTAL);
      await perform(browser, 'add', authenticator);
      login.clock.advance(2 * HOUR_MS);
      expect(await isSignedOn(browser)).toBe(false);
      await perform(browser, 'sign-in', authenticator);
      expect(await isSignedOn(browser)).toBe(true);
      const next = await leave(browser);
      const page = await browser.open(next);
      expect([next.searchParams.has('id_token_hint'), page.url.origin]).toEqual([false, at().keycloak.url]);
      await browser.submit(page, {});
      expect(isPasswordAsked(await start(browser))).toBe(true);
    });
  });
}
