// The requests of the aliyun command line, answered byte by byte: those of its mode CloudSSO by login, that of CredentialsURI by
// the agent. It is in no package registry. test/contract/sts-wire.test.ts has its request to STS.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { describe, expect, it } from 'vitest';
import { AGENT_SECRET, startAgent } from '../support/agent.ts';
import { ALIYUN_CLIENT } from '../support/cloudsso.ts';
import { startCloudSso } from '../support/cloudsso-world.ts';
import { answerDevice, typeCode } from '../support/command-line.ts';
import { exchange } from '../support/exchange.ts';
import { listenHere } from '../support/loopback.ts';

async function startHere() {
  let answer: ReturnType<typeof getRequestListener> | undefined;
  const { port } = await listenHere(createServer((request, response) => answer?.(request, response)));
  const origin = `http://127.0.0.1:${port}`;
  const world = await startCloudSso({ cloudSsoUrl: origin });
  const { login } = world;
  const alice = await world.signOn('alice');
  answer = getRequestListener(login.app.fetch);
  return { ...world, alice, port, origin };
}

/** As version 3.4.11 of the command line, built from its source, sent them. Go writes the members in the order of their names. */
const fromAliyun = (port: number, line: string, headers: readonly string[], body = '') =>
  [
    `${line} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `User-Agent: ${headers.some((one) => one.startsWith('Authorization')) ? 'aliyun/CLI-3.4.11' : 'Go-http-client/1.1'}`,
    ...(body === '' ? [] : [`Content-Length: ${body.length}`]),
    'Accept: application/json',
    ...headers,
    'Content-Type: application/json',
    'Accept-Encoding: gzip',
    '',
    body,
  ].join('\r\n');

describe('the aliyun command line in mode CloudSSO', () => {
  it('gets what it reads, at each of its five requests', async () => {
    const { alice, port, origin } = await startHere();
    const ask = async (line: string, headers: readonly string[], members?: object) => {
      const body = members === undefined ? '' : JSON.stringify(members);
      const request = fromAliyun(port, line, ['Connection: close', ...headers], body);
      const answer = await exchange(port, request);
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      const [, json = ''] = /(\{.*\})/.exec(answer) ?? [];
      return JSON.parse(json);
    };
    const verifier = 'haNdribg8WU8BACE3d77846e770c8a537eac940923e67766';
    const asked = await ask('POST /device-authorization', [], {
      ClientId: ALIYUN_CLIENT,
      CodeChallenge: createHash('sha256').update(verifier).digest('base64url'),
      CodeChallengeMethod: 'S256',
      PortalUrl: `${origin}/start`,
    });
    expect(asked).toMatchObject({
      VerificationUriComplete: expect.stringContaining(asked.UserCode),
      Interval: 5,
    });
    await answerDevice(alice, await typeCode(alice, asked.UserCode));
    const signedIn = await ask('POST /token', [], {
      ClientId: ALIYUN_CLIENT,
      CodeVerifier: verifier,
      DeviceCode: asked.DeviceCode,
      GrantType: 'urn:ietf:params:oauth:grant-type:device_code',
    });
    const bearer = [`Authorization: Bearer ${signedIn.AccessToken}`];
    const { Accounts } = await ask('GET /access-assignments/accounts?MaxResults=100', bearer);
    const [{ AccountId }] = Accounts;
    const listed = await ask(`GET /access-assignments/access-configurations?AccountId=${AccountId}`, bearer);
    const [{ AccessConfigurationId }] = listed.AccessConfigurationsForAccount;
    const { CloudCredential } = await ask('POST /cloud-credentials', bearer, {
      AccountId,
      AccessConfigurationId,
    });
    expect(Object.keys(CloudCredential)).toEqual([
      'AccessKeyId',
      'AccessKeySecret',
      'SecurityToken',
      'Expiration',
    ]);
    expect(CloudCredential.Expiration).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });
});

describe('the aliyun command line in mode CredentialsURI', () => {
  it('gets what it reads from the agent', async () => {
    const { port } = await startAgent();
    // As version 3.4.11 sent it, but for the closed connection.
    const request = [
      `GET /${AGENT_SECRET}/media-uploader HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      'User-Agent: Go-http-client/1.1',
      'Connection: close',
      'Accept-Encoding: gzip',
      '',
      '',
    ].join('\r\n');
    const answer = await exchange(port, request);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    const [, json = ''] = /(\{.*\})/.exec(answer) ?? [];
    expect(JSON.parse(json)).toEqual({
      Code: 'Success',
      LastUpdated: expect.any(String),
      AccessKeyId: 'STS.agent-1',
      AccessKeySecret: 'canary-secret-1',
      SecurityToken: 'canary+token/1=',
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
  });
});
