// Against anybody who forges, repeats or holds back logout tokens: only a genuine OpenID back-channel or front-channel
// logout of the connection ends sessions, and only those that it names.
import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Browser, Page } from '../support/browser.ts';
import { generateKeys, hmacToken, publicJwk, unsignedToken } from '../support/issuer.ts';
import { type Login, PORTAL, startLogin } from '../support/login-app.ts';
import {
  CLIENT_ID,
  logoutToken,
  type OpenIdProvider,
  startOpenIdProvider,
} from '../support/openid-provider.ts';
import { connectionTo, isSignedOn, signOnAs, startSignOn } from '../support/sign-on.ts';

const OTHER_KEYS = generateKeys();
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

let provider: OpenIdProvider;
let login: Login;
let alice: Browser;

beforeEach(async () => {
  provider = await startOpenIdProvider();
  login = startLogin({ connections: [connectionTo(provider)] });
  alice = (await signOnAs(login, provider, { sid: 's1' })).browser;
});

const now = () => Math.floor(Date.now() / 1000);

/** The payload of a good one, in which each of these stands a second time. */
const twice = (claims: object): string => {
  const payload = JSON.stringify(decodeJwt(logoutToken(provider, { sid: 's9' })));
  return `${payload.slice(0, -1)},${JSON.stringify(claims).slice(1)}`;
};

async function order(token: string, connection = 'corporate'): Promise<number> {
  const body = new URLSearchParams({ logout_token: token });
  const url = `${PORTAL}/login/backchannel-logout/${connection}`;
  return (await login.app.request(url, { method: 'POST', body })).status;
}

describe('a logout token', () => {
  it('ends the session that it names, at once, and no other of the same person', async () => {
    const other = (await signOnAs(login, provider, { sid: 's2' })).browser;
    expect(await order(logoutToken(provider, { sub: 'alice', sid: 's1' }))).toBe(200);
    expect([await isSignedOn(alice), await isSignedOn(other)]).toEqual([false, true]);
    expect(login.auditLog.events.at(-1)).toMatchObject({
      action: 'logout',
      outcome: 'granted',
      connection: 'corporate',
      subject: 'alice',
    });
  });

  it('that names a person ends all of theirs, and nobody else’s', async () => {
    const more = (await signOnAs(login, provider, { sid: 's2' })).browser;
    const bob = (await signOnAs(login, provider, { sub: 'bob', sid: 's3' })).browser;
    expect(await order(logoutToken(provider, { sub: 'alice', sid: undefined }))).toBe(200);
    const seen = [await isSignedOn(alice), await isSignedOn(more), await isSignedOn(bob)];
    expect(seen).toEqual([false, false, true]);
  });

  it.each([
    ['the type of an ID token', { typ: 'JWT' }],
    ['no type', { typ: undefined }],
  ])('counts without an end, with %s, as older providers send it', async (_, header) => {
    expect(await order(logoutToken(provider, { sid: 's1', exp: undefined }, { header }))).toBe(200);
    expect(await isSignedOn(alice)).toBe(false);
  });

  it('does not reach what came through another connection', async () => {
    login.state.signOn = { ...login.state.signOn, connections: [] };
    const both = startLogin({
      connections: [connectionTo(provider), connectionTo(provider, { id: 'other' })],
      parts: { sessions: login.deps.sessions },
    });
    const body = new URLSearchParams({ logout_token: logoutToken(provider, { sub: 'alice', sid: 's1' }) });
    const answer = await both.app.request(`${PORTAL}/login/backchannel-logout/other`, {
      method: 'POST',
      body,
    });
    expect(answer.status).toBe(200);
    login.state.signOn = both.state.signOn;
    expect(await isSignedOn(alice)).toBe(true);
  });
});

describe('a logout token whose request is held back', () => {
  const held = (token: string, heldMs: number) => {
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          login.clock.advance(heldMs);
          controller.enqueue(Buffer.from(String(new URLSearchParams({ logout_token: token }))));
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const url = `${PORTAL}/login/backchannel-logout/corporate`;
    return login.app.request(new Request(url, { method: 'POST', headers, body, duplex: 'half' }));
  };

  /**
   * @attack Row of a held logout dated back
   * @removed the row's time (made: another)
   * @failed 1 of 36: is judged when all of it has come, and its row is of that time: `expected
   *   1970-01-01T00:00:00.000Z to deeply equal …`
   */
  it('is judged when all of it has come, and its row is of that time', async () => {
    login.clock.freeze();
    const token = logoutToken(provider, { sid: 's1', exp: now() + 60 });
    expect((await held(token, 600_000)).status).toBe(400);
    expect(login.auditLog.events.at(-1)?.at).toEqual(login.clock.now());
    expect(await isSignedOn(alice)).toBe(true);
  });
});

describe('nothing ends when the token', () => {
  const forged: readonly (readonly [string, () => string])[] = [
    ['is signed with another key', () => logoutToken(provider, { sid: 's1' }, { keys: OTHER_KEYS })],
    ['is not signed', () => unsignedToken('none', { claims: { sid: 's1' } })],
    ['is signed with a secret, of a client that has none', () => hmacToken('', { claims: { sid: 's1' } })],
    [
      'brings a key along',
      () => logoutToken(provider, { sid: 's1' }, { header: { jwk: publicJwk('RS256') } }),
    ],
    [
      'brings along the very key that signed it',
      () =>
        logoutToken(
          provider,
          { sid: 's1' },
          { header: { jwk: publicJwk('RS256', OTHER_KEYS) }, keys: OTHER_KEYS },
        ),
    ],
    [
      'names a key that the provider does not have',
      () => logoutToken(provider, { sid: 's1' }, { header: { kid: 'another' } }),
    ],
    ['can be read in two ways', () => logoutToken(provider, {}, { payload: twice({ sid: 's1' }) })],
    ['is for another client', () => logoutToken(provider, { sid: 's1', aud: 'another' })],
    ['is of another issuer', () => logoutToken(provider, { sid: 's1', iss: 'https://evil.example' })],
    [
      'is an ID token',
      () => logoutToken(provider, { sid: 's1', events: undefined, sub: 'alice', nonce: 'n' }),
    ],
    ['has a nonce', () => logoutToken(provider, { sid: 's1', nonce: 'n' })],
    ['tells of another event', () => logoutToken(provider, { sid: 's1', events: { 'urn:other': {} } })],
    ['has an event that is no object', () => logoutToken(provider, { sid: 's1', events: { [EVENT]: true } })],
    ['names nobody', () => logoutToken(provider, { sub: undefined, sid: undefined })],
    ['has no id', () => logoutToken(provider, { sid: 's1', jti: undefined })],
    ['has no time', () => logoutToken(provider, { sid: 's1', iat: undefined })],
    ['is old', () => logoutToken(provider, { sid: 's1', iat: now() - 600, exp: now() + 600 })],
    ['has expired', () => logoutToken(provider, { sid: 's1', exp: now() - 60 })],
    ['is of another type', () => logoutToken(provider, { sid: 's1' }, { header: { typ: 'at+jwt' } })],
    ['is none', () => 'x'],
  ];

  /**
   * @attack Logout token that brings a key along, or with two members of one name
   * @removed its verification by the code of all tokens (made: jose’s alone)
   * @failed 1; 1 of 43: brings a key along: `expected 200 to be 400`
   */
  it.each(forged)('%s', async (_, make) => {
    expect(await order(make())).toBe(400);
    expect(await isSignedOn(alice)).toBe(true);
  });

  it('comes a second time', async () => {
    const again = logoutToken(provider, { sid: 's1' });
    expect(await order(again)).toBe(200);
    login.clock.advance(60_000);
    const { browser } = await signOnAs(login, provider, { sid: 's1' });
    expect(await order(again)).toBe(400);
    expect(await isSignedOn(browser)).toBe(true);
  });

  it('comes to an address that no connection has', async () => {
    expect(await order(logoutToken(provider, { sid: 's1' }), 'nobody')).toBe(400);
    expect(await isSignedOn(alice)).toBe(true);
  });

  it('has only sub, where people are named by another claim', async () => {
    const connections = [connectionTo(provider, { subject: 'oid' })];
    login = startLogin({ connections });
    const { browser } = await signOnAs(login, provider, { sub: 'x', oid: 'alice' });
    expect(await order(logoutToken(provider, { sub: 'alice', sid: undefined }))).toBe(400);
    expect(await isSignedOn(browser)).toBe(true);
  });
});

describe('an order that cannot be carried out', () => {
  it('is answered so that the provider sends it again, and is not used up by the table’s fault', async () => {
    const token = logoutToken(provider, { sid: 's1' });
    login.rows.intercept = (operation) =>
      operation === 'getRange' ? { code: 'OTSServerBusy', requestId: undefined } : undefined;
    expect(await order(token)).toBe(503);
    login.rows.intercept = () => undefined;
    expect(await order(token)).toBe(200);
    expect(await isSignedOn(alice)).toBe(false);
  });

  /**
   * @attack Logout token refused, and so lost, while its provider’s keys cannot be had
   * @removed the difference between no keys and a wrong signature
   * @failed 1 of 43: is answered so where the provider’s keys cannot be had, and nothing ends until they can:
   *   `expected 400 to be 503`
   */
  it('is answered so where the provider’s keys cannot be had, and nothing ends until they can', async () => {
    login = startLogin({
      connections: [connectionTo(provider)],
      parts: { sessions: login.deps.sessions },
    });
    await startSignOn(login.browser()); // its metadata are known, and no key yet
    provider.isDown = true;
    const token = logoutToken(provider, { sid: 's1' });
    expect(await order(token)).toBe(503);
    expect(login.auditLog.events.at(-1)).toMatchObject({
      action: 'logout',
      outcome: 'refused',
      reason: 'idp-unreachable',
    });
    expect(await isSignedOn(alice)).toBe(true);
    provider.isDown = false;
    login.clock.advance(10_000);
    expect(await order(token)).toBe(200);
    expect(await isSignedOn(alice)).toBe(false);
  });
});

describe('a frame of the identity provider', () => {
  const frame = (query: Record<string, string>) =>
    login.app.request(`${PORTAL}/login/frontchannel-logout/corporate?${new URLSearchParams(query)}`);

  it('ends the session that it names, and may be shown in that provider’s page alone', async () => {
    const answer = await frame({ iss: provider.issuer, sid: 's1' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toBe(
      `default-src 'none'; frame-ancestors ${provider.issuer}`,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await isSignedOn(alice)).toBe(false);
  });

  it.each<readonly [string, () => Record<string, string>]>([
    ['another issuer', () => ({ iss: 'https://evil.example', sid: 's1' })],
    ['no issuer', () => ({ sid: 's1' })],
    ['no session', () => ({ iss: provider.issuer })],
    ['a session that nobody has', () => ({ iss: provider.issuer, sid: 's9' })],
  ])('ends nothing with %s, and fills no audit trail', async (_, query) => {
    const before = login.auditLog.events.length;
    await frame(query());
    expect(await isSignedOn(alice)).toBe(true);
    expect(login.auditLog.events).toHaveLength(before);
  });
});

describe('a sign-out', () => {
  const signOut = async (browser: Browser) =>
    browser.submit(await browser.request(new URL(`${PORTAL}/portal`)), {});
  /** The form of the page that leads on. */
  const leaving = ({ text }: Page) => {
    const [, action, inputs = ''] =
      /<form method="post" action="([^"]+)" data-leaves[^>]*>(.*?)<\/form>/s.exec(text) ?? [];
    const fields = [...inputs.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value,
    ]);
    return { action, fields: Object.fromEntries(fields) };
  };

  const byPost = () => {
    const [connection] = login.state.signOn.connections;
    if (connection?.kind !== 'oidc') throw new Error('no such connection');
    login.state.signOn = { ...login.state.signOn, connections: [{ ...connection, signOutBy: 'post' }] };
  };

  it('goes on to the provider’s own, shows it whom it means, and comes back to the portal', async () => {
    const signedOut = await signOut(alice);
    const next = new URL(signedOut.headers.get('refresh')?.replace('0; url=', '') ?? '');
    expect(next.href.startsWith(`${provider.issuer}/end?`)).toBe(true);
    const { id_token_hint: hint = '', ...rest } = Object.fromEntries(next.searchParams);
    expect(rest).toEqual({ client_id: CLIENT_ID, post_logout_redirect_uri: `${PORTAL}/portal` });
    expect(decodeJwt(hint)).toMatchObject({ sub: 'alice', sid: 's1', iss: provider.issuer });
    expect(await isSignedOn(alice)).toBe(false);
  });

  it('shows it by POST where the connection says so', async () => {
    byPost();
    const signedOut = await signOut(alice);
    expect(signedOut.headers.get('refresh')).toBeNull();
    const { action, fields } = leaving(signedOut);
    expect(action).toBe(`${provider.issuer}/end`);
    expect(fields).toEqual({
      client_id: CLIENT_ID,
      post_logout_redirect_uri: `${PORTAL}/portal`,
      id_token_hint: expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/),
    });
    expect(decodeJwt(fields['id_token_hint'])).toMatchObject({
      sub: 'alice',
      sid: 's1',
      iss: provider.issuer,
    });
    expect(await isSignedOn(alice)).toBe(false);
  });

  /**
   * @attack ID token of a sign-out in an address, a log, a row or a table
   * @removed the seal; the POST where it is wanted; the rule for forms on its page alone
   * @failed 2; 2; 1 of 34: has the ID token in no log, no audit row and no table that somebody reads:
   *   `expected '[{"key":["person/…' not to contain 'eyJ…'`
   */
  it('has the ID token in no log, no audit row and no table that somebody reads, and by POST in no address', async () => {
    byPost();
    const { browser } = await signOnAs(login, provider, { sid: 's3' });
    const stored = login.people();
    const signedOut = await signOut(browser);
    const idToken = String(leaving(signedOut).fields['id_token_hint']);
    const parts = idToken.split('.');
    expect(parts).toHaveLength(3);
    const written = [
      stored,
      login.auditLog.events,
      login.logger.lines,
      browser.visited,
      [...signedOut.headers],
    ];
    // Once in the page: in the form's field, and so in no link.
    expect(signedOut.text.split(idToken)).toHaveLength(2);
    for (const part of parts) expect(JSON.stringify(written)).not.toContain(part);
  });

  /**
   * @attack Form that leads to any host, on an answer of the sign-out that leads nowhere by one
   * @removed that the page says where its form leads (made: the address decides)
   * @failed 1 of 43: opens the way to the provider for its own page alone, and there where a form leads to it:
   *   `expected 'default-src …' to contain 'form-action 'self';'`
   */
  it('opens the way to the provider for its own page alone, and there where a form leads to it', async () => {
    const policyOf = (page: Page) => page.headers.get('content-security-policy') ?? '';
    const refusedAt = (browser: Browser) =>
      browser.request(new URL(`${PORTAL}/login/sign-out`), { method: 'POST', body: new URLSearchParams() });
    expect(policyOf(await signOut(alice))).toContain("form-action 'self';");
    provider.metadata = { end_session_endpoint: 'https://id.example.com/end' };
    login.clock.advance(60 * 60_000); // what was known of the company is asked again
    byPost();
    const { browser } = await signOnAs(login, provider);
    expect(policyOf(await browser.request(new URL(`${PORTAL}/portal`)))).toContain("form-action 'self';");
    const refused = await refusedAt(browser);
    expect([refused.status, policyOf(refused)]).toEqual([
      403,
      expect.stringContaining("form-action 'self';"),
    ]);
    expect(policyOf(await signOut(browser))).toContain("form-action 'self' https:;");
  });

  it('goes on without showing whom it means where the ID token is too long to keep', async () => {
    const { browser } = await signOnAs(login, provider, { padding: 'x'.repeat(8_192) });
    const signedOut = await signOut(browser);
    const next = new URL(signedOut.headers.get('refresh')?.replace('0; url=', '') ?? '');
    expect(next.href.startsWith(`${provider.issuer}/end?`)).toBe(true);
    expect([...next.searchParams.keys()].sort()).toEqual(['client_id', 'post_logout_redirect_uri']);
    expect(leaving(signedOut).action).toBeUndefined();
  });

  describe('of a person in many groups', () => {
    const groups = Array.from({ length: 80 }, () => randomUUID());

    it('shows nobody rather than go to an address that servers refuse', async () => {
      const { browser } = await signOnAs(login, provider, { groups });
      const signedOut = await signOut(browser);
      const next = new URL(signedOut.headers.get('refresh')?.replace('0; url=', '') ?? '');
      expect(Object.fromEntries(next.searchParams)).toEqual({
        client_id: CLIENT_ID,
        post_logout_redirect_uri: `${PORTAL}/portal`,
      });
      expect(signedOut.text).not.toContain('id_token_hint');
    });

    it('shows whom it means where no address holds it', async () => {
      byPost();
      const { browser } = await signOnAs(login, provider, { groups });
      const { id_token_hint: hint } = leaving(await signOut(browser)).fields;
      expect(decodeJwt(hint)).toMatchObject({ sub: 'alice', groups });
    });

    it.each([
      [4_000, true],
      [4_001, false],
    ])('has an address of %i characters, and the hint in it: %s', async (length, isShown) => {
      const addressOf = async (path: string) => {
        provider.metadata = { end_session_endpoint: `${provider.issuer}/${path}` };
        login.clock.advance(700_000);
        const { browser } = await signOnAs(login, provider, { groups: groups.slice(0, 40) });
        return (await signOut(browser)).headers.get('refresh')?.replace('0; url=', '') ?? '';
      };
      const shortest = await addressOf('');
      expect(shortest).toContain('id_token_hint');
      const longer = await addressOf('x'.repeat(length - shortest.length));
      expect(longer.includes('id_token_hint')).toBe(isShown);
    });
  });

  it('leaves the query of the provider’s own address where it is', async () => {
    provider.metadata = { end_session_endpoint: `${provider.issuer}/end?tenant=a` };
    login.clock.advance(700_000);
    byPost();
    expect(leaving(await signOut(alice)).action).toBe(`${provider.issuer}/end?tenant=a`);
  });

  it('stays here when the provider is down, and is one all the same', async () => {
    const page = await alice.request(new URL(`${PORTAL}/portal`));
    provider.isDown = true;
    login.clock.advance(3_000_000); // what was discovered is too old by then
    const signedOut = await alice.submit(page, {});
    expect(signedOut.headers.get('refresh')).toBe(`0; url=${PORTAL}/portal`);
    expect(await isSignedOn(alice)).toBe(false);
  });
});
