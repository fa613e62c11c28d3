// The STS wire against others' ideas of STS: the request of the `aliyun` command line as captured, those of other clients
// as researched, the SDK of STS, and the local STS, which answers the same faults.
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from '../local/sts/world.ts';
import { exchange } from '../support/exchange.ts';
import { token } from '../support/issuer.ts';
import { listenHere } from '../support/loopback.ts';
import { startVend } from '../support/vend-app.ts';
import { askWire, ROLE_ARN, STS_QUERY, stsForm } from '../support/wires.ts';

async function startServer() {
  const app = startVend();
  const { port } = await listenHere(createServer(getRequestListener(app.app.fetch)));
  return { app, port };
}

const encoded = (parameters: Readonly<Record<string, string>>) => new URLSearchParams(parameters).toString();

const http = (head: readonly string[], body = ''): string =>
  [...head, `Content-Length: ${body.length}`, 'Connection: close', '', body].join('\r\n');

const IN_QUERY =
  'Action=AssumeRoleWithOIDC&Format=JSON&Timestamp=2026-11-30T13%3A56%3A49Z&Version=2015-04-01';
const PROVIDER = 'acs:ram::1234567890123456:oidc-provider/stint';

/**
 * The request of the `aliyun` command line, captured from a build of its source (eadd68d, profile mode OIDC), header by
 * header; the token, the host and the closed connection are the test's own.
 */
function aliyun(path: string): string {
  const body = encoded({
    DurationSeconds: '3600',
    OIDCProviderArn: PROVIDER,
    OIDCToken: `${token()}\n`,
    RoleArn: ROLE_ARN,
    RoleSessionName: 'aliyun-cli',
  });
  return [
    `POST ${path}?${IN_QUERY} HTTP/1.1`,
    'Host: vend.example.com',
    'User-Agent: Go-http-client/1.1',
    `Content-Length: ${body.length}`,
    'Accept-Encoding: identity',
    'Content-Type: application/x-www-form-urlencoded',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

/** Others as researched on the clients: which parts are in the query and which in the form. */
const REQUESTS: Readonly<Record<string, string>> = {
  'aliyun, at an endpoint that is a host': aliyun('/'),
  'aliyun, at an endpoint with a path': aliyun('/sts'),
  'ack-ram-tool, with all but the token in the query': http(
    [
      `POST /?${IN_QUERY}&${encoded({ RoleArn: ROLE_ARN, RoleSessionName: 'ack-ram-tool', OIDCProviderArn: PROVIDER })} HTTP/1.1`,
      'Host: vend.example.com',
      'Accept: application/json',
      'Content-Type: application/x-www-form-urlencoded',
    ],
    encoded({ OIDCToken: token() }),
  ),
  'Java, with signature parameters and no signature': http(
    [
      `POST /?${IN_QUERY}&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&SignatureNonce=c1b4 HTTP/1.1`,
      'Host: vend.example.com',
      'Content-Type: application/x-www-form-urlencoded; charset=utf-8',
    ],
    encoded({ DurationSeconds: '3600', OIDCToken: token(), RoleArn: ROLE_ARN, RoleSessionName: 'java' }),
  ),
  'Python, which asks by GET': http([
    `GET /?${IN_QUERY}&${encoded(stsForm(token()))} HTTP/1.1`,
    'Host: vend.example.com',
    'User-Agent: python-requests/2.34.2',
    'Accept: */*',
  ]),
};

describe('a request as a client puts it on the wire', () => {
  it.each(Object.entries(REQUESTS))('is answered with credentials: %s', async (_, bytes) => {
    const { app, port } = await startServer();
    const answer = await exchange(port, bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    const [, body = ''] = answer.split('\r\n\r\n');
    expect(body).toContain('"Expiration":"2026-03-01T12:30:00Z"');
    expect(app.auditLog.events[0]).toMatchObject({ wire: 'sts', outcome: 'granted' });
  });
});

describe('the SDK of STS', () => {
  async function assume(own: object) {
    const { app, port } = await startServer();
    const { default: Sts, AssumeRoleWithOIDCRequest } = (await import('@alicloud/sts20150401')).default;
    const { $OpenApiUtil } = (await import('@alicloud/openapi-core')).default;
    const config = new $OpenApiUtil.Config({ endpoint: `127.0.0.1:${port}`, protocol: 'http' });
    const request = new AssumeRoleWithOIDCRequest({
      OIDCProviderArn: PROVIDER,
      OIDCToken: token(),
      roleArn: ROLE_ARN,
      roleSessionName: 'sdk',
      ...own,
    });
    return { app, answer: new Sts(config).assumeRoleWithOIDC(request) };
  }

  it('takes credentials', async () => {
    const { answer } = await assume({});
    expect((await answer).body).toMatchObject({
      credentials: { accessKeyId: 'STS.key1', expiration: '2026-03-01T12:30:00Z' },
      assumedRoleUser: { arn: expect.stringContaining(ROLE_ARN) },
      requestId: expect.any(String),
    });
  });

  it('tells a refusal with its code, status and request id', async () => {
    const { app, answer } = await assume({ roleArn: 'acs:ram::1234567890123456:role/nobody' });
    const error: unknown = await answer.catch((refused: unknown) => refused);
    expect(error).toMatchObject({
      code: 'AuthenticationFail.NoPermission',
      statusCode: 401,
      requestId: app.auditLog.events[0]?.requestId,
    });
  });
});

describe('the local STS', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.close());

  const shape = (text: string) => {
    const { Code, ...members } = JSON.parse(text);
    return [Code, Object.keys(members).sort()];
  };

  const { Action: _, ...noAction } = STS_QUERY;
  const { Version: __, ...noVersion } = STS_QUERY;
  it.each<[string, string, Readonly<Record<string, string>> | string, string?]>([
    ['no Action', 'POST', noAction],
    ['no Version', 'POST', noVersion],
    ['another Version', 'POST', { ...STS_QUERY, Version: '2014-01-01' }],
    ['an unknown Action', 'POST', { ...STS_QUERY, Action: 'Nothing' }],
    ['another method', 'PUT', STS_QUERY],
    ['a body of another type', 'POST', STS_QUERY, 'text/plain'],
  ])('answers alike: %s', async (_name, method, query, type) => {
    const search = typeof query === 'string' ? query : encoded(query);
    const headers = { accept: 'application/json', ...(type === undefined ? {} : { 'content-type': type }) };
    const request = { method, headers, ...(type === undefined ? {} : { body: 'x' }) };
    const theirs = await fetch(`${world.sts.url}/?${search}`, request);
    const { body: form, ...rest } = request;
    const ours = await askWire(startVend(), { ...rest, query, ...(form === undefined ? {} : { form }) });
    expect([ours.status, ...shape(ours.text)]).toEqual([theirs.status, ...shape(await theirs.text())]);
  });
});
