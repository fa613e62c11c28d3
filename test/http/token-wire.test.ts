// RFC 8693 at POST /v1/token: a generic OAuth client that reads the metadata exchanges a token for STS credentials, and every
// refusal has the form and the codes of RFC 6749 section 5.2 and RFC 8693 section 2.2.2.
import * as oauth from 'oauth4webapi';
import { describe, expect, it } from 'vitest';
import { OAUTH_METADATA } from '../../functions/vend/wires/oauth-metadata.ts';
import { PROBLEMS } from '../../shared/http/problem.ts';
import { grantTo } from '../support/builders.ts';
import { CANARY } from '../support/canaries.ts';
import { documentBlocks } from '../support/document-blocks.ts';
import { token } from '../support/issuer.ts';
import { startVend, type Vend } from '../support/vend-app.ts';
import { askWire, exchangeForm, ROLE_ARN } from '../support/wires.ts';

const ISSUER = new URL('https://vend.example.com');
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ISSUED = 'urn:stint:params:oauth:token-type:sts-credentials';
const CLIENT = { client_id: 'anything' };

const asFetch = ({ app }: Vend) => ({
  [oauth.customFetch]: async (
    url: string,
    init: oauth.CustomFetchOptions<string, BodyInit | null | undefined>,
  ) =>
    app.request(new URL(url).pathname, {
      method: init.method,
      headers: init.headers,
      body: init.body ?? null,
    }),
});

async function discover(app: Vend): Promise<oauth.AuthorizationServer> {
  const answer = await oauth.discoveryRequest(ISSUER, { algorithm: 'oauth2', ...asFetch(app) });
  return oauth.processDiscoveryResponse(ISSUER, answer);
}

const parameters = (own: Readonly<Record<string, string>> = {}) => {
  const { grant_type: _, ...form } = exchangeForm(token());
  return new URLSearchParams({ ...form, ...own });
};

async function exchangeBy(app: Vend, sent: URLSearchParams) {
  const server = await discover(app);
  const answer = await oauth.genericTokenEndpointRequest(
    server,
    CLIENT,
    oauth.None(),
    GRANT_TYPE,
    sent,
    asFetch(app),
  );
  const recognizedTokenTypes = { n_a: () => undefined };
  return oauth.processGenericTokenEndpointResponse(server, CLIENT, answer, { recognizedTokenTypes });
}

describe('a generic OAuth client', () => {
  it.each([
    ['the RoleArn as the resource', {}],
    ['the id of the role as the audience', { resource: '', audience: 'media-uploader' }],
    ['an ID token as the subject', { subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' }],
    ['the token type that it wants', { requested_token_type: ISSUED }],
    ['the line break of a file behind its token', { subject_token: `${token()}\n` }],
  ])('takes credentials, with %s', async (_, own) => {
    const app = startVend();
    const answer = await exchangeBy(app, parameters(own));
    const { access_token: accessToken, ...rest } = answer;
    const [row] = app.auditLog.events;
    const { requestId } = row ?? {};
    expect(rest).toEqual({ issued_token_type: ISSUED, token_type: 'n_a', expires_in: 1_800, requestId });
    expect(JSON.parse(Buffer.from(accessToken, 'base64url').toString())).toEqual({
      AccessKeyId: 'STS.key1',
      AccessKeySecret: `${CANARY.stsSecret}-1`,
      SecurityToken: `${CANARY.securityToken}-1`,
      Expiration: '2026-03-01T12:30:00Z',
    });
    expect(app.auditLog.events[0]).toMatchObject({
      wire: 'token',
      action: 'credentials',
      outcome: 'granted',
    });
  });

  it('is told a refusal as an OAuth error, and the request id', async () => {
    const app = startVend();
    const error: unknown = await exchangeBy(app, parameters({ resource: 'nobody' })).catch(
      (refused) => refused,
    );
    expect(error).toBeInstanceOf(oauth.ResponseBodyError);
    expect(error).toMatchObject({
      error: 'invalid_target',
      error_description: PROBLEMS.access_denied.detail,
      status: 400,
      cause: { requestId: app.auditLog.events[0]?.requestId },
    });
  });

  it('writes the same audit row as POST /v1/credentials, with the wire in it', async () => {
    const app = startVend();
    await exchangeBy(app, parameters());
    await app.vend({ token: token() }, { token: null });
    const [byToken, byOwn] = app.auditLog.events;
    expect(byToken).toEqual({ ...byOwn, requestId: byToken?.requestId, wire: 'token', reused: false });
  });
});

describe('the metadata', () => {
  it('of the authorization server (RFC 8414) says what is there, and nothing else', async () => {
    expect(await discover(startVend())).toEqual({
      issuer: 'https://vend.example.com',
      token_endpoint: 'https://vend.example.com/v1/token',
      token_endpoint_auth_methods_supported: ['none'],
      grant_types_supported: [GRANT_TYPE],
      response_types_supported: [],
    });
  });

  it('of the protected resource (RFC 9728) names the ways in which /v1 takes a token', async () => {
    const app = startVend();
    const answer = await oauth.resourceDiscoveryRequest(ISSUER, asFetch(app));
    expect(await oauth.processResourceDiscoveryResponse(ISSUER, answer)).toEqual({
      resource: 'https://vend.example.com',
      resource_name: 'Stint',
      bearer_methods_supported: ['header'],
      dpop_signing_alg_values_supported: expect.arrayContaining(['ES256']),
    });
    expect(app.auditLog.events).toEqual([]);
  });

  it.each([
    ['issuer', '/.well-known/oauth-authorization-server'],
    ['resource', '/.well-known/oauth-protected-resource'],
  ])('names the %s without a slash at its end, whatever the setting has', (name, path) => {
    const described = OAUTH_METADATA[path as keyof typeof OAUTH_METADATA]?.('https://vend.example.com/');
    expect(described?.[name]).toBe('https://vend.example.com');
  });

  it.each(['/.well-known/oauth-authorization-server', '/.well-known/oauth-protected-resource'])(
    'is only read: %s',
    async (path) => {
      const response = await startVend().app.request(path, { method: 'POST' });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    },
  );
});

const FORM = exchangeForm(token());
const without = (...names: readonly string[]) =>
  Object.fromEntries(Object.entries(FORM).filter(([name]) => !names.includes(name)));

async function refusal(app: Vend, request: Parameters<typeof askWire>[1]) {
  const answer = await askWire(app, { path: '/v1/token', ...request }, token());
  const { error, error_description: description, ...rest } = JSON.parse(answer.text);
  expect(app.assumer.orders.length === 0 || answer.status >= 500 || answer.status === 429).toBe(true);
  expect(rest).toEqual({ requestId: expect.stringMatching(/^[\w-]{8,64}$/) });
  // The characters that RFC 6749 section 5.2 allows.
  expect(description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  expect(answer.headers.get('pragma')).toBe('no-cache');
  return { status: answer.status, error, description, headers: answer.headers };
}

describe('a malformed exchange', () => {
  it.each([
    ['no form', {}, 'grant_type, subject_token, subject_token_type and either resource or audience'],
    ['no type', without('subject_token_type'), 'grant_type, subject_token, subject_token_type'],
    [
      'an access token',
      { ...FORM, subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' },
      'is urn:ietf:params:oauth:token-type:jwt or urn:ietf:params:oauth:token-type:id_token',
    ],
    [
      'another token',
      { ...FORM, requested_token_type: 'urn:ietf:params:oauth:token-type:access_token' },
      'leave requested_token_type out',
    ],
    ['an actor', { ...FORM, actor_token: token() }, 'leave actor_token out'],
    ['two targets', { ...FORM, audience: 'media-uploader' }, 'by resource or by audience, not by both'],
  ])('is told what to change: %s', async (_, form, words) => {
    expect((await refusal(startVend(), { form })).description).toContain(words);
  });

  it.each([
    ['no form', 400, 'invalid_request', {}],
    ['no grant type', 400, 'invalid_request', { form: without('grant_type') }],
    [
      'another grant type',
      400,
      'unsupported_grant_type',
      { form: { ...FORM, grant_type: 'client_credentials' } },
    ],
    ['no subject token', 400, 'invalid_request', { form: without('subject_token') }],
    ['an empty subject token', 400, 'invalid_request', { form: { ...FORM, subject_token: '' } }],
    ['no type of the subject token', 400, 'invalid_request', { form: without('subject_token_type') }],
    [
      'an access token',
      400,
      'invalid_request',
      { form: { ...FORM, subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' } },
    ],
    ['no target', 400, 'invalid_request', { form: without('resource') }],
    ['two targets', 400, 'invalid_request', { form: { ...FORM, audience: 'media-uploader' } }],
    ['a resource twice', 400, 'invalid_request', { form: `${new URLSearchParams(FORM)}&resource=x` }],
    ['an actor', 400, 'invalid_request', { form: { ...FORM, actor_token: token() } }],
    [
      'another token',
      400,
      'invalid_request',
      { form: { ...FORM, requested_token_type: 'urn:ietf:params:oauth:token-type:jwt' } },
    ],
    ['a scope', 400, 'invalid_scope', { form: { ...FORM, scope: 'oss:PutObject' } }],
    ['a client secret', 401, 'invalid_client', { form: { ...FORM, client_id: 'x', client_secret: 'y' } }],
    ['a client assertion', 401, 'invalid_client', { form: { ...FORM, client_assertion: token() } }],
    ['a client in a header', 401, 'invalid_client', { form: FORM, headers: { authorization: 'Basic eDp5' } }],
    [
      'a token in a header',
      401,
      'invalid_client',
      { form: FORM, headers: { authorization: `Bearer ${token()}` } },
    ],
    ['parameters in the query', 400, 'invalid_request', { query: FORM }],
    [
      'JSON',
      400,
      'invalid_request',
      { form: JSON.stringify(FORM), headers: { 'content-type': 'application/json' } },
    ],
    ['1 MB', 400, 'invalid_request', { form: { ...FORM, subject_token: 'a'.repeat(1_000_000) } }],
    [
      'a token of 20,001 characters',
      400,
      'invalid_request',
      { form: { ...FORM, subject_token: 'a'.repeat(20_001) } },
    ],
    ['GET', 405, 'invalid_request', { method: 'GET', query: FORM }],
    ['OPTIONS', 405, 'invalid_request', { method: 'OPTIONS' }],
  ])('%s', async (_, status, error, request) => {
    const app = startVend();
    const refused = await refusal(app, request);
    expect([refused.status, refused.error]).toEqual([status, error]);
    expect(app.auditLog.events).toEqual([expect.objectContaining({ wire: 'token', stage: 'request' })]);
    expect(refused.headers.get('allow')).toBe(status === 405 ? 'POST' : null);
    expect(refused.headers.get('www-authenticate')).toBe(status === 401 ? 'Basic realm="stint"' : null);
  });
});

const lost = { reason: 'store-failed', cause: 'OTSTimeout' } as const;

describe('a refusal of the pipeline', () => {
  it.each<[string, number, string, (app: Vend) => unknown, Readonly<Record<string, string>>?]>([
    ['an expired token', 400, 'invalid_request', () => 0, { subject_token: token({ claims: { exp: 1 } }) }],
    ['no such role', 400, 'invalid_target', () => 0, { resource: 'no-such-role' }],
    [
      'a role that is too long',
      400,
      'invalid_target',
      () => 0,
      { resource: `acs:ram::1:role/${'a'.repeat(5_000)}` },
    ],
    ['no grant', 400, 'invalid_target', ({ store }) => Object.assign(store, { grants: [] })],
    [
      'a step-up',
      400,
      'insufficient_user_authentication',
      ({ store }) =>
        Object.assign(store, { grants: [grantTo({ kind: 'any' }, { constraints: { mfa: true } })] }),
    ],
    [
      'throttling',
      429,
      'temporarily_unavailable',
      ({ assumer }) => Object.assign(assumer, { fault: { kind: 'throttled', cause: 'Throttling' } }),
    ],
    ['a bug', 500, 'server_error', ({ assumer }) => Object.assign(assumer, { bug: new Error('secret') })],
    [
      'a refusal of STS',
      502,
      'server_error',
      ({ assumer }) => Object.assign(assumer, { fault: { kind: 'refused', cause: 'NoPermission' } }),
    ],
    [
      'a lost audit row',
      503,
      'temporarily_unavailable',
      ({ auditLog }) => Object.assign(auditLog, { recordFault: lost }),
    ],
    ['a lost store', 503, 'temporarily_unavailable', ({ store }) => Object.assign(store, { fault: lost })],
  ])('%s', async (_, status, error, breakIt, own = {}) => {
    const app = startVend();
    breakIt(app);
    const refused = await refusal(app, { form: { ...FORM, ...own } });
    expect([refused.status, refused.error]).toEqual([status, error]);
    expect(refused.headers.get('retry-after') === null).toBe(status !== 429 && status !== 503);
  });

  it('is the same for a role that does not exist and for one that is another’s', async () => {
    const answers = ['nobody', 'arms-reader', `${ROLE_ARN}x`].map(async (resource) => {
      const { text } = await askWire(startVend(), { path: '/v1/token', form: { ...FORM, resource } });
      return JSON.stringify({ ...JSON.parse(text), requestId: '' });
    });
    expect(new Set(await Promise.all(answers)).size).toBe(1);
  });
});

describe('the command in docs/token-exchange.md', () => {
  it('is answered with credentials', async () => {
    const { text: command = '' } =
      documentBlocks('docs/token-exchange.md').find(({ text }) => text.startsWith('curl ')) ?? {};
    expect(command).toMatch(/^curl -s https:\/\/vend\.example\.com\/v1\/token /);
    const form = [...command.matchAll(/--data-urlencode (\w+)=(\S+)/g)].map(([, name = '', value = '']) => [
      name,
      value.replace('"$TOKEN"', token()),
    ]);
    expect(form).toHaveLength(4);
    const answer = await askWire(startVend(), { path: '/v1/token', form: Object.fromEntries(form) });
    expect(answer.status).toBe(200);
  });
});
