// The real adapter and the unmodified SDK against the local RAM, and against answers that RAM should never give.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openRamPolicies, type RamPolicies } from '../../shared/adapters/alibaba-cloud/ram-policies.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { parsePolicy } from '../../shared/ram/parse-policy.ts';
import {
  custom,
  type Keys,
  LISTER,
  MEDIA_READER,
  openRamWorld,
  type RamWorld,
  READER,
} from '../local/ram/world.ts';
import { answerJson, startLoopback } from '../support/loopback.ts';
import { must } from './must.ts';

let world: RamWorld;
beforeAll(async () => {
  world = await openRamWorld();
});
afterEach(() => world.ram.faults.clear());
afterAll(() => world.close());

const open = (keys: Keys = READER, endpoint = world.ram.url): RamPolicies => {
  const { accessKeyId } = keys;
  const accessKeySecret = new Secret(keys.accessKeySecret);
  return openRamPolicies({
    endpoint,
    credentials: () => ({ accessKeyId, accessKeySecret, securityToken: undefined }),
  });
};

describe('a policy of RAM', () => {
  it('comes parsed, with its version', async () => {
    expect(must(await open().fetch('media-reader', 'Custom'))).toEqual({
      version: 'v1',
      policy: must(parsePolicy(MEDIA_READER)),
    });
    expect(must(await open().fetch('AliyunARMSReadOnlyAccess', 'System')).version).toBe('v13');
  });

  it('comes in its default version', async () => {
    world.ram.policies.publish(custom('media-new'), JSON.stringify(MEDIA_READER));
    const ram = open();
    expect(must(await ram.fetch('media-new', 'Custom')).version).toBe('v1');
    world.ram.policies.publish(custom('media-new'), JSON.stringify(MEDIA_READER));
    expect(must(await ram.fetch('media-new', 'Custom')).version).toBe('v2');
  });

  it.each<[string, string, Keys | undefined, object]>([
    ['that is not there', 'media-none', undefined, { kind: 'not-found' }],
    ['that the key may not read', 'media-reader', LISTER, { kind: 'refused', cause: 'NoPermission' }],
    [
      'asked for with a wrong secret',
      'media-reader',
      { ...READER, accessKeySecret: 'wrong' },
      { kind: 'refused', cause: 'SignatureDoesNotMatch' },
    ],
    ['asked for by a path', '../media', undefined, { cause: 'InvalidParameter.PolicyName.InvalidChars' }],
  ])('%s is a fault as a value', async (_, name, keys, fault) => {
    expect(await open(keys).fetch(name, 'Custom')).toMatchObject({ ok: false, error: fault });
  });

  it.each([
    ['throttles', { kind: 'refuse', code: 'Throttling.User' }, 'Throttling.User'],
    ['fails', { kind: 'refuse', code: 'InternalError' }, 'InternalError'],
    ['drops the connection', { kind: 'close' }, undefined],
    ['answers garbage', { kind: 'garbage' }, undefined],
  ] as const)('is unavailable when RAM %s', async (_, fault, cause) => {
    world.ram.faults.inject(fault);
    const answer = await open().fetch('media-reader', 'Custom');
    expect(answer).toMatchObject({
      ok: false,
      error: { kind: 'unavailable', cause: cause ?? expect.any(String) },
    });
  });

  it('is unavailable when nobody listens', async () => {
    const answer = await open(READER, 'http://127.0.0.1:1').fetch('media-reader', 'Custom');
    expect(answer).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
  });

  const texts: readonly (readonly [string, string, string])[] = [
    ['is no JSON', 'Version: 1', 'not plain JSON (not-json)'],
    ['says two things at once', '{"Version":"1","Version":"1","Statement":[]}', '(duplicate-member)'],
    ['has a reserved member', '{"__proto__":{},"Version":"1"}', '(reserved-member)'],
    [
      'is not in the language that Stint reads',
      '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*","Principal":"*"}]}',
      'Statement[0] has the unknown key "Principal"',
    ],
    [
      'is huge',
      `{"Version":"1","Statement":[${' '.repeat(61_440)}]}`,
      'characters, and at most 61440 are read',
    ],
  ];

  it.each(texts)('is not usable when its text %s', async (_, text, cause) => {
    world.ram.policies.publish(custom('media-odd'), text);
    expect(await open().fetch('media-odd', 'Custom')).toEqual({
      ok: false,
      error: { kind: 'unusable', cause: expect.stringContaining(cause) },
    });
  });

  it.each([
    ['no version', { PolicyDocument: JSON.stringify(MEDIA_READER) }],
    ['a version that is none', { VersionId: 'latest', PolicyDocument: JSON.stringify(MEDIA_READER) }],
    ['no text', { VersionId: 'v1' }],
  ])('is not usable when the answer has %s', async (_, DefaultPolicyVersion) => {
    const server = await startLoopback(answerJson({ RequestId: 'r', DefaultPolicyVersion }));
    expect(await open(READER, server.url).fetch('media-reader', 'Custom')).toEqual({
      ok: false,
      error: { kind: 'unusable', cause: 'the answer is not complete' },
    });
  });
});
