// People in 350 groups with names of 36 characters, as Entra ID has them, get from the sign-on to credentials, in the
// portal and on the command line, while no request has more than 8 KB of headers.
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { fetchOwnIdentity } from '../../clients/cli/credentials/own-identity.ts';
import { MAX_SIGN_ON_CHARACTERS } from '../../functions/login/keys/check-token-size.ts';
import { createVendClient } from '../../shared/adapters/http/vend-client.ts';
import type { VendClient } from '../../shared/http/vend-call.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import type { Browser } from '../support/browser.ts';
import { AUDIENCE, NOW } from '../support/builders.ts';
import { approve, ask, press, redeem } from '../support/command-line.ts';
import { FakeClock } from '../support/fakes.ts';
import { PORTAL, startLogin } from '../support/login-app.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { connection } from '../support/saml-idp.ts';
import { isSignedOn as isSignedOnBySaml, SamlLogin, SESSION_KEYS } from '../support/saml-login.ts';
import { connectionTo, isSignedOn, signOnAs } from '../support/sign-on.ts';
import { startVendFor } from '../support/vend-behind-headers.ts';

/** As an object id of Entra ID. */
function guid(index: number): string {
  const hex = createHash('sha256').update(String(index)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

const groupsOf = (count: number): string[] => Array.from({ length: count }, (_, index) => guid(index));

const MANY = 350;
/** The one that the grant names. */
const LAST = guid(MANY - 1);
const ISSUER = `${PORTAL}/login`;

let client: { value: VendClient | undefined; url: string };

/** Login is made first, and vend knows it. */
const vend: VendClient = {
  call: (token, call) => {
    if (!client.value) throw new Error('vend was not started');
    return client.value.call(token, call);
  },
};

async function startVendOf(keys: typeof SESSION_KEYS) {
  const started = await startVendFor({ issuer: ISSUER, audience: AUDIENCE, keys }, LAST);
  client.url = started.url;
  client.value = createVendClient(started.url);
  return started.vend;
}

beforeEach(() => {
  client = { value: undefined, url: '' };
});

interface Way {
  readonly app: Parameters<typeof redeem>[0]['app'];
  readonly browser: Browser;
  readonly status: number;
  readonly isSignedOn: boolean;
  readonly refusal: Readonly<Record<string, unknown>>;
  readonly page: string;
}

let provider: OpenIdProvider;

/** `groups` of the connection. */
type Source = 'groups' | { readonly claim: 'groups'; readonly match: string };

async function byOidc(groups: readonly string[], source: Source = 'groups'): Promise<Way> {
  provider = await startOpenIdProvider();
  const clock = new FakeClock();
  const login = startLogin({
    connections: [connectionTo(provider, { groups: source, claims: { name: 'name', email: 'email' } })],
    parts: { clock, vend },
  });
  const { clock: ofVend } = await startVendOf(login.deps.tokens.keys);
  for (const one of [clock, ofVend]) one.advance(Date.now() - NOW.getTime());
  const claims = { groups, name: 'Alice Liddell', email: 'alice.liddell@example.com' };
  const { browser, page } = await signOnAs(login, provider, claims);
  const refusal = login.auditLog.events.at(-1) ?? {};
  return {
    app: login.app,
    browser,
    status: page.status,
    isSignedOn: await isSignedOn(browser),
    refusal,
    page: page.text,
  };
}

async function bySaml(groups: readonly string[], source: Source = 'groups'): Promise<Way> {
  const login = new SamlLogin(undefined, { vend });
  login.connections.splice(0, 1, connection({ groups: source }));
  await startVendOf(SESSION_KEYS);
  const browser = login.newBrowser();
  const asked = await login.begin(browser);
  const contents = { attributes: { mail: ['alice.liddell@example.com'], groups } };
  const page = await login.answer(browser, asked, { contents }, ({ pathname }) => pathname === '/portal');
  const refusal = login.auditLog.events.at(-1) ?? {};
  return {
    app: login.app,
    browser,
    status: page.status,
    isSignedOn: isSignedOnBySaml(browser),
    refusal,
    page: page.text,
  };
}

describe.each([
  ['OpenID Connect', byOidc],
  ['SAML', bySaml],
])('somebody in 350 groups, by %s,', (_, signOn) => {
  it('signs on, sees their roles and takes credentials in the portal', async () => {
    const { browser, isSignedOn: isIn } = await signOn(groupsOf(MANY));
    expect(isIn).toBe(true);
    const portal = await browser.request(new URL('/portal', PORTAL));
    expect([portal.status, portal.text.includes('media-uploader')]).toEqual([200, true]);
    const shown = await press(browser, portal, '/portal/credentials', { role: 'media-uploader' });
    expect([shown.status, shown.text.includes('STS.')]).toEqual([200, true]);
  });

  it('is signed on with more than fit where the connection takes those that grants name', async () => {
    const { isSignedOn: isIn, browser } = await signOn([...groupsOf(400), LAST], {
      claim: 'groups',
      match: `${LAST.slice(0, 8)}-[0-9a-f-]+`,
    });
    expect(isIn).toBe(true);
    const portal = await browser.request(new URL('/portal', PORTAL));
    expect(portal.text).toContain('media-uploader');
  });

  it('signs in on the command line, which learns who they are and takes credentials', async () => {
    const { app, browser } = await signOn(groupsOf(MANY));
    const asking = ask();
    const answer = await redeem({ app }, (await approve(browser, asking)).get('code'), asking);
    const access = new Secret(String(answer.body['access_token']));
    const tokens = { access, accessEndsAt: NOW, refresh: access, endsAt: undefined };
    const identity = await fetchOwnIdentity({ url: client.url, tokens });
    expect(identity.ok && identity.value.groups).toHaveLength(MANY);
    const body = { role: 'media-uploader' };
    const vended = await createVendClient(client.url).call(access, { path: '/v1/credentials', body });
    expect(vended).toMatchObject({ ok: true, value: { status: 200 } });
  });

  /**
   * @attack Sign-on of somebody whose token `vend` would refuse
   * @removed the check of the token's length; the room for what a session comes to say
   * @failed 3 of 49; 1 of 2: is not signed on with more than fit, and the page and the audit row say why:
   *   `expected [ 303, true ] to deeply equal [ 403, false ]`
   * @also test/attack/sign-in-claims.test.ts
   * @also test/unit/login/token-length.test.ts
   */
  it('is not signed on with more than fit, and the page and the audit row say why', async () => {
    const { status, isSignedOn: isIn, refusal, page } = await signOn(groupsOf(400));
    expect([status, isIn]).toEqual([403, false]);
    expect(page).toContain('You are in too many groups');
    expect(refusal).toMatchObject({
      code: 'sign_on_refused',
      reason: 'claims-too-large',
      cause: expect.stringMatching(
        new RegExp(
          `^400 groups and [12] claims? make a session token of \\d+ characters, of at most ${MAX_SIGN_ON_CHARACTERS}$`,
        ),
      ),
    });
  });
});
