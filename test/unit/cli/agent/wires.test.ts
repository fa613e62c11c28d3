// The agent answers each wire in the wire's own shape: the URI protocol of Alibaba Cloud's libraries, the authorization server of
// the OSS SDKs for phones, the container protocol of AWS, and the two questions of a supervisor.
import { describe, expect, it } from 'vitest';
import { refused, serviceFailed } from '../../../../clients/cli/base/command-fault.ts';
import { ok } from '../../../../shared/kernel/result.ts';
import { AGENT_SECRET, askAgent, startAgent, vended } from '../../../support/agent.ts';

const TWENTY_CHARACTERS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const ARN = 'acs:ram::1234567890123456:role/media-uploader';
const AWS = { path: '/aws/media-uploader', headers: { authorization: AGENT_SECRET } };

describe('the URI protocol', () => {
  it('gives the six members that the libraries read, with times of 20 characters', async () => {
    const { port } = await startAgent();
    const { status, headers, body } = await askAgent(port);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(JSON.parse(body)).toEqual({
      Code: 'Success',
      LastUpdated: expect.stringMatching(TWENTY_CHARACTERS),
      AccessKeyId: 'STS.agent-1',
      AccessKeySecret: 'canary-secret-1',
      SecurityToken: 'canary+token/1=',
      Expiration: expect.stringMatching(TWENTY_CHARACTERS),
    });
  });

  it('gives each role its own, by name or by RoleArn, and takes a query as none', async () => {
    const roles = ['media-uploader', ARN];
    const { port } = await startAgent({ roles, take: async (role) => ok(vended(900, roles.indexOf(role))) });
    const named = await Promise.all(
      roles.map(async (role) => {
        const path = `/${AGENT_SECRET}/${encodeURIComponent(role)}?x=1`;
        return JSON.parse((await askAgent(port, { path })).body).AccessKeyId;
      }),
    );
    expect(named).toEqual(['STS.agent-0', 'STS.agent-1']);
  });

  it.each([
    ['a role that is not served', '/other', 404],
    ['no role', '', 404],
    ['a path below a role', '/media-uploader/x', 404],
    ['broken percent-encoding', '/%zz', 404],
    ['a role behind the secret again', `/${AGENT_SECRET}/media-uploader`, 404],
  ])('has nothing at %s, and says so to a program that knows the secret', async (_name, rest, status) => {
    const { port } = await startAgent();
    const answer = await askAgent(port, { path: `/${AGENT_SECRET}${rest}` });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      status,
      { Code: 'NotFound', Message: expect.stringContaining('this agent does not serve this role') },
    ]);
  });

  it.each([
    ['an outage', serviceFailed('down'), 503, 'ServiceUnavailable'],
    ['a refusal', refused('no grant'), 403, 'Forbidden'],
  ])('tells %s by status, code and words', async (_name, fault, status, code) => {
    const { port } = await startAgent({ take: async () => fault });
    const answer = await askAgent(port);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ Code: code, Message: fault.error.message });
  });

  it('asks the deployment once for a thousand programs that ask at once', async () => {
    let calls = 0;
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { port } = await startAgent({
      take: async () => {
        calls += 1;
        await answered;
        return ok(vended());
      },
    });
    const asked = Array.from({ length: 1_000 }, () => askAgent(port));
    answer();
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(calls).toBe(1);
  });
});

describe('the authorization server of the OSS SDKs for phones', () => {
  const OSS = `/${AGENT_SECRET}/oss/media-uploader`;

  it('gives StatusCode 200 and the four members, with a time of 20 characters', async () => {
    const { port } = await startAgent();
    const { status, body } = await askAgent(port, { path: OSS });
    expect([status, JSON.parse(body)]).toEqual([
      200,
      {
        StatusCode: 200,
        AccessKeyId: 'STS.agent-1',
        AccessKeySecret: 'canary-secret-1',
        SecurityToken: 'canary+token/1=',
        Expiration: expect.stringMatching(TWENTY_CHARACTERS),
      },
    ]);
  });

  it('keeps apart a role that is named like it', async () => {
    const { port } = await startAgent({ roles: ['oss'] });
    expect(JSON.parse((await askAgent(port, { path: `/${AGENT_SECRET}/oss` })).body)).toMatchObject({
      Code: 'Success',
    });
    expect(JSON.parse((await askAgent(port, { path: `/${AGENT_SECRET}/oss/oss` })).body)).toMatchObject({
      StatusCode: 200,
    });
  });

  it.each([
    ['an outage', serviceFailed('down'), 503, 'ServiceUnavailable'],
    ['a refusal', refused('no grant'), 403, 'Forbidden'],
  ])('tells %s in the body alone, since Android reads no other', async (_name, fault, code, text) => {
    const { port } = await startAgent({ take: async () => fault });
    const { status, body } = await askAgent(port, { path: OSS });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      StatusCode: code,
      ErrorCode: text,
      ErrorMessage: fault.error.message,
    });
  });

  it('tells a role that it does not serve in the same way', async () => {
    const { port } = await startAgent();
    for (const role of ['other', '', '%zz']) {
      const { status, body } = await askAgent(port, { path: `/${AGENT_SECRET}/oss/${role}` });
      expect([status, JSON.parse(body)]).toMatchObject([200, { StatusCode: 404, ErrorCode: 'NotFound' }]);
    }
  });
});

describe('the container protocol of AWS', () => {
  it('gives the four members that its SDKs read', async () => {
    const { port } = await startAgent();
    expect(JSON.parse((await askAgent(port, AWS)).body)).toEqual({
      AccessKeyId: 'STS.agent-1',
      SecretAccessKey: 'canary-secret-1',
      Token: 'canary+token/1=',
      Expiration: expect.stringMatching(TWENTY_CHARACTERS),
    });
  });

  it.each([
    ['no token', {}, 401],
    ['another token', { headers: { authorization: 'other' } }, 401],
    [
      'a Bearer scheme, which its SDKs do not send',
      { headers: { authorization: `Bearer ${AGENT_SECRET}` } },
      401,
    ],
    ['another role', { ...AWS, path: '/aws/other' }, 404],
  ])('refuses %s', async (_name, request, status) => {
    const { port } = await startAgent();
    const answer = await askAgent(port, { path: AWS.path, ...request });
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain('canary');
  });
});

describe('a supervisor', () => {
  it('learns that the process is up, and whether every role has credentials', async () => {
    const { port, roles } = await startAgent({ take: async () => serviceFailed('down') });
    await roles.get('media-uploader')?.get();
    expect((await askAgent(port, { path: '/healthz' })).status).toBe(200);
    expect((await askAgent(port, { path: '/readyz' })).status).toBe(503);
    const well = await startAgent();
    await well.roles.get('media-uploader')?.get();
    expect((await askAgent(well.port, { path: '/readyz' })).status).toBe(200);
  });
});

describe.each([
  ['the URI protocol', `/${AGENT_SECRET}/media-uploader`],
  ['the OSS SDKs’ authorization server', `/${AGENT_SECRET}/oss/media-uploader`],
  ['the container protocol', '/aws/media-uploader'],
  ['the health check', '/healthz'],
])('%s', (_name, path) => {
  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE'])('refuses %s', async (method) => {
    const { port } = await startAgent();
    const { status, headers } = await askAgent(port, {
      path,
      method,
      headers: { authorization: AGENT_SECRET },
    });
    expect(status).toBe(405);
    expect(headers['allow']).toBe('GET');
  });
});
