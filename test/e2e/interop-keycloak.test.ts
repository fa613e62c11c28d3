// Keycloak and Stint, each by the other's own words: Keycloak imports the metadata that Stint publishes, and its OpenID
// clients are what an administrator makes by docs/providers/keycloak.md. Started once for all of it. Where Keycloak is missing, the skipped tests
// say what to get.
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { makeSamlKeys, rotateSamlKeys } from '../../clients/cli/keys/make-saml-keys.ts';
import { readSamlKeys, SamlJwks } from '../../functions/login/keys/saml-key-set.ts';
import { DEMO_AUDIENCE } from '../../local/demo/demo-account.ts';
import { err } from '../../shared/kernel/result.ts';
import type { Secret } from '../../shared/kernel/secret.ts';
import type { Browser, Page } from '../support/browser.ts';
import { connection } from '../support/saml-idp.ts';
import { isSignedOn, PUBLIC_URL, SamlLogin } from '../support/saml-login.ts';
import { type Keycloak, missingKeycloak, START_LIMIT_MS, startKeycloak } from './keycloak.ts';
import { followPage, samlGroupsMapper, startOptions, vendByPage, withRulesOfPage } from './keycloak-page.ts';
import { describeNewKey, describePeople } from './keycloak-people.ts';
import { describePrograms } from './keycloak-programs.ts';
import { MANY_GROUPS, PASSWORD, staffRealm } from './keycloak-realm.ts';
import { describeRechecks } from './keycloak-rechecks.ts';
import { choosePort, prepareState } from './state.ts';
import { startWorld, type World } from './world.ts';

/** CI must not pass for want of a distribution. */
const isSkipped = missingKeycloak !== undefined && process.env['STINT_REQUIRE_IDP'] === undefined;

let keycloak: Keycloak;
let stopKeycloak: (() => Promise<void>) | undefined;
let world: World | undefined;
let base: string;

const places = () => ({ keycloak, stint: base, audience: DEMO_AUDIENCE });

const Providers = z.object({ providers: z.array(z.looseObject({ id: z.string() })) });

const isKeycloaks = ({ url }: Page): boolean => url.origin === keycloak.url;

/** In the world's document, what the page says, and connections of clients that were set up in another way. */
const rulesOf = (programs: object) => (text: string) => {
  const document = parseDocument(withRulesOfPage(text, places()));
  for (const id of ['bare', 'text', 'pushed'])
    document.addIn(['signOn', 'connections'], {
      id,
      kind: 'oidc',
      name: id,
      issuer: keycloak.issuer,
      clientId: id,
      groups: 'groups',
      ...(id === 'pushed' ? { pushedRequests: true } : {}),
    });
  const { providers } = Providers.parse(document.toJS());
  const index = providers.findIndex(({ id }) => id === 'programs');
  for (const [key, value] of Object.entries(programs)) document.setIn(['providers', index, key], value);
  return document.toString();
};

describe.skipIf(isSkipped)(
  `Keycloak ${missingKeycloak === undefined ? '' : `(needs: ${missingKeycloak})`}`,
  () => {
    beforeAll(async () => {
      const kept = { state: await prepareState(), port: await choosePort() };
      base = `http://localhost:${kept.port}`;
      const [started, running] = await Promise.all([
        startKeycloak(staffRealm(base), startOptions),
        startWorld(kept),
      ]);
      world = running;
      keycloak = started.keycloak;
      stopKeycloak = started.stop;
      await Promise.all([followPage(places()), running.apply(rulesOf({}))]);
    }, START_LIMIT_MS);
    afterAll(async () => {
      await stopKeycloak?.();
      await world?.close();
    });

    const started = () => ({
      keycloak,
      base,
      vendByPage: () => vendByPage(places()),
      apply: async (programs: object) => world?.apply(rulesOf(programs)),
    });
    describePeople(started);
    describePrograms(started);
    describeRechecks(started);

    describe('signs people on by SAML, where Stint’s metadata were imported', () => {
      const Client = z.looseObject({ clientId: z.string(), attributes: z.record(z.string(), z.string()) });
      const Clients = z.array(z.looseObject({ id: z.string() }));
      const Listed = z.object({ groups: z.array(z.string()) });
      const keysOf = (jwks: ReturnType<typeof makeSamlKeys>) => readSamlKeys(SamlJwks.parse(jwks));
      const JWKS = makeSamlKeys();

      async function loginWith(
        jwks = JWKS,
        more: object = {},
        parts: ConstructorParameters<typeof SamlLogin>[1] = {},
      ): Promise<SamlLogin> {
        const login = new SamlLogin(keysOf(jwks), parts);
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
      async function importMetadata(
        login: SamlLogin,
        attributes: Readonly<Record<string, string>> = {},
        protocolMappers: readonly object[] = [],
      ) {
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
          ...(protocolMappers.length === 0 ? {} : { protocolMappers }),
        });
      }

      async function signOn(login: SamlLogin, browser: Browser, username = 'alice'): Promise<Page> {
        login.now = new Date();
        const form = await browser.open(`${PUBLIC_URL}/login/start/corp`);
        if (form.status !== 200) return form;
        const answer = await browser.submit(form, { username, password: PASSWORD });
        login.now = new Date();
        return browser.submit(answer, {});
      }

      async function signedOn(login: SamlLogin): Promise<Browser> {
        const browser = login.newBrowser();
        await signOn(login, browser);
        expect([login.refusal, isSignedOn(browser)]).toEqual(['', true]);
        return browser;
      }

      const isHere = async (browser: Browser) =>
        !(await browser.open(`${PUBLIC_URL}/portal`)).text.includes('/login/start/corp');

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

      it('with 250 groups, by the mapper of the page', async () => {
        const tokens: string[] = [];
        const call = async (token: Secret<string>) => {
          tokens.push(token.reveal());
          return err('vend-unreachable' as const);
        };
        const login = await loginWith(JWKS, { groups: { claim: 'groups', prefix: '/' } }, { vend: { call } });
        await importMetadata(login, {}, [samlGroupsMapper]);
        const browser = login.newBrowser();
        await signOn(login, browser, 'carol');
        await browser.open(`${PUBLIC_URL}/portal`);
        const { groups } = Listed.parse(decodeJwt(tokens.at(-1) ?? ''));
        expect([groups.length, groups.includes('/engineers')]).toEqual([MANY_GROUPS, true]);
      });

      it('and off again, there as well, when they sign out here, of this one of two sessions', async () => {
        const login = await loginWith();
        await importMetadata(login);
        const other = await signedOn(login);
        const browser = await signedOn(login);
        expect(await isPasswordAsked(browser)).toBe(false);
        login.now = new Date();
        const leaving = await browser.submit(await browser.open(`${PUBLIC_URL}/portal`), {});
        const answer = await browser.open(leaving.headers.get('refresh')?.replace('0; url=', '') ?? '');
        const page = await browser.submit(answer, {});
        expect(page.text).toContain('Here, and at your company’s sign-on.');
        expect([await isPasswordAsked(browser), await isPasswordAsked(other)]).toEqual([true, false]);
        expect([await isHere(browser), await isHere(other)]).toEqual([false, true]);
      });

      it.each([
        ['by POST', {}],
        [
          'by redirect, with its key’s name in Extensions',
          { 'saml.force.post.binding': 'false', 'saml.server.signature.keyinfo.ext': 'true' },
        ],
      ])(
        'and off again, here as well, when they sign out there of one of two sessions: %s',
        async (_, attributes) => {
          const login = await loginWith();
          await importMetadata(login, attributes);
          const other = await signedOn(login);
          const browser = await signedOn(login);
          const asked = await browser.open(`${keycloak.issuer}/protocol/openid-connect/logout`);
          login.now = new Date();
          let page = await browser.submit(asked, {});
          // Each page is a form that a real browser sends by itself.
          for (let i = 0; i < 3 && page.text.includes('SAMLRe'); i++) page = await browser.submit(page, {});
          expect(login.auditLog.events.at(-1)).toMatchObject({ action: 'logout', outcome: 'granted' });
          expect([await isHere(browser), await isHere(other)]).toEqual([false, true]);
          expect(page.text).toContain('You are logged out');
        },
      );

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

    describeNewKey(started);
  },
);
