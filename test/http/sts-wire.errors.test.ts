// A refused AssumeRoleWithOIDC has STS's own form and one of STS's codes, whatever is wrong; its message says no more than POST
// /v1/credentials does.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STS_ERRORS } from '../../functions/vend/wires/sts-errors.ts';
import { PROBLEMS } from '../../shared/http/problem.ts';
import { grantTo } from '../support/builders.ts';
import { token } from '../support/issuer.ts';
import { startVend, type Vend } from '../support/vend-app.ts';
import { askWire, STS_QUERY, stsForm, type WireAnswer } from '../support/wires.ts';

const parsed = ({ text }: WireAnswer) => JSON.parse(text);

async function refusal(app: Vend, request: Parameters<typeof askWire>[1]) {
  const answer = await askWire(app, request, token());
  expect(app.assumer.orders).toEqual([]);
  const { Code: code, Message: message, ...rest } = parsed(answer);
  expect(rest).toEqual({ RequestId: expect.stringMatching(/^[\w-]{8,64}$/), HostId: 'vend.example.com' });
  return { status: answer.status, code, message, headers: answer.headers };
}

const FORM = stsForm(token());
const without = (name: string) => Object.fromEntries(Object.entries(FORM).filter(([key]) => key !== name));
const pairs = (parameters: Readonly<Record<string, string>>) => new URLSearchParams(parameters).toString();
const call = (own: Readonly<Record<string, string>>) => ({ query: STS_QUERY, form: { ...FORM, ...own } });

describe('a malformed call', () => {
  const { Action: _, ...noAction } = STS_QUERY;
  const { Version: __, ...noVersion } = STS_QUERY;
  it.each([
    ['no Action', 400, 'MissingAction', { query: noAction, form: FORM }],
    ['an empty Action', 400, 'MissingAction', { query: { ...STS_QUERY, Action: '' }, form: FORM }],
    [
      'an Action in brackets',
      400,
      'MissingAction',
      { query: { ...noAction, 'Action[]': 'AssumeRoleWithOIDC' } },
    ],
    ['no Version', 400, 'MissingVersion', { query: noVersion, form: FORM }],
    ['another Version', 400, 'InvalidVersion', { query: { ...STS_QUERY, Version: '2014-01-01' } }],
    ['another Action', 404, 'InvalidAction.NotFound', { query: { ...STS_QUERY, Action: 'AssumeRole' } }],
    [
      'an Action in other case',
      404,
      'InvalidAction.NotFound',
      { query: { ...STS_QUERY, Action: 'assumerolewithoidc' } },
    ],
    [
      'an Action of the prototype',
      404,
      'InvalidAction.NotFound',
      { query: { ...STS_QUERY, Action: '__proto__' } },
    ],
    ['PUT', 404, 'InvalidAction.NotFound', { method: 'PUT', query: STS_QUERY, form: FORM }],
    ['DELETE', 404, 'InvalidAction.NotFound', { method: 'DELETE', query: { ...STS_QUERY, ...FORM } }],
    ['OPTIONS', 404, 'InvalidAction.NotFound', { method: 'OPTIONS', query: STS_QUERY }],
    ['Action twice', 400, 'InvalidParameter', { query: `${pairs(STS_QUERY)}&Action=AssumeRole`, form: FORM }],
    [
      'Action twice alike',
      400,
      'InvalidParameter',
      { query: STS_QUERY, form: { ...FORM, Action: STS_QUERY.Action } },
    ],
    [
      'a token in both places',
      400,
      'InvalidParameter',
      { query: { ...STS_QUERY, OIDCToken: token() }, form: FORM },
    ],
    ['200 parameters', 400, 'InvalidParameter', { query: STS_QUERY, form: 'a=1&'.repeat(200) }],
    ['a policy that is no JSON', 400, 'InvalidParameter.PolicyGrammar', call({ Policy: '%FF' })],
    [
      'JSON',
      400,
      'InvalidParameter.ContentType',
      { query: STS_QUERY, form: '{}', headers: { 'content-type': 'application/json' } },
    ],
    [
      'a form without a type',
      400,
      'InvalidParameter.ContentType',
      { query: STS_QUERY, form: FORM, headers: { 'content-type': '' } },
    ],
    ['1 MB of a parameter', 413, 'RequestEntityTooLarge', call({ RoleSessionName: 'a'.repeat(1_000_000) })],
    [
      '1 MB in the query',
      400,
      'InvalidParameter.RoleSessionName',
      { query: { ...STS_QUERY, ...FORM, RoleSessionName: 'a'.repeat(1_000_000) } },
    ],
    ['no RoleArn', 400, 'MissingRoleArn', { query: STS_QUERY, form: without('RoleArn') }],
    ['a RoleArn that is none', 400, 'InvalidParameter.RoleArn', call({ RoleArn: 'acs:ram::1:user/x' })],
    ['a RoleArn of 1,000 characters', 400, 'InvalidParameter.RoleArn', call({ RoleArn: 'a'.repeat(1_000) })],
    [
      'a session name that is none',
      400,
      'InvalidParameter.RoleSessionName',
      call({ RoleSessionName: 'a b' }),
    ],
    ['a short session name', 400, 'InvalidParameter.RoleSessionName', call({ RoleSessionName: 'a' })],
    ...['899', '0', '-1', '1e4', '900.5', ' 900', '0900', '', 'NaN'].map(
      (DurationSeconds) =>
        [
          `a duration of “${DurationSeconds}”`,
          400,
          'InvalidParameter.DurationSeconds',
          call({ DurationSeconds }),
        ] as const,
    ),
    ...['', '{', 'null', '[]', '{"Version":"1","Version":"1"}', '{"Version":"1","Statement":[]}'].map(
      (Policy) => [`the policy ${Policy}`, 400, 'InvalidParameter.PolicyGrammar', call({ Policy })] as const,
    ),
    ['a policy of 2,049 bytes', 400, 'InvalidParameter.PolicySize', call({ Policy: ' '.repeat(2_049) })],
  ] as const)('%s', async (_, status, code, request) => {
    const app = startVend();
    const refused = await refusal(app, request);
    expect([refused.status, refused.code]).toEqual([status, code]);
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ wire: 'sts', action: 'credentials', outcome: 'refused', stage: 'request' }),
    ]);
  });

  it('is told in XML where XML is asked for, and by a HEAD in no body', async () => {
    const app = startVend();
    const answer = await askWire(app, { query: { Action: '<x>&' } });
    expect(answer.text).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?><Error><RequestId>[^<]+<\/RequestId><HostId>/,
    );
    expect(answer.text).toMatch(/<Code>MissingVersion<\/Code><Message>[^<]+<\/Message><\/Error>$/);
    expect((await askWire(app, { method: 'HEAD', query: { ...STS_QUERY, ...FORM } })).status).toBe(404);
    expect(app.assumer.orders).toEqual([]);
  });
});

const lost = { reason: 'store-failed', cause: 'OTSTimeout' } as const;
const wide = JSON.stringify({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'oss:*', Resource: '*' }],
});

describe('a refusal of the pipeline', () => {
  it.each<[string, number, string, string, (app: Vend) => unknown, Readonly<Record<string, string>>?]>([
    [
      'no token',
      401,
      'AuthenticationFail.OIDCToken.Invalid',
      PROBLEMS.invalid_token.detail,
      () => 0,
      { OIDCToken: '' },
    ],
    [
      'an expired token',
      401,
      'AuthenticationFail.OIDCToken.Invalid',
      PROBLEMS.invalid_token.detail,
      () => 0,
      { OIDCToken: token({ claims: { exp: 1 } }) },
    ],
    [
      'a token of 20,001 characters',
      401,
      'AuthenticationFail.OIDCToken.Invalid',
      PROBLEMS.invalid_token.detail,
      () => 0,
      { OIDCToken: 'a'.repeat(20_001) },
    ],
    [
      'no grant',
      401,
      'AuthenticationFail.NoPermission',
      PROBLEMS.access_denied.detail,
      ({ store }) => Object.assign(store, { grants: [] }),
    ],
    [
      'no such role',
      401,
      'AuthenticationFail.NoPermission',
      PROBLEMS.access_denied.detail,
      () => 0,
      { RoleArn: 'nobody' },
    ],
    [
      'a step-up',
      401,
      'AuthenticationFail.NoPermission',
      PROBLEMS.step_up_required.detail,
      ({ store }) =>
        Object.assign(store, { grants: [grantTo({ kind: 'any' }, { constraints: { mfa: true } })] }),
    ],
    ['a wider policy', 403, 'NoPermission', 'Statement[0]', () => 0, { Policy: wide }],
    [
      'throttling',
      429,
      'Throttling.User',
      PROBLEMS.rate_limited.detail,
      ({ assumer }) => Object.assign(assumer, { fault: { kind: 'throttled', cause: 'Throttling' } }),
    ],
    [
      'a bug',
      500,
      'InternalError',
      PROBLEMS.internal_error.detail,
      ({ assumer }) => Object.assign(assumer, { bug: new Error('secret') }),
    ],
    [
      'a refusal of STS',
      500,
      'InternalError',
      PROBLEMS.role_misconfigured.detail,
      ({ assumer }) => Object.assign(assumer, { fault: { kind: 'refused', cause: 'NoPermission' } }),
    ],
    [
      'a lost audit row',
      503,
      'ServiceUnavailable',
      PROBLEMS.audit_unavailable.detail,
      ({ auditLog }) => Object.assign(auditLog, { recordFault: lost }),
    ],
    [
      'a lost store',
      503,
      'ServiceUnavailable',
      PROBLEMS.store_unavailable.detail,
      ({ store }) => Object.assign(store, { fault: lost }),
    ],
  ])('%s', async (_, status, code, message, breakIt, own = {}) => {
    const app = startVend();
    breakIt(app);
    const answer = await askWire(app, call(own), own['OIDCToken'] ?? token());
    const body = parsed(answer);
    expect([answer.status, body.Code]).toEqual([status, code]);
    expect(body.Message).toContain(message);
    expect(answer.headers.get('retry-after') === null).toBe(status !== 429 && status !== 503);
    expect(answer.headers.get('www-authenticate')).toBeNull();
  });

  it('is the same for a role that does not exist and for one that is another’s', async () => {
    const messages = ['nobody', 'arms-reader', 'acs:ram::1234567890123456:role/nobody'].map(
      async (RoleArn) => {
        const { RequestId: _, ...rest } = parsed(await askWire(startVend(), call({ RoleArn })));
        return JSON.stringify(rest);
      },
    );
    expect(new Set(await Promise.all(messages)).size).toBe(1);
  });
});

describe('a call at the root of the host that is not well-formed', () => {
  it.each([
    'action=AssumeRoleWithOIDC&version=2015-04-01',
    'ROLEARN=x',
    'RoleSessionName=a&DurationSeconds=3600',
    'OIDCProviderArn=x',
    'SignatureNonce=1&Timestamp=2',
  ])('is told so, and not led to the portal: %s', async (query) => {
    const { status, text } = await askWire(startVend(), { method: 'GET', query });
    expect([status, text]).toEqual([400, expect.stringContaining('<Code>MissingAction</Code>')]);
  });
});

describe('any parameters', () => {
  const names = fc.constantFrom(
    'Action',
    'Version',
    'Format',
    'RoleArn',
    'OIDCToken',
    'Policy',
    'DurationSeconds',
    'RoleSessionName',
    '',
    '__proto__',
  );
  const values = fc.oneof(
    fc.constantFrom(
      'AssumeRoleWithOIDC',
      '2015-04-01',
      'JSON',
      'XML',
      'media-uploader',
      token(),
      '900',
      '{}',
      wide,
    ),
    fc.string({ unit: 'binary' }),
  );
  const parameters = fc
    .array(fc.tuple(names, values), { maxLength: 9 })
    .map((list) => new URLSearchParams(list).toString());

  it('are answered in STS’s form with a code of STS, and leave one row', async () => {
    const app = startVend();
    await fc.assert(
      fc.asyncProperty(
        parameters,
        parameters,
        fc.constantFrom('GET', 'POST'),
        async (query, form, method) => {
          app.clock.advance(1_000);
          app.auditLog.events.splice(0);
          const answer = await askWire(app, {
            path: '/sts',
            method,
            query,
            ...(method === 'POST' ? { form } : {}),
          });
          const [, code] = /(?:"Code":"|<Code>)([\w.]+)/.exec(answer.text) ?? [];
          expect(answer.status === 200 || Object.hasOwn(STS_ERRORS, code ?? '')).toBe(true);
          expect(app.auditLog.events).toHaveLength(1);
        },
      ),
      { numRuns: 500 },
    );
  });
});
