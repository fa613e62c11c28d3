// Against holders of others' codes and tokens, and callers at the wrong host: the CloudSSO dialect gives a token only to the client
// that asked, credentials only of the one role that the token took first, and nothing once the session has ended.
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { DEVICES } from '../../shared/adapters/tablestore/tables.ts';
import type { Browser } from '../support/browser.ts';
import { role as roleNamed } from '../support/builders.ts';
import { CANARY } from '../support/canaries.ts';
import {
  ACCOUNT,
  type AskedCodes,
  accounts,
  askAsAliyun,
  CLOUDSSO,
  configurations,
  credentials,
  pollAsAliyun,
  said,
  send,
  sendJson,
  signInWithAliyun,
} from '../support/cloudsso.ts';
import { type CloudSsoWorld, OTHER_ACCOUNT, startCloudSso } from '../support/cloudsso-world.ts';
import {
  answerDevice,
  askAsDevice,
  call,
  poll,
  press,
  refresh,
  said as saidByOAuth,
  signInOnDevice,
  typeCode,
} from '../support/command-line.ts';
import { exchange } from '../support/exchange.ts';
import type { Operation } from '../support/fake-rows.ts';
import { type Login, PORTAL, SESSION_COOKIE, startLogin } from '../support/login-app.ts';
import { listenHere } from '../support/loopback.ts';

const SECOND_MS = 1000;

let world: CloudSsoWorld;
let login: Login;
let alice: Browser;

beforeEach(async () => {
  world = await startCloudSso({ clientIpHeader: 'x-address' });
  ({ login, alice } = world);
});

/** What the client hears, when it is its turn again. */
async function heard(asked: Pick<AskedCodes, 'deviceCode' | 'verifier'>, members: object = {}) {
  world.clock.advance(5 * SECOND_MS);
  return said(await pollAsAliyun(login, asked, members));
}

const approve = async (userCode: string) => answerDevice(alice, await typeCode(alice, userCode));
const openPortal = (path: string) => alice.request(new URL(path, PORTAL));

describe('a device code', () => {
  /**
   * @attack CloudSSO: device code without its code verifier
   * @removed the comparison with the code challenge
   * @failed 1 of 51: is of no use without the code verifier, and stays good for its client: `expected 'ok' to
   *   be 'InvalidDeviceCodeError'`
   */
  it('is of no use without the code verifier, and stays good for its client', async () => {
    const asked = await askAsAliyun(login);
    await approve(asked.userCode);
    const challenge = createHash('sha256').update(asked.verifier).digest('base64url');
    for (const verifier of ['', 'a'.repeat(43), challenge, `${asked.verifier}x`])
      expect(await heard({ ...asked, verifier })).toBe('InvalidDeviceCodeError');
    expect(await heard(asked)).toBe('ok');
  });

  /**
   * @attack CloudSSO: device code of another client
   * @removed the comparison of the client ids
   * @failed 1 of 51: is of no use to another client: `expected 'ok' to be 'InvalidDeviceCodeError'`
   */
  it('is of no use to another client', async () => {
    const asked = await askAsAliyun(login);
    await approve(asked.userCode);
    expect(await heard(asked, { ClientId: 'app-of-somebody-else' })).toBe('InvalidDeviceCodeError');
    expect(await heard(asked)).toBe('ok');
  });

  /**
   * @attack CloudSSO: device code taken to the token endpoint of OAuth, which asks for no code verifier
   * @removed the check that the code is of OAuth's device flow
   * @failed 1 of 51: is not redeemed at the token endpoint of OAuth: `expected 'ok' to be 'invalid_grant'`
   */
  it('is not redeemed at the token endpoint of OAuth', async () => {
    const asked = await askAsAliyun(login);
    await approve(asked.userCode);
    expect(saidByOAuth(await poll(login, asked.deviceCode))).toBe('invalid_grant');
    expect(await heard(asked)).toBe('ok');
  });

  it('of OAuth is not redeemed here', async () => {
    const { deviceCode, userCode } = await askAsDevice(login);
    await approve(userCode);
    expect(await heard({ deviceCode, verifier: 'a'.repeat(43) })).toBe('InvalidDeviceCodeError');
  });

  it('that is used twice ends what it gave', async () => {
    const asked = await askAsAliyun(login);
    await approve(asked.userCode);
    const token = String((await pollAsAliyun(login, asked)).body['AccessToken']);
    expect(await heard(asked)).toBe('InvalidDeviceCodeError');
    expect(said(await credentials(login, token))).toBe('InvalidAccessToken');
  });

  /**
   * @attack CloudSSO: polls without end
   * @removed the limit of polls
   * @failed 1 of 51: that is polled too often hears to wait, and the store is not asked: `expected 80 to be
   *   1`
   *
   * @attack CloudSSO: a client that polls in a loop, because its error is not AuthorizationPending
   * @removed the translation of `slow_down`
   * @failed 1 of 51: that is polled too often hears to wait, and the store is not asked: `expected Set{
   *   'AuthorizationPending', …(1) } to deeply equal Set{ 'AuthorizationPending' }`
   */
  it('that is polled too often hears to wait, and the store is not asked', async () => {
    const asked = await askAsAliyun(login);
    let reads = 0;
    login.rows.intercept = () => {
      reads += 1;
      return undefined;
    };
    const polls = [];
    for (let i = 0; i < 80; i++) polls.push(await pollAsAliyun(login, asked));
    expect(new Set(polls.map(said))).toEqual(new Set(['AuthorizationPending']));
    expect(reads).toBe(1);
  });

  it('is in no table, log or audit row, and neither are verifier and token', async () => {
    const asked = await askAsAliyun(login);
    await approve(asked.userCode);
    const token = String((await pollAsAliyun(login, asked)).body['AccessToken']);
    await credentials(login, token);
    await credentials(login, token, 'billing', OTHER_ACCOUNT);
    const kept = JSON.stringify([
      login.rows.rows(DEVICES),
      login.people(),
      login.auditLog.events,
      login.logger.lines,
      world.vend.auditLog.events,
      world.vend.logger.lines,
    ]);
    const [, , , secret = ''] = token.split('.');
    for (const text of [asked.deviceCode.split('.')[1] ?? '', asked.userCode, asked.verifier, secret])
      expect(kept).not.toContain(text);
    expect(kept).toContain(createHash('sha256').update(secret).digest('base64url'));
  });
});

describe('an access token', () => {
  let token: string;
  beforeEach(async () => {
    token = await signInWithAliyun(login, alice);
  });

  const works = async () => said(await credentials(login, token));
  const everywhere = async (bearer: string) =>
    new Set([
      said(await accounts(login, bearer)),
      said(await configurations(login, bearer)),
      said(await credentials(login, bearer)),
      said(await credentials(login, bearer, null)),
    ]);

  /**
   * @attack CloudSSO: access token with another secret, or of another session
   * @removed the comparison with the hash of the session's row
   * @failed 1 of 51: opens nothing when any part of it is another: `expected Set{ 'ok' } to deeply equal Set{
   *   'InvalidAccessToken' }`
   */
  it('opens nothing when any part of it is another', async () => {
    const parts = token.split('.');
    const other = (await signInWithAliyun(login, await world.signOn('bob'))).split('.');
    const forged = parts
      .slice(1)
      .map((_, i) => parts.map((part, j) => (j === i + 1 ? (other[j] ?? '') : part)));
    const random = [...parts.slice(0, 3), randomBytes(32).toString('base64url')];
    for (const one of [...forged, random, [...parts, 'x'], parts.slice(0, 3), ['x', ...parts.slice(1)]])
      expect(await everywhere(one.join('.'))).toEqual(new Set(['InvalidAccessToken']));
    expect(await works()).toBe('ok');
  });

  /**
   * @attack CloudSSO: access token made of a refresh token, or of a cookie
   * @removed the check that the session is of this dialect
   * @failed 1 of 51: is not made of a refresh token or a cookie: `expected Set{ 'ok' } to deeply equal Set{
   *   'InvalidAccessToken' }`
   */
  it('is not made of a refresh token or a cookie', async () => {
    const [, person, id, , secret] = (await signInOnDevice(login, alice)).split('.');
    const cookie = alice.jar(new URL(PORTAL).hostname).get(SESSION_COOKIE)?.value.split('.') ?? [];
    const made = [
      [person, id, secret],
      [cookie[0], cookie[1], cookie[3]],
    ];
    for (const one of made)
      expect(await everywhere(['stint_cloudsso', ...one].join('.'))).toEqual(new Set(['InvalidAccessToken']));
  });

  it('is no refresh token, no session token and no cookie', async () => {
    const [, person, id, secret] = token.split('.');
    const asRefresh = ['stint_refresh', person, id, 'a'.repeat(22), secret].join('.');
    for (const one of [token, asRefresh])
      expect(saidByOAuth(await refresh(login, one))).toBe('invalid_grant');
    await call(login, '/login/revoke', { token: asRefresh });
    expect((await world.vend.send('GET', '/v1/roles', { token })).status).toBe(401);
    const browser = login.browser();
    const value = [person, id, 'a'.repeat(22), secret].join('.');
    browser.jar(new URL(PORTAL).hostname).set(SESSION_COOKIE, { value, attributes: '' });
    expect((await browser.request(new URL('/portal', PORTAL))).text).not.toContain('form_token');
    expect(await works()).toBe('ok');
  });

  const ENDINGS: readonly (readonly [string, () => unknown])[] = [
    [
      'its person signs out in the browser',
      async () => press(alice, await openPortal('/portal'), '/login/sign-out', {}),
    ],
    [
      'its person ends it on the page of sessions',
      async () =>
        press(alice, await openPortal('/portal/sessions'), '/portal/sessions', {
          session: token.split('.')[2],
        }),
    ],
    [
      'all people are signed out',
      () => Object.assign(login.state, { signOn: { ...login.state.signOn, generation: 1 } }),
    ],
    [
      'its person is blocked',
      () => Object.assign(login.state, { signOn: { ...login.state.signOn, blocked: ['corporate:alice'] } }),
    ],
    [
      'its connection is removed',
      () => Object.assign(login.state, { signOn: { ...login.state.signOn, connections: [] } }),
    ],
    ['it is not used for four hours', () => world.clock.advance(4 * 3_600 * SECOND_MS)],
    [
      'its twelve hours are over, however it is used',
      async () => {
        for (let hours = 0; hours < 12; hours += 3) {
          expect(await works()).toBe('ok');
          world.clock.advance(3 * 3_600 * SECOND_MS);
        }
      },
    ],
  ];

  /**
   * @attack CloudSSO: access token after the end of its session
   * @removed the check that the session is open
   * @failed 6 of 51: opens nothing after all people are signed out: `expected Set{ 'ok' } to deeply equal
   *   Set{ 'InvalidAccessToken' }`
   */
  it.each(ENDINGS)('opens nothing after %s', async (_, end) => {
    await end();
    expect(await everywhere(token)).toEqual(new Set(['InvalidAccessToken']));
  });

  it('leaves an audit row when it is used after its end', async () => {
    Object.assign(login.state, { signOn: { ...login.state.signOn, generation: 1 } });
    await works();
    expect(login.auditLog.events.at(-1)).toMatchObject({
      action: 'command-line-refresh',
      subject: 'alice',
      outcome: 'refused',
      cause: 'session-ended',
    });
  });

  it('gives nothing of a role that was taken away', async () => {
    expect(await works()).toBe('ok');
    world.vend.store.grants = world.vend.store.grants.slice(1);
    world.vend.clock.advance(6 * SECOND_MS);
    expect(await works()).toBe('AccessDenied');
    expect((await configurations(login, token)).body['AccessConfigurationsForAccount']).toEqual([]);
  });

  /**
   * @attack CloudSSO: second role with a token that is bound to one
   * @removed the comparison with the bound role
   * @failed 1 of 51: gives the role that it took first, and no other: `expected 2 to be 1`
   * @note the write that binds it refuses too, after vend has been asked
   */
  it('gives the role that it took first, and no other', async () => {
    expect(await works()).toBe('ok');
    const asked = world.vend.auditLog.events.length;
    expect(said(await credentials(login, token, 'arms-reader', OTHER_ACCOUNT))).toBe(
      'AccessConfigurationNotOfToken',
    );
    expect(world.vend.auditLog.events.length).toBe(asked);
    expect(login.auditLog.events.at(-1)).toMatchObject({
      outcome: 'refused',
      cause: 'token-bound-to-another-role',
    });
    expect((await accounts(login, token)).body['Accounts']).toEqual([
      { AccountId: ACCOUNT, DisplayName: ACCOUNT },
    ]);
    expect(await works()).toBe('ok');
  });

  /**
   * @attack CloudSSO: audit rows without end, by asking for a role that the token is not bound to
   * @removed the count of a refusal with an audit row against the limit for strangers
   * @failed 1 of 51: is limited in how many refusals it writes: `expected 'AccessConfigurationNotOfToken' to
   *   be 'Throttling'`
   */
  it('is limited in how many refusals it writes', async () => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-address': '203.0.113.7',
    };
    const answerFor = async (role: string, account: string) => {
      const body = JSON.stringify({ AccountId: account, AccessConfigurationId: role });
      return said(await send(login, '/cloud-credentials', { method: 'POST', body, headers }));
    };
    for (let n = 0; n <= 100; n++) expect(await answerFor('media-uploader', ACCOUNT)).toBe('ok');
    let last: unknown;
    for (let n = 0; n <= 100; n++) last = await answerFor('arms-reader', OTHER_ACCOUNT);
    expect(last).toBe('Throttling');
  });

  /**
   * @attack CloudSSO: two roles at once with a token that is bound to none
   * @removed the comparison with the role that the other request bound it to
   * @failed 1 of 51: is bound once when two roles are taken at once, at two instances: `expected [ 'ok', 'ok'
   *   ] to deeply equal [ …(2) ]`
   */
  it('is bound once when two roles are taken at once, at two instances', async () => {
    const other = startLogin({ connections: [], parts: login.deps });
    const answers = await Promise.all([
      credentials(login, token),
      credentials(other, token, 'arms-reader', OTHER_ACCOUNT),
    ]);
    expect(answers.map(said).sort()).toEqual(['AccessConfigurationNotOfToken', 'ok']);
  });

  /**
   * @attack CloudSSO: access configuration of another account
   * @removed the comparison with the account in the list of roles
   * @failed 1 of 54: gives nothing for a role of another account than it is asked for, and is not bound by
   *   asking: `expected [ { …(6) }, { …(6) } ] to deeply equal []`
   */
  it('gives nothing for a role of another account than it is asked for, and is not bound by asking', async () => {
    for (const [role, account] of [
      ['media-uploader', OTHER_ACCOUNT],
      ['arms-reader', ACCOUNT],
      ['media-uploader', ''],
    ] as const)
      expect(said(await credentials(login, token, role, account))).toBe('AccessDenied');
    expect(said(await credentials(login, token, null))).toBe('AccessConfigurationNotChosen');
    expect(world.vend.assumer.orders).toEqual([]);
    expect(login.auditLog.events.at(-1)).toMatchObject({
      outcome: 'refused',
      cause: 'access-configuration-unknown',
    });
  });

  /**
   * @attack CloudSSO: access configuration whose role is another account's by now
   * @removed the comparison with the account of the credentials
   * @failed 1 of 54: gives nothing once the role that it is bound to is of another account: `expected 'ok' to be
   *   'AccessDenied'`
   */
  it('gives nothing once the role that it is bound to is of another account', async () => {
    expect(await works()).toBe('ok');
    const elsewhere = `acs:ram::${OTHER_ACCOUNT}:role/media-uploader`;
    world.vend.store.roles = [roleNamed({ roleArn: elsewhere })];
    Object.assign(world.vend.store, { revision: 'rev00000002' });
    expect(await works()).toBe('AccessDenied');
  });

  it('gives nothing of a role that is not granted, which is not told from one that does not exist', async () => {
    const refused = [];
    for (const role of ['billing', 'nothing-like-it', '../x', '', 'acs:ram::1234567890123456:role/billing'])
      refused.push(await credentials(login, token, role, OTHER_ACCOUNT));
    const [first, ...others] = refused.map(({ status, body }) => [status, { ...body, RequestId: '' }]);
    expect(first).toMatchObject([403, { ErrorCode: 'AccessDenied' }]);
    for (const other of others) expect(other).toEqual(first);
    expect(
      (await configurations(login, token, OTHER_ACCOUNT)).body['AccessConfigurationsForAccount'],
    ).toMatchObject([{ AccessConfigurationId: 'arms-reader' }]);
  });
});

describe('another person', () => {
  it('sees and takes nothing with a token of their own', async () => {
    const token = await signInWithAliyun(login, await world.signOn('mallory'));
    expect((await accounts(login, token)).body['Accounts']).toEqual([]);
    expect((await configurations(login, token)).body['AccessConfigurationsForAccount']).toEqual([]);
    expect(said(await credentials(login, token))).toBe('AccessDenied');
  });
});

const PATHS = [
  'POST /device-authorization',
  'POST /token',
  'GET /access-assignments/accounts',
  'GET /access-assignments/access-configurations?AccountId=1',
  'POST /cloud-credentials',
];
const askPath = (path: string, headers: Record<string, string> = {}, origin = CLOUDSSO) => {
  const [method = '', url = ''] = path.split(' ');
  const body = method === 'POST' ? { body: '{}' } : {};
  return login.app.request(`${origin}${url}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...body,
  });
};

describe('the two hosts', () => {
  /**
   * @attack CloudSSO: dialect at the portal's host, or at any other
   * @removed the comparison of the host
   * @failed 30 of 51: is of no use without the code verifier, and stays good for its client: `expected
   *   'AuthorizationPending' to be 'ok'`
   */
  it.each(PATHS)('are told apart: %s is at its own alone', async (path) => {
    const own = await askPath(path);
    expect([400, 401]).toContain(own.status);
    expect(await own.json()).toHaveProperty('ErrorCode');
    for (const origin of [
      PORTAL,
      'https://sso.example.com.evil.example',
      'https://x.sso.example.com',
      'https://sso.example.com:444',
    ]) {
      const other = await askPath(path, { 'x-forwarded-host': 'sso.example.com' }, origin);
      expect(other.headers.get('content-type')).toMatch(/^text\/html/);
    }
  });

  it.each([
    ['names the default port', 'http://SSO.example.com:443'],
    ['has a dot at its end', 'http://sso.example.com.'],
    ['has a dot and the port', 'http://sso.example.com.:443'],
  ])('are told apart where the Host %s, too', async (_, origin) => {
    for (const path of [...PATHS, 'GET /portal', 'POST /login/token']) {
      const answer = await askPath(path, {}, origin);
      expect(await answer.json()).toHaveProperty('ErrorCode');
    }
  });

  it('are told apart: no page of the portal is at the dialect’s, with whatever header', async () => {
    const { cookie } = await world.portal.signIn('alice');
    const routes = login.app.routes.filter(({ path }) => !path.includes('*'));
    expect(routes.length).toBeGreaterThan(20);
    for (const { method, path } of routes) {
      const headers = {
        cookie,
        'x-forwarded-host': 'vend.example.com',
        origin: PORTAL,
        'sec-fetch-site': 'same-origin',
      };
      const response = await login.app.request(`${CLOUDSSO}${path}`, { method, headers });
      expect([path, response.status, response.headers.getSetCookie()]).toEqual([path, 404, []]);
    }
  });

  it('share no cookie, and no web page may call the dialect', async () => {
    const { cookie } = await world.portal.signIn('alice');
    for (const path of PATHS) {
      const { headers, status } = await askPath(path, { cookie, origin: 'https://evil.example' });
      expect([headers.getSetCookie(), headers.get('access-control-allow-origin')]).toEqual([[], null]);
      expect(status).toBeGreaterThanOrEqual(400);
      const preflight = await askPath(path.replace(/^\w+/, 'OPTIONS'), { origin: 'https://evil.example' });
      expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([404, null]);
    }
  });

  it('do not differ in what browsers and caches are told', async () => {
    for (const path of PATHS) {
      const { headers } = await askPath(path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
    }
  });
});

describe('a stranger', () => {
  /**
   * @attack CloudSSO: address of the dialect that nobody gave a limit
   * @removed the limit of one route
   * @failed 1 of 51: is limited at POST /cloud-credentials: `expected [ false, 400 ] to deeply equal [ false,
   *   429 ]`
   */
  it.each(PATHS)('is limited at %s', async (path) => {
    const statuses = [];
    for (let n = 0; n <= 100; n++)
      statuses.push((await askPath(path, { 'x-address': '203.0.113.7' })).status);
    expect([statuses[0] === 429, statuses.at(-1)]).toEqual([false, 429]);
    expect((await askPath(path, { 'x-address': '203.0.113.8' })).status).not.toBe(429);
  });

  it.each(PATHS)('writes nothing and asks nobody with a malformed request at %s', async (path) => {
    const written: Operation[] = [];
    login.rows.intercept = (operation) => {
      if (!['getRows', 'getRange', 'scanRange'].includes(operation)) written.push(operation);
      return undefined;
    };
    const made = ['stint_cloudsso', 'a'.repeat(32), 'b'.repeat(22), 'c'.repeat(43)].join('.');
    for (const headers of [{}, { authorization: `Bearer ${made}` }, { authorization: 'Basic eA==' }])
      expect((await askPath(path, headers)).status).toBeLessThan(500);
    expect([written, login.auditLog.events, world.vend.auditLog.events]).toEqual([[], [], []]);
  });

  it('that is over its limit at /token hears to wait', async () => {
    const headers = { 'content-type': 'application/json', 'x-address': '203.0.113.7' };
    let last = await send(login, '/token', { method: 'POST', body: '{}', headers });
    for (let n = 0; n <= 100; n++)
      last = await send(login, '/token', { method: 'POST', body: '{}', headers });
    expect([last.status, said(last)]).toEqual([429, 'AuthorizationPending']);
  });

  it('that waits for its person does not use up the limit', async () => {
    for (let n = 0; n < 150; n++) {
      const asked = await askAsAliyun(login);
      const headers = { 'x-address': '203.0.113.9', 'content-type': 'application/json' };
      const { deviceCode: DeviceCode, verifier: CodeVerifier } = asked;
      const GrantType = 'urn:ietf:params:oauth:grant-type:device_code';
      const body = JSON.stringify({
        DeviceCode,
        CodeVerifier,
        GrantType,
        ClientId: 'app-vaz16tltdxs96audqf35',
      });
      expect((await send(login, '/token', { method: 'POST', body, headers })).status).toBe(400);
    }
  });
});

const MEMBERS = [
  'ClientId',
  'CodeChallenge',
  'CodeChallengeMethod',
  'PortalUrl',
  'GrantType',
  'DeviceCode',
  'CodeVerifier',
  'AccountId',
  'AccessConfigurationId',
  '__proto__',
  'constructor',
];
const value = fc.oneof(
  fc.constantFrom(
    'S256',
    'a'.repeat(43),
    ACCOUNT,
    'media-uploader',
    'billing',
    '',
    null,
    true,
    1e300,
    [],
    {},
    'x'.repeat(3_000),
    '\u0000',
    '\ud800',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const anyBody = fc.oneof(
  {
    arbitrary: fc.dictionary(fc.constantFrom(...MEMBERS), value).map((members) => JSON.stringify(members)),
    weight: 4,
  },
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.constantFrom('', '[]', 'null', '"x"', '{', '{"AccountId":"1","AccountId":"2"}'),
);

describe('a request of any content', () => {
  /**
   * @attack CloudSSO: request that makes the command line crash, by an answer of 5xx
   * @removed the status of a bug (made: 500)
   * @failed 1 of 51: is answered with 4xx when the code has a bug: `expected [ 500, 'ServiceUnavailable' ] to
   *   deeply equal [ 429, 'ServiceUnavailable' ]`
   */
  it('is answered with 2xx or 4xx and JSON, and gives no secret without a good token', async () => {
    const good = await signInWithAliyun(login, alice);
    const [, person, id] = good.split('.');
    const authorization = fc.oneof(
      fc.constantFrom(
        '',
        'Bearer',
        'Bearer x',
        `Bearer stint_cloudsso.${person}.${id}.${'a'.repeat(43)}`,
        `Basic ${good}`,
        `Bearer ${good} x`,
      ),
      fc
        .string({ unit: 'grapheme-ascii', maxLength: 30 })
        .map((text) => text.replaceAll(/[^\x20-\x7e]/g, '')),
    );
    const type = fc.constantFrom('application/json', 'application/json; charset=utf-8', 'text/plain', '');
    await fc.assert(
      fc.asyncProperty(fc.nat(), anyBody, authorization, type, async (place, body, sent, contentType) => {
        world.clock.advance(SECOND_MS);
        const [method = '', url = ''] = (PATHS[place % PATHS.length] ?? '').split(' ');
        const response = await login.app.request(`${CLOUDSSO}${url}`, {
          method,
          headers: { authorization: sent, 'content-type': contentType },
          ...(method === 'POST' ? { body } : {}),
        });
        const text = await response.text();
        expect(JSON.parse(text)).toHaveProperty('RequestId');
        expect([response.status, response.status < 500]).toEqual([response.status, true]);
        expect(text).not.toContain(CANARY.stsSecret);
        expect(login.logger.lines.filter(({ event }) => event === 'bug')).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  it('is answered so for a good token too, in whatever way it names a role', async () => {
    const token = await signInWithAliyun(login, alice);
    await fc.assert(
      fc.asyncProperty(anyBody, async (body) => {
        world.clock.advance(SECOND_MS);
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        const answer = await send(login, '/cloud-credentials', { method: 'POST', headers, body });
        const isGood = /^\{/.test(body) && answer.status === 200;
        expect(answer.status < 500).toBe(true);
        if (isGood)
          expect(JSON.parse(body)).toMatchObject({
            AccountId: ACCOUNT,
            AccessConfigurationId: 'media-uploader',
          });
        expect(login.logger.lines.filter(({ event }) => event === 'bug')).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('is answered with 4xx when the code has a bug', async () => {
    const { login: broken } = await startCloudSso({
      devices: {
        add: () => Promise.reject(new Error(CANARY.stsSecret)),
        find: () => Promise.reject(new Error()),
        replace: () => Promise.reject(new Error()),
      },
    });
    const { answer } = await askAsAliyun(broken);
    expect([answer.status, said(answer)]).toEqual([429, 'ServiceUnavailable']);
    expect(JSON.stringify([answer.body, broken.logger.lines])).not.toContain(CANARY.stsSecret);
  });

  it('is answered so on the wire, whatever its Host', async () => {
    const { port } = await listenHere(createServer(getRequestListener(login.app.fetch)));
    for (const host of [
      'sso.example.com',
      'SSO.example.com:443',
      'sso.example.com.',
      'sso.example.com:99999',
      'xn--',
      '',
      '%00',
    ]) {
      const lines = [
        'POST /cloud-credentials HTTP/1.1',
        `Host: ${host}`,
        'Content-Length: 0',
        'Connection: close',
      ];
      expect(await exchange(port, `${lines.join('\r\n')}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
  });
});

it('a body of a megabyte is not read to its end, nor one that is broken off', async () => {
  expect((await sendJson(login, '/cloud-credentials', { AccountId: 'x'.repeat(1_000_000) })).status).toBe(
    413,
  );
});
