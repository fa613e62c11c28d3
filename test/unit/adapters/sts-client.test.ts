// Guarantees: a call to STS is signed as the SDK signs it, with the security token of temporary keys, over a connection that is kept.
import { createServer, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { lazyStsClient } from '../../../shared/adapters/alibaba-cloud/sts-client.ts';
import { createStsRoleAssumer } from '../../../shared/adapters/alibaba-cloud/sts-role-assumer.ts';
import { err } from '../../../shared/kernel/result.ts';
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

const keys = { accessKeyId: 'STS.id', accessKeySecret: new Secret('secret') };

async function startSts(answers: readonly string[]) {
  const seen: IncomingMessage[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    seen.push(request);
    response.end(answers[seen.length - 1]);
  });
  server.on('connection', () => {
    connections += 1;
  });
  const { url } = await listenHere(server);
  const credentials = () => ({ ...keys, securityToken: new Secret('of-sts') });
  const client = await lazyStsClient({ endpoint: url, credentials })();
  return { client, url, seen, connections: () => connections };
}

const order = {
  roleArn: 'acs:ram::1:role/Reader',
  sessionName: 's',
  durationSeconds: 900,
  externalId: 'a b+c*d~é',
  sessionPolicy: { json: '{"Version":"1","Statement":[]}' },
};

it('a call is signed as by the SDK, and the next one takes the same connection', async () => {
  const { client, url, seen, connections } = await startSts(['{"RequestId":"r"}', '{"RequestId":"r"}']);
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
  expect(connections()).toBe(1);
});

describe('an answer of STS', () => {
  const answerFor = (arn: string) => JSON.stringify({ RequestId: 'r', AssumedRoleUser: { Arn: arn } });
  const OWN = answerFor('acs:ram::1:role/Reader/s');

  it.each([
    ['the session that was asked for', OWN],
    ['its role in other case', answerFor('acs:ram::1:role/reader/s')],
  ])('that names %s is taken', async (_, answer) => {
    const { client } = await startSts([answer]);
    expect(await client.assumeRole(order as never)).toMatchObject({ body: { requestId: 'r' } });
  });

  it.each([
    ['another session', answerFor('acs:ram::1:role/Reader/t')],
    ['a session in other case', answerFor('acs:ram::1:role/Reader/S')],
    ['a session that ends alike', answerFor('acs:ram::1:role/Reader/other/s')],
    ['another role', answerFor('acs:ram::1:role/Writer/s')],
    ['a role of another account', answerFor('acs:ram::2:role/Reader/s')],
  ])('that names %s is none, and its connection is not used again', async (_, answer) => {
    const { client, connections } = await startSts([answer, OWN]);
    await expect(client.assumeRole(order as never)).rejects.toMatchObject({
      fault: { kind: 'unusable', cause: 'answer-of-another-session' },
    });
    await client.assumeRole(order as never);
    expect(connections()).toBe(2);
  });

  it.each([
    ['a secret that is an object', '{"RequestId":"r","Credentials":{"AccessKeySecret":{"a":1}}}'],
    ['a token that is a list', '{"RequestId":"r","Credentials":{"SecurityToken":["a"]}}'],
    ['credentials that are text', '{"RequestId":"r","Credentials":"a"}'],
  ])('with %s is none, and is not asked for again', async (_, answer) => {
    const { client, seen } = await startSts([answer, OWN]);
    const assumed = await createStsRoleAssumer(async () => client).assume(order as never);
    expect([assumed, seen.length]).toEqual([err({ kind: 'unusable', cause: 'answer-incomplete' }), 1]);
  });

  it('whose session is a number is none', async () => {
    const { client } = await startSts(['{"RequestId":"r","AssumedRoleUser":{"Arn":5}}']);
    await expect(client.assumeRole(order as never)).rejects.toMatchObject({
      fault: { cause: 'answer-of-another-session' },
    });
  });

  it('that names a member twice is none', async () => {
    const { client } = await startSts(['{"RequestId":"r","Credentials":{},"Credentials":{}}']);
    await expect(client.assumeRole(order as never)).rejects.toMatchObject({
      fault: { kind: 'unusable', cause: 'answer-not-json' },
    });
  });
});
