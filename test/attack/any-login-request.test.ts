// Against anybody on the network: no request to the login function causes an internal error. Tried are any form, query
// and cookie at every route, with and without a session, and any target, Host and headers on the wire.
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ok } from '../../shared/kernel/result.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { exchange } from '../support/exchange.ts';
import { type Login, PORTAL, SESSION_COOKIE, STATE_COOKIE, startLogin } from '../support/login-app.ts';
import { listenHere } from '../support/loopback.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { connection as samlConnection } from '../support/saml-idp.ts';
import { connectionTo, isSignedOn, signOnAs } from '../support/sign-on.ts';

const { claims: _, ...SAML } = samlConnection({ sloUrl: 'https://idp.example.com/slo' });
const HOST = new URL(PORTAL).host;
const ADDRESS_HEADER = 'x-address';

let provider: OpenIdProvider;
beforeEach(async () => {
  provider = await startOpenIdProvider();
});

const start = (): Login =>
  startLogin({
    connections: [connectionTo(provider), { ...SAML, allowIdpInitiated: true }],
    parts: {
      clientIpHeader: ADDRESS_HEADER,
      vend: {
        call: async () => ok({ status: 403, body: new Secret({ code: 'access_denied' }), ageSeconds: 0 }),
      },
    },
  });

/** What each means something to somewhere, and what almost does. */
const WORDS = [
  ...[
    '',
    'corporate',
    'corp',
    'media-uploader',
    'alice',
    'en',
    'zh-CN',
    'yes',
    'no',
    '1',
    'null',
    '{}',
    '[]',
  ],
  ...['stint-cli', 'code', 'refresh_token', 'authorization_code', 'S256', 'a'.repeat(43), 'BCDF-GHJK'],
  ...[
    'urn:ietf:params:oauth:grant-type:device_code',
    'http://127.0.0.1:1/',
    'http://[::1',
    '/portal',
    '//evil',
  ],
  ...['PHg+', '<x/>', 'e30.e30.e30', 'e30..e30.e30.e30', '%zz', '\u0000', '\ud800', 'é', 'a'.repeat(3_000)],
  ...['{"id":"a","rawId":"a","type":"public-key","response":{"clientDataJSON":"e30"}}', '__proto__'],
];
const NAMES = [
  ...['role', 'form_token', 'session', 'format', 'shown_before', 'language', 'to', 'page', 'return_to', 'q'],
  ...['fresh', 'request', 'answer', 'sure', 'user_code', 'ceremony', 'name', 'rename', 'remove', 'all'],
  ...[
    'SAMLRequest',
    'SAMLResponse',
    'RelayState',
    'SigAlg',
    'Signature',
    'logout_token',
    'iss',
    'sid',
    'state',
  ],
  ...[
    'code',
    'error',
    'error_description',
    'client_id',
    'grant_type',
    'refresh_token',
    'device_code',
    'token',
  ],
  ...[
    'code_verifier',
    'redirect_uri',
    'response_type',
    'code_challenge',
    'code_challenge_method',
    'device_name',
  ],
  ...['__proto__', 'constructor', ''],
];
const word = fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'binary', maxLength: 20 }));
const fields = fc.array(fc.tuple(fc.constantFrom(...NAMES), word), { maxLength: 8 });
/** As a form does: a lone surrogate becomes U+FFFD. */
const escaped = (text: string): string => new URLSearchParams({ v: text }).toString().slice(2);
const encode = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join('&');
const COOKIES = [SESSION_COOKIE, STATE_COOKIE, 'stint-language', '__Host-stint-logout', '__Host-stint-saml'];
const TYPES = [
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=utf-8',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'application/json',
  'text/plain',
  '',
];
const ask = fc.record({
  place: fc.nat(),
  connection: fc.constantFrom('corporate', 'corp', 'nobody', '%2e%2e', 'é'),
  query: fields,
  body: fc.oneof({ arbitrary: fields.map(encode), weight: 4 }, fc.string({ unit: 'binary', maxLength: 200 })),
  type: fc.oneof({ arbitrary: fc.constant(TYPES[0] ?? ''), weight: 4 }, fc.constantFrom(...TYPES)),
  cookies: fc.array(fc.tuple(fc.constantFrom(...COOKIES), word), { maxLength: 2 }),
  isSignedIn: fc.boolean(),
  hasToken: fc.boolean(),
  site: fc.constantFrom('same-origin', 'cross-site', undefined),
});

describe('a request of any content', () => {
  it('is answered at every route of login with something that people can do about', async () => {
    const login = start();
    const routes = login.app.routes.filter(({ method, path }) => method !== 'ALL' && !path.includes('*'));
    let owner = (await signOnAs(login, provider)).browser;
    const formToken = async (): Promise<string> => {
      if (!(await isSignedOn(owner))) owner = (await signOnAs(login, provider)).browser;
      const page = await owner.request(new URL(`${PORTAL}/portal/sessions`));
      return /name="form_token" value="([^"]*)"/.exec(page.text)?.[1] ?? '';
    };
    await fc.assert(
      fc.asyncProperty(ask, async ({ place, connection, query, body, type, ...asked }) => {
        login.clock.advance(1_000);
        const { method, path } = routes[place % routes.length] ?? { method: 'GET', path: '/' };
        const own = path.replace(':connection', connection).replace(':name', connection);
        const token = asked.hasToken && asked.isSignedIn ? `&form_token=${await formToken()}` : '';
        const session = owner.jar(HOST).get(SESSION_COOKIE)?.value;
        const cookies = asked.cookies.map(([name, value]) => `${name}=${escaped(value)}`);
        if (asked.isSignedIn) cookies.push(`${SESSION_COOKIE}=${session}`);
        const answer = await login.app.request(`${PORTAL}${own}?${encode(query)}`, {
          method,
          headers: {
            origin: PORTAL,
            'content-type': type,
            cookie: cookies.join('; '),
            ...(asked.site && { 'sec-fetch-site': asked.site }),
          },
          ...(method === 'POST' ? { body: `${body}${token}` } : {}),
        });
        await answer.text();
        expect([method, own, answer.status, answer.status < 500]).toEqual([method, own, answer.status, true]);
        expect(login.logger.lines.filter(({ event }) => event === 'bug')).toEqual([]);
      }),
      { numRuns: 1_500 },
    );
  });
});

const parts = fc.constantFrom(
  ...[
    'vend.example.com',
    'localhost',
    '[::1]',
    '[::',
    'xn--',
    '0x7f.1',
    'a@b',
    '%00',
    '%zz',
    ':',
    ':99999',
    '..',
  ],
  ...[
    '/',
    '//',
    '\\',
    '?',
    '#',
    '*',
    ' ',
    ';',
    '=',
    '"',
    ',',
    'q=',
    'http:',
    '/portal',
    '/login/start/corporate',
  ],
  ...['a'.repeat(2_000), `${SESSION_COOKIE}=`, `${STATE_COOKIE}=`],
);
const wild = (unit: 'grapheme-ascii' | 'binary-ascii') =>
  fc.array(fc.oneof(parts, fc.string({ unit, maxLength: 8 })), { maxLength: 6 });
/** Control characters are seldom in it: an HTTP server refuses them before login sees anything. */
const line = fc
  .oneof({ arbitrary: wild('grapheme-ascii'), weight: 5 }, wild('binary-ascii'))
  .map((all) => all.join('').replaceAll(/[\r\n]/g, ''));
const target = fc.oneof(
  fc.constantFrom(
    '/portal',
    '/portal?q=%zz#',
    '/login/callback/corporate?state=%',
    '/portal/roles/%2e%2e',
    '*',
  ),
  fc.constantFrom(
    'http://other.example/portal',
    '//other.example/portal',
    '/login/saml/corp/slo?SAMLRequest=%',
  ),
  line.map((text) => `/${text}`),
  line,
);
const HEADERS = [
  'cookie',
  'accept-language',
  'user-agent',
  'origin',
  'sec-fetch-site',
  ADDRESS_HEADER,
  'content-type',
];
const headers = fc.array(fc.tuple(fc.constantFrom(...HEADERS), line), { maxLength: 4 });
const method = fc.constantFrom('POST', 'GET', 'GET', 'OPTIONS', 'HEAD', 'PUT', 'TRACE', 'PROPFIND');

describe('any target, Host and headers', () => {
  it('are answered by login with something that people can do about', async () => {
    const login = start();
    const { port } = await listenHere(createServer(getRequestListener(login.app.fetch)));
    let pages = 0;
    await fc.assert(
      fc.asyncProperty(
        method,
        target,
        fc.oneof(fc.constant(HOST), line),
        headers,
        async (verb, place, name, others) => {
          login.clock.advance(1_000);
          const lines = [
            `${verb} ${place} HTTP/1.1`,
            `Host: ${name}`,
            ...others.map(([header, value]) => `${header}: ${value}`),
            'Content-Length: 2',
            'Connection: close',
          ];
          const answer = await exchange(port, `${lines.join('\r\n')}\r\n\r\n{}`);
          const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 'none';
          expect(status).toMatch(/^[234]\d\d$/);
          if (/^[23]/.test(status)) pages += 1;
        },
      ),
      { numRuns: 1_000 },
    );
    expect(login.logger.lines.filter(({ event }) => event === 'bug')).toEqual([]);
    // Some of these come as far as a page, or nothing was tested.
    expect(pages).toBeGreaterThan(20);
  });
});
