// The agent's metadata service gives a role's credentials as ECS does: by a token that PUT gives, and without one only if it is
// told to.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { metadataWire } from '../../../../clients/cli/agent/metadata-wire.ts';
import { askAgent, startAgent } from '../../../support/agent.ts';

const TTL = 'x-aliyun-ecs-metadata-token-ttl-seconds';
const TOKEN = 'x-aliyun-ecs-metadata-token';
const LIST = '/latest/meta-data/ram/security-credentials/';
const ARN = 'acs:ram::1:role/media';

const startMetadata = (allowV1 = false) =>
  startAgent({ roles: ['media-uploader', ARN], more: (roles) => [metadataWire(roles, allowV1)] });

async function tokenFrom(port: number, ttl = '21600'): Promise<string> {
  const put = { method: 'PUT', path: '/latest/api/token', headers: { [TTL]: ttl } };
  const { status, body } = await askAgent(port, put);
  expect(status).toBe(200);
  return body;
}

afterEach(() => {
  vi.useRealTimers();
});

describe('the metadata service', () => {
  it.each(['ram', 'Ram'])('names the first role and gives its credentials, below /%s/', async (ram) => {
    const { port } = await startMetadata();
    const headers = { [TOKEN]: await tokenFrom(port) };
    const path = `/latest/meta-data/${ram}/security-credentials`;
    const name = (await askAgent(port, { path: `${path}/`, headers })).body;
    expect([name, (await askAgent(port, { path, headers })).body]).toEqual([
      'media-uploader',
      'media-uploader',
    ]);
    const { body } = await askAgent(port, { path: `${path}/${name}`, headers });
    expect(JSON.parse(body)).toMatchObject({ Code: 'Success', AccessKeyId: 'STS.agent-1' });
    const other = await askAgent(port, { path: `${path}/${encodeURIComponent(ARN)}`, headers });
    expect(other.status).toBe(200);
  });

  it.each(['0', '21601', '-1', '1.5', '1e3', ' ', '999999999999'])(
    'gives no token for %j seconds',
    async (ttl) => {
      const { port } = await startMetadata();
      const put = { method: 'PUT', path: '/latest/api/token', headers: { [TTL]: ttl } };
      expect((await askAgent(port, put)).status).toBe(400);
    },
  );

  /** What is no token of this agent, by what is wrong with it. */
  const WRONG: readonly (readonly [string, (token: string, other: string) => string])[] = [
    ['an empty one', () => ''],
    ['one of another agent', (_, other) => other],
    ['one with a later end', (token) => token.replace(/^\d+/, (end) => String(Number(end) + 1))],
    ['one without its signature', (token) => token.replace(/\..*/, '.')],
    ['one without an end', (token) => token.replace(/^\d+/, '')],
  ];

  it.each(WRONG)('gives nothing for %s, with or without version 1', async (_name, spoil) => {
    const other = await tokenFrom((await startMetadata()).port);
    for (const allowV1 of [false, true]) {
      const { port } = await startMetadata(allowV1);
      const headers = { [TOKEN]: spoil(await tokenFrom(port), other) };
      const { status, body } = await askAgent(port, { path: `${LIST}media-uploader`, headers });
      expect([status, body.includes('canary')]).toEqual([403, false]);
    }
  });

  it('gives nothing for a token that has expired', async () => {
    const { port } = await startMetadata();
    const headers = { [TOKEN]: await tokenFrom(port, '1') };
    vi.useFakeTimers({ now: Date.now() + 1_000, toFake: ['Date'] });
    expect((await askAgent(port, { path: LIST, headers })).status).toBe(403);
  });

  it('gives nothing without a token, unless it is told to', async () => {
    const path = `${LIST}media-uploader`;
    expect((await askAgent((await startMetadata()).port, { path })).status).toBe(403);
    expect((await askAgent((await startMetadata(true)).port, { path })).status).toBe(200);
  });

  it.each([
    ['another role', `${LIST}other`, 'GET', 404],
    ['what it does not have', '/latest/meta-data/instance-id', 'GET', 404],
    ['what only begins alike', '/latest/meta-data/ram/security-credentials-x', 'GET', 404],
    ['credentials by POST', `${LIST}media-uploader`, 'POST', 405],
    ['a token by GET', '/latest/api/token', 'GET', 405],
  ])('refuses %s', async (_name, path, method, status) => {
    const { port } = await startMetadata();
    const headers = { [TOKEN]: await tokenFrom(port), [TTL]: '60' };
    expect((await askAgent(port, { path, method, headers })).status).toBe(status);
  });
});
