// Sign-on at an identity provider that this project did not write: each reads the other's metadata, and the browser goes
// the whole way. Where SimpleSAMLphp is missing, the skipped tests say what to install.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PEOPLE } from '../../shared/adapters/tablestore/tables.ts';
import type { Browser, Page } from '../support/browser.ts';
import { connection } from '../support/saml-idp.ts';
import { isSignedOn, PUBLIC_URL, SAML_KEYS, SamlLogin } from '../support/saml-login.ts';
import {
  missingPackages,
  PASSWORD,
  type SimpleSamlPhp,
  startSimpleSamlPhp,
  TWO_FACTORS,
} from './simplesamlphp.ts';

const login = new SamlLogin(SAML_KEYS);
// Its metadata names the address for sign-outs only to a connection that has one; the real one is known after the start.
login.connections.splice(
  0,
  1,
  connection({ sloUrl: 'https://simplesamlphp.example/slo', signRequests: true }),
);
let idp: SimpleSamlPhp | undefined;

function connectionFrom(metadata: string, more: object) {
  const find = (pattern: RegExp) => pattern.exec(metadata)?.[1] ?? '';
  const certificate = find(/<ds:X509Certificate>([^<]*)</).replace(/.{1,64}/g, '$&\n');
  return connection({
    entityId: find(/entityID="([^"]*)"/),
    ssoUrl: find(/<md:SingleSignOnService [^>]*Location="([^"]*)"/),
    sloUrl: find(/<md:SingleLogoutService [^>]*Location="([^"]*)"/),
    certificates: [`-----BEGIN CERTIFICATE-----\n${certificate}-----END CERTIFICATE-----`],
    signRequests: true,
    ...more,
  });
}

async function signOn(browser: Browser, username: string, path = '/login/start/corp'): Promise<Page> {
  login.now = new Date();
  const form = await browser.open(`${PUBLIC_URL}${path}`);
  const answer = await browser.submit(form, { username, password: PASSWORD });
  login.now = new Date();
  return browser.submit(answer, {});
}

/** CI must not pass for want of a package. */
const isSkipped = missingPackages !== undefined && process.env['STINT_REQUIRE_IDP'] === undefined;

describe.skipIf(isSkipped)(
  `SimpleSAMLphp ${missingPackages === undefined ? '' : `(needs: ${missingPackages}) `}signs people on`,
  () => {
    beforeAll(async () => {
      const metadata = await login.newBrowser().open(`${PUBLIC_URL}/login/saml/corp/metadata`);
      idp = await startSimpleSamlPhp(metadata.text);
    });
    afterAll(() => idp?.stop());

    it('by the attribute that names them', async () => {
      login.connections.splice(0, 1, connectionFrom(idp?.metadata ?? '', { subject: 'uid' }));
      const browser = login.newBrowser();
      const page = await signOn(browser, 'alice');
      expect(login.refusal).toBe('');
      expect(page.url.href).toBe(`${PUBLIC_URL}/portal`);
      expect(isSignedOn(browser)).toBe(true);
      expect(login.auditLog.events.at(-1)).toMatchObject({ outcome: 'granted', subject: 'alice' });
    });

    it('not by a request that is not signed', async () => {
      login.connections.splice(0, 1, connectionFrom(idp?.metadata ?? '', { signRequests: false }));
      const page = await login.newBrowser().open(`${PUBLIC_URL}/login/start/corp`);
      expect(page.text).toContain('no signature found on message');
    });

    it('by the persistent NameID that it made for Stint, the same every time and another for each', async () => {
      login.connections.splice(0, 1, connectionFrom(idp?.metadata ?? '', {}));
      const subjectOf = async (person: string) => {
        await signOn(login.newBrowser(), person);
        expect(login.refusal).toBe('');
        return login.auditLog.events.at(-1)?.subject;
      };
      const alice = await subjectOf('alice');
      expect(alice).toMatch(/^[0-9a-f]{40}$/);
      expect(await subjectOf('alice')).toBe(alice);
      expect(await subjectOf('bob')).not.toBe(alice);
    });

    it('and off again, here as well, when they sign out there', async () => {
      login.connections.splice(0, 1, connectionFrom(idp?.metadata ?? '', {}));
      const browser = login.newBrowser();
      await signOn(browser, 'alice');
      const portal = () => browser.open(`${PUBLIC_URL}/portal`);
      expect((await portal()).text).not.toContain('/login/start/corp');
      const [first] = login.connections;
      const sloUrl = (first?.kind === 'saml' && first.sloUrl) || '';
      login.now = new Date();
      const end = sloUrl.replace('SingleLogoutService', 'metadata');
      const page = await browser.open(`${sloUrl}?ReturnTo=${encodeURIComponent(end)}`);
      expect([page.url.href, page.status]).toEqual([end, 200]);
      expect(browser.visited.map(({ pathname }) => pathname)).toContain('/login/saml/corp/slo');
      expect(login.auditLog.events.at(-1)).toMatchObject({ action: 'logout', outcome: 'granted' });
      expect((await portal()).text).toContain('/login/start/corp');
    });

    it('and off there, when they sign out here', async () => {
      login.connections.splice(0, 1, connectionFrom(idp?.metadata ?? '', {}));
      const browser = login.newBrowser();
      await signOn(browser, 'alice');
      login.now = new Date();
      const known = await browser.open(`${PUBLIC_URL}/login/start/corp`);
      expect(known.text).not.toContain('name="password"');
      const leaving = await browser.submit(await browser.open(`${PUBLIC_URL}/portal`), {});
      const page = await browser.open(leaving.headers.get('refresh')?.replace('0; url=', '') ?? '');
      expect(page.url.pathname).toBe('/login/saml/corp/slo');
      expect(page.text).toContain('Here, and at your company’s sign-on.');
      const stranger = await browser.open(`${PUBLIC_URL}/login/start/corp`);
      expect(stranger.text).toContain('name="password"');
    });

    it('by a second factor, if a step-up asks for it, and by one else', async () => {
      const stepUp = { authnContexts: [TWO_FACTORS] };
      login.connections.splice(0, 1, connectionFrom(idp?.metadata ?? '', { stepUp }));
      const isByTwoFactors = async (path: string) => {
        await signOn(login.newBrowser(), 'bob', path);
        expect(login.refusal).toBe('');
        return JSON.stringify(login.rows.rows(PEOPLE)).includes('mfa');
      };
      expect(await isByTwoFactors('/login/start/corp')).toBe(false);
      expect(await isByTwoFactors('/login/start/corp?fresh')).toBe(true);
    });

    it('and says so, where a step-up asks for what it does not have', async () => {
      const stepUp = { authnContexts: ['https://refeds.org/profile/unknown'] };
      login.connections.splice(0, 1, connectionFrom(idp?.metadata ?? '', { stepUp }));
      login.now = new Date();
      const browser = login.newBrowser();
      const refused = await browser.open(`${PUBLIC_URL}/login/start/corp?fresh`);
      login.now = new Date();
      await browser.submit(refused, {});
      expect(login.auditLog.events.at(-1)).toMatchObject({ reason: 'idp-error', cause: 'idp-refused' });
      expect(login.auditLog.events.at(-1)?.providerError).toContain('NoAuthnContext');
    });

    it('but not with a wrong password, and its answer counts once', async () => {
      login.now = new Date();
      const browser = login.newBrowser();
      const form = await browser.open(`${PUBLIC_URL}/login/start/corp`);
      const refused = await browser.submit(form, { username: 'alice', password: 'wrong' });
      expect(refused.text).toContain('password');
      const answer = await browser.submit(refused, { username: 'alice', password: PASSWORD });
      await browser.submit(answer, {});
      expect(isSignedOn(browser)).toBe(true);
      await browser.submit(answer, {});
      expect(login.refusal).toBe('sign_on_ended state-missing');
    });
  },
);
