// People through the front door of a running `npm start`: the portal, the local identity provider, a session, vend.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseDocument } from 'yaml';
import { DEMO_ACCOUNT } from '../../local/demo/demo-account.ts';
import { Browser, type Page } from '../support/browser.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let portal: string;

beforeAll(async () => {
  world = await startWorld();
  portal = `http://localhost:${new URL(world.url).port}/portal`;
});
afterAll(() => world?.close());

const linkIn = ({ text, url }: Page, label: string): URL => {
  const link = new RegExp(`href="([^"]+)"[^>]*>${label}`).exec(text)?.[1];
  if (link === undefined) throw new Error(`no link ${label} in ${text}`);
  return new URL(link, url);
};

async function signOn(person: string): Promise<{ browser: Browser; page: Page }> {
  const browser = new Browser((request) => fetch(request));
  const start = await browser.open(portal);
  const people = await browser.open(linkIn(start, 'Continue with Example Corp'));
  const page = await browser.submit(people, { person });
  return { browser, page };
}

/** The identity provider's answer is a form, which a real browser sends by itself. */
async function signOnBySaml(person: string, from: URL | string): Promise<{ browser: Browser; page: Page }> {
  const browser = new Browser((request) => fetch(request));
  const answer = await browser.submit(await browser.open(from), { person });
  return { browser, page: await browser.submit(answer, {}) };
}

/** Sends a form of the page, with its hidden fields, to the path. */
function press(browser: Browser, from: Page, path: string, fields: Record<string, string>): Promise<Page> {
  const hidden = [...from.text.matchAll(/name="(form_token|request)" value="([^"]+)"/g)];
  const body = new URLSearchParams({ ...Object.fromEntries(hidden.map(([, n, v]) => [n, v])), ...fields });
  const headers = { origin: from.url.origin, 'sec-fetch-site': 'same-origin' };
  return browser.request(new URL(path, from.url), { method: 'POST', body, headers });
}

describe('somebody who opens the portal', () => {
  it('signs on at the company’s provider and sees the roles that vend gives them', async () => {
    const { page } = await signOn('alice');
    expect(page.url.href).toBe(portal);
    expect(page.status).toBe(200);
    expect(page.text).toContain('media-uploader');
    expect(page.text).toContain('arms-reader');
  });

  it('gets what their groups give, and nothing else', async () => {
    const { page } = await signOn('bob');
    expect(page.text).toContain('arms-reader');
    expect(page.text).not.toContain('media-uploader');
  });

  it('is shown that nothing is theirs when nothing is', async () => {
    const { page } = await signOn('mallory');
    expect(page.status).toBe(200);
    expect(page.text).toContain('You have no roles yet');
  });

  it('is somebody no more once they sign out', async () => {
    const { browser, page } = await signOn('alice');
    const cookie = browser.jar('localhost').get('__Host-stint-session')?.value ?? '';
    expect(cookie).not.toBe('');
    const after = await browser.submit(page, {});
    expect(after.text).toContain('You are signed out here');
    const headers = { cookie: `__Host-stint-session=${cookie}` };
    const replayed = await fetch(portal, { headers });
    expect(await replayed.text()).not.toContain('media-uploader');
  });
});

describe('somebody who left the company', () => {
  it('is out with the next request, cannot sign on, and starts anew when they are back', async () => {
    const { browser, page } = await signOn('bob');
    expect(page.text).toContain('arms-reader');
    const operator = `--yes --env ${world.state.folder}/admin.env`;
    const name = 'corporate:bob';
    const left = await world.run(`npx stint leave ${name} --reason "left" ${operator}`);
    expect([left.exitCode, left.errors]).toEqual([0, '']);
    expect(left.out).toMatch(/ended \d sessions? of/);
    expect((await browser.open(portal)).text).not.toContain('arms-reader');
    expect((await signOn('bob')).page.status).toBe(403);
    const back = await world.run(`npx stint leave ${name} --undo ${operator}`);
    expect([back.exitCode, back.errors]).toEqual([0, '']);
    expect((await browser.open(portal)).text).not.toContain('arms-reader');
    expect((await signOn('bob')).page.text).toContain('arms-reader');
  });
});

describe('somebody whose aliyun command line asks to be signed in', () => {
  it('says yes in the browser, and the command line takes a role at the dialect’s own origin', async () => {
    const origin = `http://127.0.0.1:${world.ports.cloudSso}`;
    const { browser } = await signOn('alice');
    const here = new URL(portal).origin;
    const ask = async (path: string, members?: object, token = ''): Promise<Record<string, unknown>> => {
      const body = members && JSON.stringify(members);
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const method = members ? 'POST' : 'GET';
      return (await fetch(`${origin}${path}`, { method, headers, ...(body && { body }) })).json();
    };
    const verifier = 'a'.repeat(43);
    const CodeChallenge = createHash('sha256').update(verifier).digest('base64url');
    const { DeviceCode, VerificationUriComplete } = await ask('/device-authorization', {
      ClientId: 'e2e',
      CodeChallenge,
      CodeChallengeMethod: 'S256',
    });
    const page = await browser.open(String(VerificationUriComplete));
    const [, code = ''] = /name="user_code" value="([^"]+)"/.exec(page.text) ?? [];
    const question = await press(browser, page, '/login/device', { user_code: code });
    await press(browser, question, '/login/device/answer', { answer: 'yes', sure: 'yes' });
    const GrantType = 'urn:ietf:params:oauth:grant-type:device_code';
    const signedIn = await ask('/token', { ClientId: 'e2e', CodeVerifier: verifier, DeviceCode, GrantType });
    const token = String(signedIn['AccessToken']);
    const { Accounts } = await ask('/access-assignments/accounts', undefined, token);
    expect(Accounts).toEqual([{ AccountId: DEMO_ACCOUNT, DisplayName: DEMO_ACCOUNT }]);
    const choice = { AccountId: DEMO_ACCOUNT, AccessConfigurationId: 'media-uploader' };
    const { CloudCredential } = await ask('/cloud-credentials', choice, token);
    expect(CloudCredential).toMatchObject({ AccessKeyId: expect.stringMatching(/^STS\./) });
    expect((await fetch(`${origin}/portal`)).status).toBe(404);
    expect((await fetch(`${here}/access-assignments/accounts`)).status).toBe(404);
  });
});

describe('somebody whose company speaks SAML', () => {
  it('signs on at that provider and sees the roles that vend gives them there', async () => {
    const start = await new Browser((request) => fetch(request)).open(portal);
    const { browser, page } = await signOnBySaml(
      'alice',
      linkIn(start, 'Continue with Example Corp \\(SAML\\)'),
    );
    expect(page.url.href).toBe(portal);
    expect(page.text).toContain('media-uploader');
    expect(page.text).toContain('arms-reader');
    expect(
      browser.visited.filter(({ hostname }) => hostname === 'localhost').map(({ pathname }) => pathname),
    ).toEqual([
      '/login/start/corp-saml',
      '/login/saml/corp-saml/acs',
      '/login/saml/corp-saml/finish',
      '/portal',
    ]);
  });

  it('gets what their groups give, and nothing else', async () => {
    const { page } = await signOnBySaml('bob', portal.replace('/portal', '/login/start/corp-saml'));
    expect(page.text).toContain('arms-reader');
    expect(page.text).not.toContain('media-uploader');
  });

  it('signs out here and there, and reads so', async () => {
    const { browser, page } = await signOnBySaml(
      'alice',
      portal.replace('/portal', '/login/start/corp-saml'),
    );
    const leaving = await browser.submit(page, {});
    const next = leaving.headers.get('refresh')?.replace('0; url=', '') ?? '';
    expect(new URL(next).port).toBe(String(world.ports.saml));
    const end = await browser.open(next);
    expect(end.url.pathname).toBe('/login/saml/corp-saml/slo');
    expect(end.text).toContain('Here, and at your company’s sign-on.');
    const again = await browser.open(next);
    expect(again.text).toContain('The sign-out was not accepted');
  });

  it('may begin at the provider, and is asked for there once more', async () => {
    const browser = new Browser((request) => fetch(request));
    const tile = await browser.open(`http://127.0.0.1:${world.ports.saml}/saml/sso/unasked`);
    const people = await browser.submit(await browser.submit(tile, { person: 'alice' }), {});
    expect(people.url.pathname).toBe('/saml/sso');
    const page = await browser.submit(await browser.submit(people, { person: 'alice' }), {});
    expect(page.url.href).toBe(portal);
    expect(page.text).toContain('media-uploader');
  });
});

// The last: its rules end the sessions of all others.
describe('a company that keeps its people here by SCIM', () => {
  let ask: (method: string, path: string, body: object) => Promise<Record<string, unknown>>;
  /** The rules are in force everywhere within 5 seconds. */
  const soon = <T>(attempt: () => Promise<T>): Promise<T> =>
    vi.waitFor(attempt, { timeout: 10_000, interval: 200 });

  beforeAll(async () => {
    await world.apply((text) => {
      const document = parseDocument(text);
      const corporate = document
        .toJS()
        .signOn.connections.findIndex(({ id }: { id: string }) => id === 'corporate');
      document.setIn(['signOn', 'connections', corporate, 'person'], { claim: 'sub' });
      document.setIn(['signOn', 'directories'], [{ id: 'corporate', connections: ['corporate'] }]);
      const to = { provider: 'staff', group: 'uploaders' };
      document.addIn(['grants'], { id: 'by-scim', to, role: 'media-uploader', sessionPolicy: 'inherit' });
      return document.toString();
    });
    const made = await world.run(
      `npx stint scim token create corporate --name e2e --json --env ${world.state.folder}/admin.env`,
    );
    const headers = {
      authorization: `Bearer ${JSON.parse(made.out).token}`,
      'content-type': 'application/scim+json',
    };
    ask = async (method, path, body) => {
      const url = new URL(`/scim/v2/corporate${path}`, portal);
      const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
      const answer = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
      return answer === '' ? {} : JSON.parse(answer);
    };
  });

  it('gives credentials by a group of the directory, and nothing once it deactivates the person', async () => {
    const { id } = await soon(() =>
      ask('POST', '/Users', { userName: 'bob', externalId: 'bob', active: true }),
    );
    await ask('POST', '/Groups', { displayName: 'uploaders', members: [{ value: id }] });
    const { browser, page } = await soon(async () => {
      const signedOn = await signOn('bob');
      expect(signedOn.page.text).toContain('media-uploader');
      return signedOn;
    });
    const shown = await press(browser, page, '/portal/credentials', { role: 'media-uploader' });
    expect(shown.text).toMatch(/STS\.\w+/);
    const Operations = [{ op: 'Replace', path: 'active', value: 'False' }];
    await ask('PATCH', `/Users/${String(id)}`, { Operations });
    expect((await browser.open(portal)).text).not.toContain('media-uploader');
    expect((await signOn('bob')).page.status).toBe(403);
  });
});
