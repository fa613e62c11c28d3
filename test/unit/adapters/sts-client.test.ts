// Guarantees: a call to STS is signed as the SDK signs it, with the security token of temporary keys, over a connection that is kept.
import { createServer, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { lazyStsClient } from '../../../shared/adapters/alibaba-cloud/sts-client.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { listenHere } from '../../support/loopback.ts';

/** The signer of the official SDK. It ships no types for what it keeps to itself. */
const { OpenApiUtil: SDK } = createRequire(import.meta.url)('@alicloud/openapi-core');

const SIGNED = /^(?:host|x-acs-.*)$/;

function authorizationBySdk({ headers, url = '' }: IncomingMessage): string {
  const { pathname, searchParams } = new URL(url, 'http://sts.example');
  const signed = Object.entries(headers).filter(([name]) => SIGNED.test(name));
  const request = {
    method: 'POST',
    pathname,
    query: Object.fromEntries(searchParams),
    headers: Object.fromEntries(signed),
  };
  return SDK.getAuthorization(
    request,
    'ACS3-HMAC-SHA256',
    headers['x-acs-content-sha256'],
    'STS.id',
    'secret',
  );
}

it('a call is signed as by the SDK, and the next one takes the same connection', async () => {
  const seen: IncomingMessage[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    seen.push(request);
    response.end('{"RequestId":"r"}');
  });
  server.on('connection', () => {
    connections += 1;
  });
  const { url } = await listenHere(server);
  const keys = { accessKeyId: 'STS.id', accessKeySecret: new Secret('secret') };
  const credentials = () => ({ ...keys, securityToken: new Secret('of-sts') });
  const client = await lazyStsClient({ endpoint: url, credentials })();
  const order = {
    roleArn: 'acs:ram::1:role/r',
    sessionName: 's',
    durationSeconds: 900,
    externalId: 'a b+c*d~é',
    sessionPolicy: { json: '{"Version":"1","Statement":[]}' },
  };
  // The order's brands are made by the pipeline; the SDK takes their text.
  expect(await client.assumeRole(order as never)).toMatchObject({ body: { requestId: 'r' } });
  await client.probe();
  const [assume, identity] = seen;
  if (!assume || !identity) throw new Error('not called');
  expect([assume.headers.authorization, identity.headers.authorization]).toEqual(
    [assume, identity].map(authorizationBySdk),
  );
  expect(assume.headers).toMatchObject({
    'x-acs-action': 'AssumeRole',
    'x-acs-security-token': 'of-sts',
    authorization: expect.stringContaining('x-acs-security-token'),
  });
  expect(Object.fromEntries(new URL(assume.url ?? '', url).searchParams)).toMatchObject({
    ExternalId: order.externalId,
    Policy: order.sessionPolicy.json,
    DurationSeconds: '900',
  });
  expect(connections).toBe(1);
});
