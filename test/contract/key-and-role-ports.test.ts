// What the fakes of the HTTP tests promise is what the adapters do: one suite runs on both.
import { afterAll, describe, expect, it } from 'vitest';
import { createStsRoleAssumer } from '../../shared/adapters/alibaba-cloud/sts-role-assumer.ts';
import type { KeySource } from '../../shared/identity/key-source.ts';
import { err } from '../../shared/kernel/result.ts';
import type { RoleAssumer } from '../../shared/pipeline/assume/role-assumer.ts';
import { provider } from '../support/builders.ts';
import { FakeClock, FakeKeySource, FakeRoleAssumer } from '../support/fakes.ts';
import { keySet } from '../support/issuer.ts';
import { startKeySource } from '../support/key-source.ts';
import { answerJson, startLoopback } from '../support/loopback.ts';
import { someOrder, startLocalSts } from './local-ports.ts';

const KEY_SOURCES: readonly (readonly [string, (broken: boolean) => Promise<[KeySource, string]>])[] = [
  [
    'the fake',
    async (broken) => {
      const fault = broken ? ({ reason: 'keys-unreachable', cause: 'keys-status' } as const) : undefined;
      return [Object.assign(new FakeKeySource(), { fault }), 'https://id.example.com'];
    },
  ],
  [
    'the issuer over HTTP',
    async (broken) => {
      const server = await startLoopback(answerJson(keySet(), broken ? 503 : 200));
      return [startKeySource(new FakeClock()), server.url];
    },
  ],
];

describe.each(KEY_SOURCES)('KeySource: %s', (_, open) => {
  it.each([
    ['RS256', 'key-RS256', 'found'],
    ['ES256', 'key-ES256', 'found'],
    ['EdDSA', 'key-EdDSA', 'found'],
    ['RS256', undefined, 'found'],
    ['RS256', 'other', 'key-unknown'],
    ['RS256', 'key-ES256', 'key-unknown'],
    ['PS256', 'key-RS256', 'key-unknown'],
  ])('for %s and %s: %s', async (alg, kid, outcome) => {
    const [keys, issuer] = await open(false);
    const found = await keys.find(provider({ issuer, jwksUri: `${issuer}/keys` }), {
      alg,
      ...(kid && { kid }),
    });
    expect(found.ok ? 'found' : found.error.reason).toBe(outcome);
  });

  it('says as a value that it failed', async () => {
    const [keys, issuer] = await open(true);
    const found = await keys.find(provider({ issuer, jwksUri: `${issuer}/keys` }), { alg: 'RS256' });
    expect(found).toEqual(err({ reason: 'keys-unreachable', cause: 'keys-status' }));
  });
});

const BODY = {
  requestId: 'r',
  credentials: {
    accessKeyId: 'STS.key',
    accessKeySecret: 'secret',
    securityToken: 'token',
    expiration: '2026-03-01T12:30:00Z',
  },
  assumedRoleUser: { arn: 'acs:ram::1:role/r/s' },
};

const local = await startLocalSts();
afterAll(() => local.close());

const ASSUMERS: readonly (readonly [string, (broken: boolean) => RoleAssumer])[] = [
  [
    'the fake',
    (broken) => {
      const fault = broken ? ({ kind: 'refused', cause: 'NoPermission' } as const) : undefined;
      return Object.assign(new FakeRoleAssumer(new FakeClock()), { fault });
    },
  ],
  [
    'STS',
    (broken) =>
      createStsRoleAssumer(async () => ({
        async assumeRole() {
          if (broken) throw Object.assign(new Error(), { statusCode: 403, code: 'NoPermission' });
          return { body: BODY } as never; // the SDK's answer is a class of many methods; its body is what is read
        },
        async probe() {},
      })),
  ],
  [
    'the local STS',
    (broken) => {
      local.faults.clear();
      if (broken) local.faults.inject({ kind: 'refuse', code: 'NoPermission' });
      return local.assumer();
    },
  ],
];

describe.each(ASSUMERS)('RoleAssumer: %s', (_, open) => {
  it('gives a whole role with its secrets wrapped', async () => {
    const assumed = await open(false).assume(await someOrder());
    if (!assumed.ok) throw new Error(assumed.error.cause);
    const { accessKeyId, accessKeySecret, securityToken, expiration, assumedRoleArn, requestId } =
      assumed.value;
    const texts = [accessKeyId, accessKeySecret.reveal(), securityToken.reveal(), assumedRoleArn, requestId];
    expect(texts.every((text) => text !== '')).toBe(true);
    expect(expiration.toISOString()).toBe('2026-03-01T12:30:00.000Z');
    expect(JSON.stringify(assumed.value)).not.toContain(securityToken.reveal());
  });

  it('says as a value that it failed', async () => {
    expect(await open(true).assume(await someOrder())).toEqual(
      err({ kind: 'refused', cause: 'NoPermission' }),
    );
  });
});
