// People of a Keycloak realm at the portal, as docs/providers/keycloak.md sets it up: groups, the second factor, both logouts,
// new keys, and people who were disabled or deleted.
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { Browser, formTo, type Page } from '../support/browser.ts';
import type { Keycloak } from './keycloak.ts';
import { samlGroupsMapper } from './keycloak-page.ts';
import { LIKE_A_PATH, oneTimeCode, PASSWORD } from './keycloak-realm.ts';

export interface AtKeycloak {
  readonly keycloak: Keycloak;
  /** The address of Stint. */
  readonly base: string;
}

/** A change of the rules is in force within five seconds; as much again for a busy machine. */
export const patiently = <T>(attempt: () => Promise<T>): Promise<T> =>
  vi.waitFor(attempt, { timeout: 10_000, interval: 200 });

const Users = z.array(z.looseObject({ id: z.string() }));
const Clients = Users;
const Found = z.array(z.looseObject({ id: z.string(), name: z.string() }));
const Imported = z.looseObject({ clientId: z.string() });
/** The login form, a form for a code, and the question whether to sign out, with Keycloak's own theme. */
const ASKS_PASSWORD = 'name="password"';
const ASKS_CODE = 'name="otp"';

/** People, and what an administrator does about them. */
class People {
  readonly #at: () => AtKeycloak;

  constructor(at: () => AtKeycloak) {
    this.#at = at;
  }

  get keycloak(): Keycloak {
    return this.#at().keycloak;
  }

  get base(): string {
    return this.#at().base;
  }

  newBrowser(): Browser {
    return new Browser((request) => fetch(request));
  }

  isKeycloaks({ url }: Page): boolean {
    return url.origin === this.keycloak.url;
  }

  /** Answers whatever Keycloak asks, until it asks nothing more. */
  async answer(browser: Browser, asked: Page, username: string): Promise<Page> {
    let page = asked;
    if (page.text.includes(ASKS_PASSWORD))
      page = await browser.submit(page, { username, password: PASSWORD });
    if (page.text.includes(ASKS_CODE)) page = await browser.submit(page, { otp: oneTimeCode(new Date()) });
    // A form that a real browser sends by itself.
    return page.text.includes('name="SAMLResponse"') ? browser.submit(page, {}) : page;
  }

  async signOn(username: string, browser = this.newBrowser(), connection = 'keycloak'): Promise<Page> {
    const page = await browser.open(`${this.base}/login/start/${connection}`);
    return this.isKeycloaks(page) ? this.answer(browser, page, username) : page;
  }

  async signedOn(username: string): Promise<Browser> {
    const browser = this.newBrowser();
    await this.signOn(username, browser);
    return browser;
  }

  async isSignedOn(browser: Browser): Promise<boolean> {
    return !(await browser.open(`${this.base}/portal`)).text.includes('/login/start/keycloak');
  }

  /** The roles that the portal lets this person take now. */
  async rolesOf(username: string, connection = 'keycloak'): Promise<readonly string[]> {
    const page = await this.signOn(username, this.newBrowser(), connection);
    expect(page.url.href).toBe(`${this.base}/portal`);
    const offered = page.text.matchAll(/name="role" value="([^"]+)"/g);
    return [...new Set([...offered].map(([, role = '']) => role))];
  }

  async take(browser: Browser, role: string): Promise<boolean> {
    const page = await browser.open(`${this.base}/portal`);
    const taken = await browser.submit(formTo(page, '/portal/credentials'), { role });
    return taken.status === 200 && /STS\.\w+/.test(taken.text);
  }

  async userId(username: string): Promise<string> {
    const [user] = Users.parse(await this.keycloak.admin('GET', `/users?exact=true&username=${username}`));
    return user?.id ?? '';
  }

  async groupId(name: string): Promise<string> {
    const search = encodeURIComponent(name);
    const found = Found.parse(await this.keycloak.admin('GET', `/groups?exact=true&search=${search}`));
    return found.find((group) => group.name === name)?.id ?? '';
  }

  /** As an administrator signs somebody out of everything. */
  async logoutAllSessions(username: string): Promise<void> {
    await this.keycloak.admin('POST', `/users/${await this.userId(username)}/logout`);
  }

  /** As a person signs out at Keycloak itself, which asks once. Returns its last page. */
  async signOutThere(browser: Browser): Promise<Page> {
    const asked = await browser.open(`${this.keycloak.issuer}/protocol/openid-connect/logout`);
    return browser.submit(asked, {});
  }

  /** As its administrator imports the metadata that Stint publishes, and adds the mapper of the page. */
  async importMetadata(connection: string): Promise<void> {
    const metadata = await patiently(async () => {
      const text = await (await fetch(`${this.base}/login/saml/${connection}/metadata`)).text();
      expect(text).toContain('X509Certificate');
      return text;
    });
    const client = Imported.parse(
      await this.keycloak.admin('POST', '/client-description-converter', metadata),
    );
    await this.keycloak.admin('POST', '/clients', { ...client, protocolMappers: [samlGroupsMapper] });
  }

  async changeClient(clientId: string, change: object): Promise<void> {
    const [client] = Clients.parse(await this.keycloak.admin('GET', `/clients?clientId=${clientId}`));
    await this.keycloak.admin('PUT', `/clients/${client?.id}`, { clientId, ...change });
  }
}

function describeGroups(people: People): void {
  describe('and Keycloak’s groups give them roles', () => {
    it('by full paths', async () => {
      await patiently(async () => expect(await people.rolesOf('alice')).toEqual(['arms-reader']));
      expect(await people.rolesOf('bob')).toEqual([]);
    });

    it('also whoever is in 250 of them', async () => {
      expect(await people.rolesOf('carol')).toEqual(['arms-reader']);
    });

    it('and neither a bare name nor a path of the same end gives what a path does', async () => {
      expect(await people.rolesOf('alice', 'bare')).toEqual([]);
      expect(await people.rolesOf('carol', 'bare')).toEqual([]);
      const guest = await people.signOn('eve');
      expect([guest.url.href, guest.text.includes('media-uploader')]).toEqual([
        `${people.base}/portal`,
        false,
      ]);
    });

    it('and a group whose name is like a path is not the group of that path', async () => {
      const group = await people.groupId(LIKE_A_PATH);
      await people.keycloak.admin('PUT', `/users/${await people.userId('mallory')}/groups/${group}`);
      const page = await people.signOn('mallory');
      expect([page.url.href, page.text.includes('media-uploader')]).toEqual([`${people.base}/portal`, false]);
    });

    it('also one group that a mapper writes as a text', async () => {
      expect(await people.rolesOf('bob', 'text')).toEqual(['arms-reader']);
    });
  });
}

function describePushed(people: People): void {
  it('by pushed requests, where it demands them', async () => {
    const page = await people.signOn('alice', people.newBrowser(), 'pushed');
    expect([page.url.href, page.status]).toEqual([`${people.base}/portal`, 200]);
  });
}

function describeSaml(people: People): void {
  it('by SAML, where both sides have the other’s metadata by its address', async () => {
    await people.importMetadata('keycloak-saml');
    expect(await people.rolesOf('alice', 'keycloak-saml')).toEqual(['arms-reader']);
    expect(await people.rolesOf('bob', 'keycloak-saml')).toEqual([]);
  });
}

function describeStepUp(people: People): void {
  it('and asks for a second factor where a role needs one', async () => {
    const browser = people.newBrowser();
    const page = await people.signOn('dora', browser);
    expect(page.text).toContain('Needs a second factor');
    expect(await people.take(browser, 'media-uploader')).toBe(false);
    const asked = await browser.open(`${people.base}/login/start/keycloak?fresh`);
    expect([people.isKeycloaks(asked), asked.text.includes(ASKS_PASSWORD)]).toEqual([true, true]);
    const again = await people.answer(browser, asked, 'dora');
    expect(again.url.href).toBe(`${people.base}/portal`);
    expect(await people.take(browser, 'media-uploader')).toBe(true);
    // The cookie of Keycloak that saw the factor does not stand for it in another session.
    browser.jar('localhost').clear();
    expect((await people.signOn('dora', browser)).text).toContain('Needs a second factor');
  });
}

function describeLogouts(people: People): void {
  describe('and off again', () => {
    it('here, where one of two sessions ends alone, there as well', async () => {
      const [one, other] = [await people.signedOn('alice'), await people.signedOn('alice')];
      const leaving = await one.submit(await one.open(`${people.base}/portal`), {});
      const next = leaving.headers.get('refresh')?.replace(/^.*url=/, '') ?? '';
      expect((await one.open(next)).url.href).toBe(`${people.base}/portal`);
      expect(people.isKeycloaks(await one.open(`${people.base}/login/start/keycloak`))).toBe(true);
      expect(await people.isSignedOn(other)).toBe(true);
    });

    it('there, where one of two sessions ends alone, here as well', async () => {
      const [one, other] = [await people.signedOn('alice'), await people.signedOn('alice')];
      await people.signOutThere(one);
      expect([await people.isSignedOn(one), await people.isSignedOn(other)]).toEqual([false, true]);
    });

    it('there for all of a person’s sessions, and for no other person’s', async () => {
      const browsers = [await people.signedOn('alice'), await people.signedOn('alice')];
      const bystander = await people.signedOn('bob');
      await people.logoutAllSessions('alice');
      for (const browser of browsers) expect(await people.isSignedOn(browser)).toBe(false);
      expect(await people.isSignedOn(bystander)).toBe(true);
    });

    it('there by the front channel, where the client has that', async () => {
      const logoutUrl = { 'frontchannel.logout.url': `${people.base}/login/frontchannel-logout/keycloak` };
      const attributes = { ...logoutUrl, 'frontchannel.logout.session.required': 'true' };
      await people.changeClient('stint', { frontchannelLogout: true, attributes });
      const [one, other] = [await people.signedOn('alice'), await people.signedOn('alice')];
      const page = await people.signOutThere(one);
      const frame = /<iframe[^>]*src="([^"]*)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
      expect(await people.isSignedOn(one)).toBe(true);
      await one.open(frame);
      expect([await people.isSignedOn(one), await people.isSignedOn(other)]).toEqual([false, true]);
      await people.changeClient('stint', { frontchannelLogout: false });
    });
  });
}

function describeLeavers(people: People): void {
  it('and lets no person in who was disabled there; it says nothing of that by itself', async () => {
    const browser = await people.signedOn('frank');
    await people.keycloak.admin('PUT', `/users/${await people.userId('frank')}`, { enabled: false });
    const refused = await people.signOn('frank');
    expect([people.isKeycloaks(refused), refused.text.includes('disabled')]).toEqual([true, true]);
    expect(await people.isSignedOn(browser)).toBe(true);
    await people.logoutAllSessions('frank');
    expect(await people.isSignedOn(browser)).toBe(false);
  });

  it('nor one who was deleted, of which it says nothing either', async () => {
    const browser = await people.signedOn('grace');
    await people.keycloak.admin('DELETE', `/users/${await people.userId('grace')}`);
    expect(people.isKeycloaks(await people.signOn('grace'))).toBe(true);
    expect(await people.isSignedOn(browser)).toBe(true);
  });
}

/** Last, because every token after it has the new key. */
export function describeNewKey(at: () => AtKeycloak): void {
  const people = new People(at);
  it('signs people on with a new key at once', async () => {
    await people.keycloak.admin('POST', '/components', {
      name: 'next',
      providerId: 'rsa-generated',
      providerType: 'org.keycloak.keys.KeyProvider',
      config: { priority: ['1000'], keySize: ['2048'], algorithm: ['RS256'] },
    });
    expect((await people.signOn('alice')).url.href).toBe(`${people.base}/portal`);
  });
}

export function describePeople(at: () => AtKeycloak): void {
  const people = new People(at);
  describe('signs people on, as its page says', () => {
    describeGroups(people);
    describePushed(people);
    describeSaml(people);
    describeStepUp(people);
    describeLogouts(people);
    describeLeavers(people);
  });
}
