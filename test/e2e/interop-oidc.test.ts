// Sign-on at an OpenID Provider that this project did not write, through the deployed functions: each reads the other's
// settings, and the browser goes the whole way. Where LemonLDAP::NG is missing, the skipped tests say what to install.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseDocument } from 'yaml';
import { freePort } from '../../local/fc/listen.ts';
import { Browser, formTo, type Page } from '../support/browser.ts';
import { type LemonLdap, missingPackages, startLemonLdap } from './lemonldap.ts';
import { choosePort, prepareState } from './state.ts';
import { startWorld, type World } from './world.ts';

/** It decodes no header, so only letters and digits get through there; in a body, everything does. */
const SECRETS = { basic: 'InteropSecret123456789', post: 'a:b%2Fc+d e&f="' };

/** A change of the rules is in force within five seconds; as much again for a busy machine. */
const patiently = <T>(attempt: () => Promise<T>): Promise<T> =>
  vi.waitFor(attempt, { timeout: 10_000, interval: 200 });

/** CI must not pass for want of a package. */
const isSkipped = missingPackages !== undefined && process.env['STINT_REQUIRE_IDP'] === undefined;

let world: World;
let idp: LemonLdap;
let portal: string;

const connection = (id: string, parts: object = {}) => ({
  id,
  kind: 'oidc',
  name: `By ${id}`,
  issuer: idp.issuer,
  clientId: 'stint',
  scopes: ['openid', 'email', 'groups'],
  groups: 'groups',
  claims: { email: 'email' },
  mfaContexts: ['loa-3'],
  stepUp: { acrValues: ['loa-3'] },
  ...parts,
});

const withSecret = (how: 'basic' | 'post', parts: object = {}) =>
  connection(how, { clientId: how, clientAuthentication: `client_secret_${how}`, ...parts });

const connections = async () => [
  connection('lemon'),
  withSecret('basic'),
  withSecret('post'),
  withSecret('post', { id: 'expired' }),
  withSecret('basic', { id: 'untold' }),
  connection('stranger', { clientId: 'nobody-knows' }),
  connection('down', { issuer: `http://127.0.0.1:${await freePort(0, '127.0.0.1')}/` }),
];

const relyingParty = (base: string) => (id: string, secret?: string) => ({
  id,
  ...(secret === undefined ? {} : { secret }),
  redirectUris: (id === 'stint' ? ['lemon'] : [id, 'expired']).map(
    (name) => `${base}/login/callback/${name}`,
  ),
  afterLogout: `${base}/portal`,
});

async function applyConnections(): Promise<void> {
  const added = await connections();
  await world.apply((text) => {
    const document = parseDocument(text);
    for (const each of added) document.addIn(['signOn', 'connections'], each);
    const grant = (id: string, parts: object) => ({
      id,
      to: { provider: 'staff', group: id },
      role: 'arms-reader',
      sessionPolicy: { policyFrom: 'AliyunARMSReadOnlyAccess' },
      ...parts,
    });
    document.addIn(['grants'], grant('timelords', {}));
    document.addIn(['grants'], grant('companions', { constraints: { mfa: true } }));
    return document.toString();
  });
}

const newBrowser = () => new Browser((request) => fetch(request));

const open = (id: string, browser = newBrowser()): Promise<Page> =>
  browser.open(portal.replace('/portal', `/login/start/${id}`));

const isAt = ({ url }: Page, address: string): boolean => url.origin === new URL(address).origin;

/** Each demonstration person's name is their password. */
async function signOn(id: string, person: string, browser = newBrowser()): Promise<Page> {
  const page = await open(id, browser);
  return isAt(page, idp.issuer) ? browser.submit(page, { user: person, password: person }) : page;
}

describe.skipIf(isSkipped)(
  `LemonLDAP::NG ${missingPackages === undefined ? '' : `(needs: ${missingPackages}) `}signs people on`,
  () => {
    beforeAll(async () => {
      const kept = { state: await prepareState(), port: await choosePort() };
      const base = `http://localhost:${kept.port}`;
      portal = `${base}/portal`;
      const party = relyingParty(base);
      const parties = [party('stint'), party('basic', SECRETS.basic), party('post', SECRETS.post)];
      const secrets = { ...SECRETS, expired: 'of last year' };
      [idp, world] = await Promise.all([
        startLemonLdap(parties),
        startWorld(kept, { STINT_SIGN_ON_SECRETS: JSON.stringify(secrets) }),
      ]);
      await applyConnections();
    });
    afterAll(async () => {
      idp?.stop();
      await world?.close();
    });

    it('and what it says of their groups gives them roles, with credentials', async () => {
      const browser = newBrowser();
      const page = await patiently(async () => {
        const roles = await signOn('lemon', 'dwho', browser);
        expect([roles.url.href, roles.status]).toEqual([portal, 200]);
        expect(roles.text).toContain('arms-reader');
        return roles;
      });
      const taken = await browser.submit(formTo(page, '/portal/credentials'), { role: 'arms-reader' });
      expect(taken.status).toBe(200);
      expect(taken.text).toMatch(/STS\.\w+/);
    });

    it('and without the second factor that a role needs, is asked for one', async () => {
      const browser = newBrowser();
      const page = await signOn('lemon', 'rtyler', browser);
      expect(page.text).toContain('Needs a second factor');
      expect(page.text).not.toContain('name="role" value="arms-reader"');
      const asked = await open('lemon?fresh', browser);
      expect(
        [...browser.visited, asked.url].map(({ searchParams }) => searchParams.get('acr_values')),
      ).toContain('loa-3');
    });

    it('and its word for a second factor counts', async () => {
      const browser = newBrowser();
      const page = await signOn('lemon', 'msmith', browser);
      const taken = await browser.submit(formTo(page, '/portal/credentials'), { role: 'arms-reader' });
      expect([taken.status, /STS\.\w+/.test(taken.text)]).toEqual([200, true]);
    });

    it.each(['basic', 'post'])('by a client with a secret, sent as client_secret_%s', async (id) => {
      const page = await signOn(id, 'dwho');
      expect(page.url.href).toBe(portal);
      expect(page.text).toContain('arms-reader');
    });

    it('but not with a wrong password', async () => {
      const browser = newBrowser();
      const refused = await browser.submit(await open('lemon', browser), { user: 'dwho', password: 'wrong' });
      expect(isAt(refused, idp.issuer)).toBe(true);
      const page = await browser.submit(refused, { user: 'dwho', password: 'dwho' });
      expect(page.url.href).toBe(portal);
    });

    it('nor for a client that it does not know', async () => {
      expect(isAt(await signOn('stranger', 'dwho'), idp.issuer)).toBe(true);
    });

    it('and off again, there as well, when they sign out here', async () => {
      const browser = newBrowser();
      const here = await browser.submit(await signOn('lemon', 'dwho', browser), {});
      expect(here.text).toContain('You are signed out here');
      // It is shown the ID token, by which it could tell whom it is about, and asks the person all the same.
      const asked = await browser.open(here.headers.get('refresh')?.replace(/^.*url=/, '') ?? '');
      expect(isAt(asked, idp.issuer)).toBe(true);
      const back = await browser.submit(asked, {});
      expect(back.url.href).toBe(portal);
      expect(isAt(await open('lemon', browser), idp.issuer)).toBe(true);
    });

    it('at once while it still knows them, and by their password where a fresh proof is wanted', async () => {
      const browser = newBrowser();
      await signOn('lemon', 'dwho', browser);
      expect((await open('lemon', browser)).url.href).toBe(portal);
      // It counts whole seconds, and takes the sign-on of this very second for a fresh one.
      const asked = await patiently(async () => {
        const page = await open('lemon?fresh', browser);
        expect(isAt(page, idp.issuer)).toBe(true);
        return page;
      });
      const form = await browser.submit(asked, {});
      const again = await browser.submit(form, { user: 'dwho', password: 'dwho' });
      expect(again.url.href).toBe(portal);
    });

    it.each([
      [
        'a secret that it does not know',
        'expired',
        502,
        'not set up correctly',
        'client-authentication-refused',
      ],
      ['no secret where it wants one', 'untold', 502, 'not set up correctly', 'client-secret-missing'],
      ['no answer at all', 'down', 503, 'does not answer', 'idp-unreachable'],
    ])('and says so when there is %s', async (_, id, status, words, reason) => {
      const page = await signOn(id, 'dwho');
      expect([isAt(page, portal), page.status]).toEqual([true, status]);
      expect(page.text).toContain(words);
      const log = readFileSync(join(world.state.folder, 'logs/login.log'), 'utf8');
      expect(log).toContain(`"reason":"${reason}"`);
      expect(Object.values(SECRETS).filter((secret) => log.includes(secret))).toEqual([]);
    });
  },
);
