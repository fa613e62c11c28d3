// Against anybody without a proof: no body, proof or header makes an instance of vend spend more than a good request
// costs.
import { describe, expect, it } from 'vitest';
import { aliyunProvider, grantTo, provider } from '../support/builders.ts';
import { CANARY } from '../support/canaries.ts';
import { certificateAuthority, certificateProvider, GATEWAY } from '../support/certificates.ts';
import { clientKey, dpopProof } from '../support/dpop.ts';
import { HOSTILE_BODIES } from '../support/hostile-bodies.ts';
import { token } from '../support/issuer.ts';
import { partners } from '../support/partner.ts';
import { startVend } from '../support/vend-app.ts';

const ROUNDS = 15;
/** The worst of these cost 6 to 600 good requests before it was mended; a busy machine shifts a measure by half. */
const MARGIN = 3;

const CA = certificateAuthority('Partner CA');

function start() {
  const app = startVend({ gateway: GATEWAY });
  const machines = certificateProvider({ authorities: [CA.pem] });
  app.store.providers = [provider(), partners(), aliyunProvider({ id: 'accounts' }), machines];
  app.store.grants = [grantTo({ kind: 'any' })];

  const ask = async (path: string, body: string, headers: Readonly<Record<string, string>>) => {
    // Refusals are limited by the second, and that of a limit costs next to nothing.
    app.clock.advance(1_000);
    const before = process.cpuUsage();
    const sent = { 'content-type': 'application/json', ...headers };
    const answer = await app.app.request(path, { method: 'POST', headers: sent, body });
    await answer.text();
    const { user, system } = process.cpuUsage(before);
    return { status: answer.status, micros: user + system };
  };

  /** The cheapest of several rounds, which a busy machine and the collector of garbage disturb least. */
  const costOf = async (
    status: number,
    round: (number: number) => ReturnType<typeof ask>,
  ): Promise<number> => {
    const costs: number[] = [];
    for (let number = 0; number < ROUNDS; number += 1) {
      const answer = await round(number);
      expect(answer.status).toBe(status);
      costs.push(answer.micros);
    }
    return Math.min(...costs);
  };

  const good = (path: string, wanted: object) =>
    costOf(200, (number) =>
      ask(path, JSON.stringify(wanted), {
        authorization: `Bearer ${token({ claims: { jti: `${number}` } })}`,
      }),
    );
  return { app, ask, costOf, good };
}

const encode = (text: string): string => Buffer.from(text).toString('base64url');
const jwt = (header: string, payload: string): string =>
  `${encode(header)}.${encode(payload)}.${'A'.repeat(86)}`;
const RS256 = '{"alg":"RS256","kid":"key-RS256"}';
const many = (unit: string, characters: number, open: string, close: string): string =>
  open +
  Array(Math.floor(characters / (unit.length + 1)))
    .fill(unit)
    .join(',') +
  close;
const indexes = (count: number): string =>
  Array.from({ length: count }, (_, index) => `"${index * 16_384}":1`).join(',');

const KEY = clientKey();
const BEARER = token();
const dpop = (header: object): Readonly<Record<string, string>> => ({
  authorization: `DPoP ${BEARER}`,
  dpop: dpopProof(KEY, BEARER, { header: { ...header } }),
});

/** In the body, where a proof has the most room. */
const TOKENS: Readonly<Record<string, string>> = {
  'a payload of lists': jwt(RS256, many('[]', 14_000, '{"iss":"https://id.example.com","a":[', ']}')),
  'a payload of infinity': jwt(RS256, many('1e999', 14_000, '{"iss":"https://id.example.com","a":[', ']}')),
  'a payload of indexes': jwt(RS256, `{"iss":"https://id.example.com",${indexes(1_000)}}`),
  'a header of lists': jwt(
    many('[]', 14_000, '{"alg":"RS256","kid":"k","a":[', ']}'),
    '{"iss":"https://id.example.com"}',
  ),
  'an assertion of lists': jwt(
    '{"alg":"ES256"}',
    many('[]', 14_000, '{"iss":"https://partner.example.com","a":[', ']}'),
  ),
  'a proof of an account of lists': `stint-acs1.${encode(many('[]', 14_000, '{"signatureMethod":[', ']}'))}`,
  'a proof of an account of indexes': `stint-acs1.${encode(`{"signatureMethod":"HMAC-SHA1",${indexes(1_000)}}`)}`,
  'a proof of an account of infinity': `stint-acs1.${encode(many('1e999', 14_000, '{"signatureMethod":[', ']}'))}`,
  dots: '.'.repeat(20_000),
};

/** 8 KB are what Function Compute lets all headers have together. */
const HEADERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a scheme and spaces': { authorization: `Bearer ${' '.repeat(7_000)}!` },
  'a token of dots': { authorization: `Bearer ${'a.'.repeat(3_500)}` },
  'a media type of spaces': { 'content-type': `application/json${' '.repeat(7_000)}x` },
  'an origin': { origin: `https://${'a.'.repeat(3_500)}` },
  'a DPoP key of many operations': dpop({ jwk: { ...KEY.jwk, key_ops: Array(900).fill(1) } }),
  'a DPoP header of many members': dpop(
    Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}`, 1])),
  ),
  'a DPoP key of many members': dpop({
    jwk: { ...KEY.jwk, ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}`, 1])) },
  }),
  'a certificate that is none': {
    [GATEWAY.proofHeader]: CANARY.gatewaySecret,
    [GATEWAY.certificateHeader]: `:${'A'.repeat(6_000)}:`,
  },
  'a certificate of escapes': {
    [GATEWAY.proofHeader]: CANARY.gatewaySecret,
    [GATEWAY.certificateHeader]: '%2B'.repeat(2_000),
  },
};

describe.each([
  ['/v1/credentials', { role: 'media-uploader' }],
  ['/v1/explain', { role: 'media-uploader' }],
  ['/v1/roles', {}],
  ['/v1/identity', {}],
])('somebody without a proof, at %s,', (path, wanted) => {
  /**
   * @attack Body of 64 KB that costs hundreds of good requests before the caller is known
   * @removed the bound of values; `policy` read with the other fields; faults listed for each unknown field
   * @failed 2, 2 and 1 of 11: makes no body cost more than a good request: `expected { name: 'unknown
   *   members', …(2) } to deeply equal { name: 'unknown members', …(2) }`
   * @note a ratio to good requests of the same run. With a schema that looks into `policy` the bound of
   *   values still holds the cost down
   */
  it('makes no body cost more than a good request', async () => {
    const { ask, costOf, good } = start();
    const most = (await good(path, wanted)) * MARGIN;
    const headers = { authorization: 'Bearer not-a-token' };
    for (const [name, body] of Object.entries(HOSTILE_BODIES)) {
      const { status } = await ask(path, body, headers);
      expect([name, [400, 401].includes(status)]).toEqual([name, true]);
      const cost = await costOf(status, () => ask(path, body, headers));
      expect({ name, cost, isBounded: cost <= most }).toEqual({ name, cost, isBounded: true });
    }
  });

  it('makes no proof in a body cost more than a good request', async () => {
    const { ask, costOf, good } = start();
    const most = (await good(path, wanted)) * MARGIN;
    for (const [name, proof] of Object.entries(TOKENS)) {
      const cost = await costOf(401, () => ask(path, JSON.stringify({ ...wanted, token: proof }), {}));
      expect({ name, cost, isBounded: cost <= most }).toEqual({ name, cost, isBounded: true });
    }
  });

  it('makes no header cost more than a good request', async () => {
    const { ask, costOf, good } = start();
    const most = (await good(path, wanted)) * MARGIN;
    for (const [name, headers] of Object.entries(HEADERS)) {
      const { status } = await ask(path, JSON.stringify(wanted), headers);
      expect([name, [401, 415].includes(status)]).toEqual([name, true]);
      const cost = await costOf(status, () => ask(path, JSON.stringify(wanted), headers));
      expect({ name, cost, isBounded: cost <= most }).toEqual({ name, cost, isBounded: true });
    }
  });
});

const filled = (unit: string): string => unit.repeat(Math.floor(65_000 / unit.length));
const policyOf = (text: string): string => `RoleArn=media-uploader&Policy=${encodeURIComponent(text)}`;
const FORMS: Readonly<Record<string, string>> = {
  separators: filled('&'),
  'parameters without names': filled('=&'),
  parameters: filled('a=1&'),
  escapes: `OIDCToken=${filled('%41')}`,
  'escapes that are none': `OIDCToken=${filled('%zz')}`,
  'escapes that are no UTF-8': `RoleArn=${filled('%ff')}`,
  spaces: `OIDCToken=a${filled('+')}`,
  'a token of dots': `OIDCToken=${'.'.repeat(20_000)}&subject_token=${'.'.repeat(20_000)}`,
  'a long role': `RoleArn=acs:ram::${filled('1')}`,
  'a long duration': `RoleArn=media-uploader&DurationSeconds=${filled('9')}`,
  'a policy of lists': policyOf('['.repeat(2_048)),
  'a policy of members': policyOf(`{${many('"a":1', 1_900, '', '')}}`),
};

describe.each([
  ['/sts?Action=AssumeRoleWithOIDC&Version=2015-04-01', {}],
  [
    '/v1/token?',
    {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      resource: 'media-uploader',
    },
  ],
])('somebody without a proof, at %s,', (path, parameters) => {
  /**
   * @attack Form of 64 KB that costs more than a good request before the caller is known
   * @removed the bound of parameters
   * @failed 2 of 19: makes no form cost more than a good request: `expected { …(3) } to deeply equal { …(3) }`
   * @note a ratio to good requests of the same run. Counting all separators by a pattern failed as well
   */
  it('makes no form cost more than a good request', async () => {
    const { ask, costOf, good } = start();
    const most = (await good('/v1/credentials', { role: 'media-uploader' })) * MARGIN;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const own = new URLSearchParams(parameters).toString();
    for (const [name, form] of Object.entries(FORMS)) {
      const body = `${form}&${own}`;
      const { status } = await ask(path, body, headers);
      expect([name, [400, 401].includes(status)]).toEqual([name, true]);
      const cost = await costOf(status, () => ask(path, body, headers));
      expect({ name, cost, isBounded: cost <= most }).toEqual({ name, cost, isBounded: true });
    }
  });
});

describe('a refusal before the caller is known', () => {
  it.each([
    ['a policy that is none', { policy: 'text' }],
    ['a policy with a fault', { policy: { Version: '2' } }],
    ['as in text', { as: 'bob' }],
    ['claims in text', { as: { provider: 'app-users', subject: 'bob', claims: 'text' } }],
  ])('says nothing of %s', async (_, parts) => {
    const app = startVend();
    const path = 'as' in parts ? '/v1/explain' : '/v1/credentials';
    const body = { role: 'media-uploader', ...parts };
    const sent = await app.send('POST', path, { token: null, body });
    expect([sent.status, sent.body['code']]).toEqual([401, 'invalid_token']);
    const known = await app.send('POST', path, { body });
    expect([known.status, known.body['code']]).toEqual([400, 'invalid_request']);
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ stage: 'authenticate', code: 'invalid_token' }),
      expect.objectContaining({ stage: 'request', code: 'invalid_request', subject: 'alice' }),
    ]);
  });

  it('names at most ten faults, of a caller who is known too', async () => {
    const app = startVend();
    const groups = Array(1_500).fill(1);
    const as = { provider: 'app-users', subject: 'bob', groups, claims: {} };
    expect((await app.explain({ as })).body['errors']).toEqual([
      { field: 'as.groups', message: 'has too many items' },
    ]);
    const strange = Object.fromEntries(groups.map((one, index) => [`k${index}`, one]));
    expect((await app.explain({ as: { ...as, groups: [], ...strange } })).body['errors']).toHaveLength(10);
    expect((await app.explain(strange, { token: null })).body['errors']).toHaveLength(10);
  });
});
