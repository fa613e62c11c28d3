// Against anybody on the network: no request to the vend function causes an internal error. Tried are bodies of any
// kind up to 64 KB, and any target, Host and headers on the wire.
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aliyunProvider, grantTo, permissionTo, provider } from '../support/builders.ts';
import { callerProof } from '../support/caller-proofs.ts';
import { certificateAuthority, certificateProvider, GATEWAY } from '../support/certificates.ts';
import { exchange } from '../support/exchange.ts';
import { HOSTILE_BODIES } from '../support/hostile-bodies.ts';
import { token } from '../support/issuer.ts';
import { listenHere } from '../support/loopback.ts';
import { partners } from '../support/partner.ts';
import { startVend } from '../support/vend-app.ts';

const ANY = { kind: 'any' } as const;
const CA = certificateAuthority('Partner CA');

function start() {
  const app = startVend({ gateway: GATEWAY, clientIpHeader: 'x-real-ip' });
  const machines = certificateProvider({ authorities: [CA.pem] });
  app.store.providers = [provider(), partners(), aliyunProvider({ id: 'accounts' }), machines];
  app.store.grants = [
    grantTo(ANY, { constraints: { sourceIp: ['0.0.0.0/0', '::/0'] } }),
    grantTo(ANY, { id: 'short', constraints: { effectiveSeconds: 60 } }),
    permissionTo(ANY),
  ];
  return app;
}

/** What the good ones hold, and what almost is. */
const TIMES = [
  '9999-12-31T23:59:59.999Z',
  '0000-01-01T00:00:00Z',
  '1970-01-01T00:00:00Z',
  '2024-02-29T23:59:60Z',
];
const ADDRESSES = ['203.0.113.7', '::ffff:203.0.113.7', 'fe80::1', '::', '0.0.0.0', '255.255.255.255'];
const STATEMENTS = [
  { Effect: 'Allow', Action: ['oss:GetObject'], Resource: 'acs:oss:*:*:media/users/alice/*' },
  { Effect: 'Deny', NotAction: '*', Resource: '*', Condition: {} },
  {
    Effect: 'Allow',
    Action: 'oss:*',
    Resource: '*',
    Condition: { IpAddress: { 'acs:SourceIp': '::ffff:0:0/96' } },
  },
];

const anyJson = fc.jsonValue({ maxDepth: 5 });
const orAny = <T>(good: fc.Arbitrary<T>) => fc.oneof({ arbitrary: good, weight: 4 }, anyJson);
const maybe = (members: Record<string, fc.Arbitrary<unknown>>) => fc.record(members, { requiredKeys: [] });

const policy = maybe({
  Version: orAny(fc.constant('1')),
  Statement: orAny(fc.array(orAny(fc.constantFrom(...STATEMENTS)), { maxLength: 4 })),
});
const as = maybe({
  provider: orAny(fc.constantFrom('app-users', 'partners', 'accounts', 'partner-machines')),
  subject: orAny(
    fc.oneof(fc.constantFrom('bob', 'https://partner.example.com'), fc.string({ unit: 'binary' })),
  ),
  claims: orAny(
    fc.dictionary(fc.constantFrom('sub', 'groups', 'exp', 'iat', 'auth_time', 'amr', 'acr'), anyJson),
  ),
  groups: orAny(fc.array(fc.string({ unit: 'binary' }))),
  mfa: orAny(fc.boolean()),
  dpop: orAny(fc.boolean()),
  sourceIp: orAny(fc.constantFrom(...ADDRESSES)),
  at: orAny(
    fc.oneof(
      fc.constantFrom(...TIMES),
      fc.date({ noInvalidDate: true }).map((at) => at.toISOString()),
    ),
  ),
});
const fields = maybe({
  role: orAny(fc.constantFrom('media-uploader', 'arms-reader')),
  durationSeconds: orAny(fc.integer({ min: 59, max: 43_201 })),
  policy: orAny(policy),
  as: orAny(as),
  token: fc.oneof(fc.constantFrom(token(), callerProof()), anyJson),
});
const withRole = fc
  .tuple(fields, policy)
  .map(([other, own]) => ({ ...other, role: 'media-uploader', policy: own }));

/** A text in which some characters are others, or are missing. */
const damaged = fc
  .tuple(
    fc.oneof(
      fields.map((one) => JSON.stringify(one)),
      fc.constantFrom(...Object.values(HOSTILE_BODIES)),
    ),
    fc.nat(),
    fc.string(),
  )
  .map(([text, at, other]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + other + text.slice(place + other.length + 1);
  });
const bytes = fc.uint8Array({ maxLength: 2_000 }).map((array) => new Uint8Array(array));
const bodies = fc.oneof(
  { arbitrary: fields, weight: 3 },
  { arbitrary: withRole, weight: 3 },
  damaged,
  bytes,
  anyJson.map((value) => JSON.stringify(value)),
);

/** What a caller can do about. Whatever is 5xx would be Stint's own mistake: nothing fails here. */
const ANSWERS = [200, 400, 401, 403, 413, 415, 422];

describe('a body of any kind', () => {
  it.each([
    ['POST', '/v1/credentials', true],
    ['POST', '/v1/credentials', false],
    ['POST', '/v1/explain', true],
    ['POST', '/v1/explain', false],
    ['POST', '/v1/roles', true],
    ['POST', '/v1/roles', false],
    ['POST', '/v1/identity', true],
    ['POST', '/v1/identity', false],
  ] as const)(
    'is answered, and leaves one row: %s %s, with a proof in its header: %s',
    async (method, path, hasProof) => {
      const app = start();
      await fc.assert(
        fc.asyncProperty(bodies, async (body) => {
          app.clock.advance(1_000);
          app.auditLog.events.splice(0);
          const bearer = hasProof ? token({ claims: { exp: app.clock.now().getTime() / 1000 + 60 } }) : null;
          const answer = await app.send(method, path, { token: bearer, body });
          expect(ANSWERS).toContain(answer.status);
          expect(app.auditLog.events).toHaveLength(1);
        }),
        { numRuns: 300 },
      );
    },
  );
});

async function startServer(): Promise<{ readonly port: number; readonly app: ReturnType<typeof start> }> {
  const app = start();
  const { port } = await listenHere(createServer(getRequestListener(app.app.fetch)));
  return { port, app };
}

const words = fc.constantFrom(
  ...[
    'vend.example.com',
    'localhost',
    '[::1]',
    '[::',
    '127.0.0.1',
    'xn--',
    '0x7f.1',
    'a@b',
    'user:pw@h',
    '%00',
    '%zz',
  ],
  ...[':', ':0', ':99999', ':80', '.', '..', '/', '//', '\\', '?', '#', '*', ' ', 'http:', 'https://h'],
  ...['/v1/credentials', '/v1/explain', '/v1/roles', '/healthz', 'a'.repeat(3_000)],
);
const wild = (unit: 'grapheme-ascii' | 'binary-ascii') =>
  fc.array(fc.oneof(words, fc.string({ unit, maxLength: 8 })), { maxLength: 5 });
/** On one line: what ends a line ends a header. */
const line = fc
  .oneof({ arbitrary: wild('grapheme-ascii'), weight: 5 }, wild('binary-ascii'))
  .map((parts) => parts.join('').replaceAll(/[\r\n]/g, ''));
const host = fc.oneof(fc.constant('vend.example.com'), line);
const target = fc.oneof(
  fc.constantFrom('/v1/credentials', '/v1/explain', '/v1/identity', '/v1/roles?a=%zz#'),
  fc.constantFrom('*', 'http://other.example/v1/credentials', '//other.example/v1/credentials'),
  line.map((text) => `/${text}`),
  line,
);
const NAMES = [
  'origin',
  'dpop',
  'x-real-ip',
  'authorization',
  'content-type',
  GATEWAY.certificateHeader,
  'cookie',
];
const headers = fc.array(fc.tuple(fc.constantFrom(...NAMES), line), { maxLength: 4 });
const method = fc.constantFrom('POST', 'POST', 'GET', 'GET', 'OPTIONS', 'HEAD', 'PUT', 'TRACE', 'PROPFIND');

describe('a Host that is none', () => {
  /**
   * @attack Host that only looks like one
   * @removed the refusal before anything is read
   * @failed 3 of 12; 1 of 2: is refused before anything is read or written: `expected 'HTTP/1.1 500 …' to
   *   match /^HTTP\/1\.1 400 /`; are answered by login with something that people can do about: `expected
   *   '500' to match …`
   * @note each was logged as a bug and had an audit row, without a limit
   * @also test/attack/any-login-request.test.ts
   */
  it.each(['xn--', '256.1.1.1', 'a.0x'])(
    'is refused before anything is read or written: %s',
    async (name) => {
      const { port, app } = await startServer();
      const lines = ['POST /v1/credentials HTTP/1.1', `Host: ${name}`, 'DPoP: a', 'Content-Length: 2'];
      const answer = await exchange(port, `${lines.join('\r\n')}\r\nConnection: close\r\n\r\n{}`);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect([app.auditLog.events, app.logger.lines]).toEqual([[], []]);
    },
  );
});

describe('any target, Host and headers', () => {
  it('are answered with something that the caller can do about', async () => {
    const { port, app } = await startServer();
    await fc.assert(
      fc.asyncProperty(method, target, host, headers, async (verb, place, name, others) => {
        app.clock.advance(1_000);
        const lines = [
          `${verb} ${place} HTTP/1.1`,
          `Host: ${name}`,
          ...others.map(([header, value]) => `${header}: ${value}`),
          'Content-Length: 2',
          'Connection: close',
        ];
        const answer = await exchange(port, `${lines.join('\r\n')}\r\n\r\n{}`);
        const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 'none';
        // The root of the host leads a browser to the portal.
        const isToPortal = status === '302' && /^location: \/portal\r$/im.test(answer);
        expect(isToPortal ? '200' : status).toMatch(/^[24]\d\d$/);
      }),
      { numRuns: 1_000 },
    );
    expect(app.logger.lines.filter(({ event }) => event === 'bug')).toEqual([]);
    // Some of these come as far as an endpoint, or nothing was tested.
    expect(app.auditLog.events.length).toBeGreaterThan(10);
  });
});
