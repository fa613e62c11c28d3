// Keycloak and Stint, each by the other's own words: Keycloak imports the metadata that Stint publishes, and its OpenID
// clients are what an administrator makes there. Started once for all of it. Where Keycloak is missing, the skipped tests
// say what to get.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { makeSamlKeys, rotateSamlKeys } from '../../clients/cli/keys/make-saml-keys.ts';
import { readSamlKeys, SamlJwks } from '../../functions/login/keys/saml-key-set.ts';
import { DEMO_AUDIENCE } from '../../local/demo/demo-account.ts';
import { Browser, type Page } from '../support/browser.ts';
import { clientKey, dpopHeaders, dpopProof } from '../support/dpop.ts';
import { seconds } from '../support/issuer.ts';
import { connection } from '../support/saml-idp.ts';
import { isSignedOn, PUBLIC_URL, SamlLogin } from '../support/saml-login.ts';
import { type Keycloak, missingKeycloak, START_LIMIT_MS, startKeycloak } from './keycloak.ts';
import { PASSWORD, staffRealm } from './keycloak-realm.ts';
import { choosePort, prepareState } from './state.ts';
import { startWorld, type World } from './world.ts';

/** CI must not pass for want of a distribution. */
const isSkipped = missingKeycloak !== undefined && process.env['STINT_REQUIRE_IDP'] === undefined;

let keycloak: Keycloak;
let stopKeycloak: (() => Promise<void>) | undefined;
let world: World | undefined;
let base: string;

/** A change of the rules is in force within five seconds; as much again for a busy machine. */
const patiently = <T>(attempt: () => Promise<T>): Promise<T> =>
  vi.waitFor(attempt, { timeout: 10_000, interval: 200 });

const isKeycloaks = ({ url }: Page): boolean => url.origin === keycloak.url;

const Users = z.array(z.object({ id: z.string() }));
async function userId(username: string): Promise<string> {
  const [user] = Users.parse(await keycloak.admin('GET', `/users?exact=true&username=${username}`));
  return user?.id ?? '';
}

/** As an administrator signs somebody out of everything, or as the person's own account page does. */
const signOutThere = async (username: string) =>
  keycloak.admin('POST', `/users/${await userId(username)}/logout`);

async function applyRules(running: World): Promise<void> {
  await running.apply((text) => {
    const document = parseDocument(text);
    const { issuer } = keycloak;
    document.addIn(['signOn', 'connections'], {
      id: 'keycloak',
      kind: 'oidc',
      name: 'Keycloak',
      issuer,
      clientId: 'stint',
      groups: 'groups',
    });
    document.addIn(['signOn', 'connections'], {
      id: 'pushed',
      kind: 'oidc',
      name: 'Keycloak, pushed',
      issuer,
      clientId: 'stint-pushing',
      pushedRequests: true,
    });
    document.addIn(['providers'], {
      id: 'programs',
      kind: 'oidc',
      preset: 'keycloak',
      issuer,
      dpop: 'issuer-bound',
    });
    const grant = (id: string, to: object) => ({
      id,
      to,
      role: 'arms-reader',
      sessionPolicy: { policyFrom: 'AliyunARMSReadOnlyAccess' },
    });
    document.addIn(['grants'], grant('engineers', { provider: 'staff', group: 'engineers' }));
    document.addIn(['grants'], grant('monitoring', { provider: 'programs', group: 'monitoring' }));
    return document.toString();
  });
}

describe.skipIf(isSkipped)(
  `Keycloak ${missingKeycloak === undefined ? '' : `(needs: ${missingKeycloak})`}`,
  () => {
    beforeAll(async () => {
      const kept = { state: await prepareState(), port: await choosePort() };
      base = `http://localhost:${kept.port}`;
      const [started, running] = await Promise.all([
        startKeycloak(staffRealm(base, DEMO_AUDIENCE)),
        startWorld(kept),
      ]);
      world = running;
      keycloak = started.keycloak;
      stopKeycloak = started.stop;
      await applyRules(running);
    }, START_LIMIT_MS);
    afterAll(async () => {
      await stopKeycloak?.();
      await world?.close();
    });

    const newBrowser = () => new Browser((request) => fetch(request));

    async function signOnByOpenId(
      username: string,
      browser = newBrowser(),
      connection = 'keycloak',
    ): Promise<Page> {
      const page = await browser.open(`${base}/login/start/${connection}`);
      return isKeycloaks(page) ? browser.submit(page, { username, password: PASSWORD }) : page;
    }

    describe('signs people on by OpenID', () => {
      const isSignedOnHere = async (browser: Browser) =>
        !(await browser.open(`${base}/portal`)).text.includes('/login/start/keycloak');

      it('and what it says of their groups gives them roles', async () => {
        const page = await patiently(async () => {
          const roles = await signOnByOpenId('alice');
          expect([roles.url.href, roles.status]).toEqual([`${base}/portal`, 200]);
          return roles;
        });
        expect(page.text).toContain('arms-reader');
        expect((await signOnByOpenId('bob')).text).not.toContain('arms-reader');
      });

      it('by pushed requests, where it demands them', async () => {
        const page = await signOnByOpenId('alice', newBrowser(), 'pushed');
        expect([page.url.href, page.status]).toEqual([`${base}/portal`, 200]);
      });

      it('and whoever is in hundreds of groups as well', async () => {
        const page = await signOnByOpenId('carol');
        expect([page.url.href, page.text.includes('arms-reader')]).toEqual([`${base}/portal`, true]);
      });

      it('and one of two sessions ends alone, there as well, when they sign out of it here', async () => {
        const [one, other] = [newBrowser(), newBrowser()];
        const page = await signOnByOpenId('alice', one);
        await signOnByOpenId('alice', other);
        const leaving = await one.submit(page, {});
        const next = leaving.headers.get('refresh')?.replace(/^.*url=/, '') ?? '';
        expect((await one.open(next)).url.href).toBe(`${base}/portal`);
        expect(isKeycloaks(await one.open(`${base}/login/start/keycloak`))).toBe(true);
        expect(await isSignedOnHere(other)).toBe(true);
      });

      it('and every session ends here, when all end there', async () => {
        const browsers = [newBrowser(), newBrowser()];
        for (const browser of browsers) await signOnByOpenId('alice', browser);
        const bystander = newBrowser();
        await signOnByOpenId('bob', bystander);
        await signOutThere('alice');
        for (const browser of browsers) expect(await isSignedOnHere(browser)).toBe(false);
        expect(await isSignedOnHere(bystander)).toBe(true);
      });
    });

    describe('binds a program’s tokens to its key', () => {
      const key = clientKey();
      const now = () => seconds(new Date());

      async function boundToken(): Promise<string> {
        const endpoint = `${keycloak.issuer}/protocol/openid-connect/token`;
        const claims = { htu: endpoint, iat: now(), ath: undefined };
        return keycloak.token(
          keycloak.realm,
          {
            grant_type: 'password',
            client_id: 'program',
            scope: 'openid',
            username: 'alice',
            password: PASSWORD,
          },
          { dpop: dpopProof(key, '', { claims }) },
        );
      }

      const vend = async (headers: Readonly<Record<string, string>>) => {
        const answer = await fetch(`${base}/v1/credentials`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify({ role: 'arms-reader' }),
        });
        return answer.status;
      };

      it('and vend takes them with a proof of it, and without one does not', async () => {
        const token = await boundToken();
        const proof = (signedBy = key) =>
          dpopProof(signedBy, token, { claims: { htu: `${base}/v1/credentials`, iat: now() } });
        expect(await vend(dpopHeaders(token, proof()))).toBe(200);
        expect(await vend({ authorization: `Bearer ${token}` })).toBe(401);
        expect(await vend(dpopHeaders(token, proof(clientKey())))).toBe(401);
      });
    });

    describe('signs people on by SAML, where Stint’s metadata were imported', () => {
      const Client = z.looseObject({ clientId: z.string(), attributes: z.record(z.string(), z.string()) });
      const Clients = z.array(z.looseObject({ id: z.string() }));
      const keysOf = (jwks: ReturnType<typeof makeSamlKeys>) => readSamlKeys(SamlJwks.parse(jwks));
      const JWKS = makeSamlKeys();

      async function loginWith(jwks = JWKS, more: object = {}): Promise<SamlLogin> {
        const login = new SamlLogin(keysOf(jwks));
        const endpoint = `${keycloak.issuer}/protocol/saml`;
        const descriptor = await (await fetch(`${endpoint}/descriptor`)).text();
        const certificates = [...descriptor.matchAll(/<ds:X509Certificate>([^<]*)</g)].map(
          ([, base64 = '']) =>
            `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----`,
        );
        const at = { entityId: keycloak.issuer, ssoUrl: endpoint, sloUrl: endpoint, certificates };
        login.connections.splice(0, 1, connection({ ...at, groups: 'Role', claims: {}, ...more }));
        return login;
      }

      /** What its administrator does with the metadata: no setting is changed but those given. */
      async function importMetadata(login: SamlLogin, attributes: Readonly<Record<string, string>> = {}) {
        const metadata = await login.newBrowser().open(`${PUBLIC_URL}/login/saml/corp/metadata`);
        const client = Client.parse(
          await keycloak.admin('POST', '/client-description-converter', metadata.text),
        );
        const known = Clients.parse(
          await keycloak.admin('GET', `/clients?clientId=${encodeURIComponent(client.clientId)}`),
        );
        for (const { id } of known) await keycloak.admin('DELETE', `/clients/${id}`);
        await keycloak.admin('POST', '/clients', {
          ...client,
          attributes: { ...client.attributes, ...attributes },
        });
      }

      async function signOn(login: SamlLogin, browser: Browser): Promise<Page> {
        login.now = new Date();
        const form = await browser.open(`${PUBLIC_URL}/login/start/corp`);
        if (form.status !== 200) return form;
        const answer = await browser.submit(form, { username: 'alice', password: PASSWORD });
        login.now = new Date();
        return browser.submit(answer, {});
      }

      async function signedOn(login: SamlLogin): Promise<Browser> {
        const browser = login.newBrowser();
        await signOn(login, browser);
        expect([login.refusal, isSignedOn(browser)]).toEqual(['', true]);
        return browser;
      }

      const isPasswordAsked = async (browser: Browser) =>
        (await browser.open(`${PUBLIC_URL}/login/start/corp`)).text.includes('name="password"');

      it.each<[string, object]>([
        ['with logouts', {}],
        ['without logouts', { sloUrl: undefined }],
      ])('as they are: %s', async (_, more) => {
        const login = await loginWith(JWKS, more);
        await importMetadata(login);
        await signedOn(login);
        const { subject } = login.auditLog.events.at(-1) ?? {};
        expect(subject).toMatch(/^G-[0-9a-f-]{36}$/);
      });

      it('and off again, there as well, when they sign out here', async () => {
        const login = await loginWith();
        await importMetadata(login);
        const browser = await signedOn(login);
        expect(await isPasswordAsked(browser)).toBe(false);
        login.now = new Date();
        const leaving = await browser.submit(await browser.open(`${PUBLIC_URL}/portal`), {});
        const answer = await browser.open(leaving.headers.get('refresh')?.replace('0; url=', '') ?? '');
        const page = await browser.submit(answer, {});
        expect(page.text).toContain('Here, and at your company’s sign-on.');
        expect(await isPasswordAsked(browser)).toBe(true);
      });

      it.each([
        ['by POST', {}],
        [
          'by redirect, with its key’s name in Extensions',
          { 'saml.force.post.binding': 'false', 'saml.server.signature.keyinfo.ext': 'true' },
        ],
      ])('and off again, here as well, when they sign out there: %s', async (_, attributes) => {
        const login = await loginWith();
        await importMetadata(login, attributes);
        const browser = await signedOn(login);
        const asked = await browser.open(`${keycloak.issuer}/protocol/openid-connect/logout`);
        login.now = new Date();
        let page = await browser.submit(asked, {});
        // Each page is a form that a real browser sends by itself.
        for (let i = 0; i < 3 && page.text.includes('SAMLRe'); i++) page = await browser.submit(page, {});
        expect(login.auditLog.events.at(-1)).toMatchObject({ action: 'logout', outcome: 'granted' });
        expect((await browser.open(`${PUBLIC_URL}/portal`)).text).toContain('/login/start/corp');
        expect(page.text).toContain('You are logged out');
      });

      it('through a change of Stint’s key, if the metadata are imported again once the new key signs', async () => {
        await importMetadata(await loginWith());
        const rotating = rotateSamlKeys(JWKS);
        await signedOn(await loginWith(rotating));
        const after = await loginWith(rotateSamlKeys(rotating));
        const refused = await after.newBrowser().open(`${PUBLIC_URL}/login/start/corp`);
        expect([isKeycloaks(refused), refused.text.includes('name="password"')]).toEqual([true, false]);
        await importMetadata(after);
        await signedOn(after);
      });

      it('by an assertion alone that is signed, where the connection says so', async () => {
        const login = await loginWith(JWKS, { signedElement: 'assertion' });
        await importMetadata(login, { 'saml.server.signature': 'false' });
        await signedOn(login);
        const strict = await loginWith();
        await signOn(strict, strict.newBrowser());
        expect(strict.refusal).toBe('sign_on_refused answer-refused response-unsigned');
      });
    });

    it('signs people on with a new key at once', async () => {
      await keycloak.admin('POST', '/components', {
        name: 'next',
        providerId: 'rsa-generated',
        providerType: 'org.keycloak.keys.KeyProvider',
        config: { priority: ['1000'], keySize: ['2048'], algorithm: ['RS256'] },
      });
      expect((await signOnByOpenId('alice')).url.href).toBe(`${base}/portal`);
    });
  },
);
