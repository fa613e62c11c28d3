// Guarantees: the local STS answers AssumeRole in the documented shape, within the documented limits.
import { AssumeRoleRequest } from '@alicloud/sts20150401';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  BROKER,
  callV2,
  callV3,
  documentOf,
  type Keys,
  openWorld,
  ROOT,
  roleArn,
  STRANGER,
  type World,
} from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

interface Ask {
  readonly roleArn?: string;
  readonly roleSessionName?: string;
  readonly durationSeconds?: number;
  readonly externalId?: string;
  readonly sourceIdentity?: string;
  readonly policy?: string;
}

const ask = (parts: Ask = {}) =>
  new AssumeRoleRequest({ roleArn: roleArn('media'), roleSessionName: 'alice', ...parts });

async function assume(parts: Ask = {}, keys: Keys = BROKER) {
  const { body } = await world.client(keys).assumeRole(ask(parts));
  if (body?.credentials === undefined) throw new Error('no credentials');
  return body;
}

async function sessionKeys(parts: Ask = {}, keys: Keys = BROKER): Promise<Keys> {
  const { credentials } = await assume(parts, keys);
  const { accessKeyId = '', accessKeySecret = '', securityToken = '' } = credentials ?? {};
  return { accessKeyId, accessKeySecret, securityToken };
}

describe('AssumeRole through the unmodified SDK', () => {
  it.each(['v3', 'v2'] as const)('answers in the documented shape to a %s signature', async (version) => {
    const client = world.client(BROKER, version === 'v2' ? 'v2' : undefined);
    const { body, statusCode } = await client.assumeRole(ask({ durationSeconds: 900 }));
    expect(statusCode).toBe(200);
    expect(body?.requestId).toMatch(/^[0-9A-F-]{36}$/);
    expect(body?.assumedRoleUser?.arn).toBe(`${roleArn('media')}/alice`);
    expect(body?.assumedRoleUser?.assumedRoleId).toMatch(/^\d{18}:alice$/);
    expect(body?.credentials?.accessKeyId).toMatch(/^STS\.N/);
    expect(body?.credentials?.accessKeySecret).toMatch(/^[A-Za-z0-9]{44}$/);
    expect(body?.credentials?.securityToken).toMatch(/^CAIS/);
    expect(body?.credentials?.expiration).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const expires = Math.floor(world.now().getTime() / 1000) + 900;
    expect(Date.parse(body?.credentials?.expiration ?? '') / 1000).toBe(expires);
    expect(body?.sourceIdentity).toBeUndefined();
  });

  it('defaults to an hour', async () => {
    const { credentials } = await assume();
    const expires = Math.floor(world.now().getTime() / 1000) + 3600;
    expect(Date.parse(credentials?.expiration ?? '') / 1000).toBe(expires);
  });

  it('gives every session its own key', async () => {
    const [first, second] = [await sessionKeys(), await sessionKeys()];
    expect(first.accessKeyId).not.toBe(second.accessKeyId);
    expect(first.accessKeySecret).not.toBe(second.accessKeySecret);
    expect(first.securityToken).not.toBe(second.securityToken);
  });

  it('returns the source identity and hands it down a chain unchanged', async () => {
    const first = await sessionKeys({ roleArn: roleArn('long'), sourceIdentity: 'alice@example.com' });
    const chained = await assume({ roleArn: roleArn('chained') }, first);
    expect(chained.sourceIdentity).toBe('alice@example.com');
    await expect(
      assume({ roleArn: roleArn('chained'), sourceIdentity: 'mallory' }, first),
    ).rejects.toMatchObject({
      code: 'NoPermission',
    });
  });

  it('lets a session assume a role that trusts its role, and no other principal', async () => {
    const chained = await assume(
      { roleArn: roleArn('chained') },
      await sessionKeys({ roleArn: roleArn('long') }),
    );
    expect(chained.assumedRoleUser?.arn).toBe(`${roleArn('chained')}/alice`);
    await expect(assume({ roleArn: roleArn('chained') })).rejects.toMatchObject({ code: 'NoPermission' });
  });

  it('lets the longest session of the role through and not a second more', async () => {
    await assume({ roleArn: roleArn('long'), durationSeconds: 7200 });
    await expect(assume({ roleArn: roleArn('long'), durationSeconds: 7201 })).rejects.toMatchObject({
      code: 'InvalidParameter.DurationSeconds',
    });
  });

  it('takes a session policy of 2,048 bytes and not of one more', async () => {
    const sized = (bytes: number): string => {
      const json = JSON.stringify(documentOf({ Effect: 'Allow', Action: 'oss:*', Resource: '*' }));
      return json + ' '.repeat(bytes - json.length);
    };
    await assume({ policy: sized(2048) });
    await expect(assume({ policy: sized(2049) })).rejects.toMatchObject({
      code: 'InvalidParameter.PolicySize',
    });
  });
});

describe('the rights of a session', () => {
  const read = ['oss:GetObject', 'acs:oss:*:1:media/a'] as const;
  const write = ['oss:PutObject', 'acs:oss:*:1:media/a'] as const;
  const caller = async (policy?: object) => {
    const keys = await sessionKeys(policy === undefined ? {} : { policy: JSON.stringify(policy) });
    const found = world.iam.find(keys.accessKeyId, keys.securityToken);
    if (found.kind !== 'found') throw new Error(found.kind);
    return found.caller;
  };

  it('are those of the role when there is no session policy', async () => {
    const session = await caller();
    expect(session.may(...read, {})).toBe(true);
    expect(session.may('ram:GetUser', '*', {})).toBe(false);
  });

  it('are what role and session policy both allow', async () => {
    const session = await caller(
      documentOf({ Effect: 'Allow', Action: ['oss:GetObject', 'ram:*'], Resource: '*' }),
    );
    expect(session.may(...read, {})).toBe(true);
    expect(session.may(...write, {})).toBe(false);
    expect(session.may('ram:GetUser', '*', {})).toBe(false);
  });

  it('end where the session policy denies', async () => {
    const session = await caller(
      documentOf(
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'oss:Put*', Resource: '*' },
      ),
    );
    expect(session.may(...read, {})).toBe(true);
    expect(session.may(...write, {})).toBe(false);
  });
});

describe('AssumeRole is refused with NoPermission and the reason', () => {
  it.each<[string, Keys, Ask, object]>([
    ['to the account itself', ROOT, {}, { AuthPrincipalType: 'Account', NoPermissionType: 'ImplicitDeny' }],
    [
      'to a user without the permission, whom the role trusts',
      STRANGER,
      {},
      {
        AuthPrincipalType: 'SubUser',
        NoPermissionType: 'ImplicitDeny',
        PolicyType: 'AccountLevelIdentityBasedPolicy',
      },
    ],
    [
      'to a user whose policy denies it',
      BROKER,
      { roleArn: roleArn('forbidden') },
      { NoPermissionType: 'ExplicitDeny', PolicyType: 'AccountLevelIdentityBasedPolicy' },
    ],
    [
      'to a user with the permission, whom the role does not trust',
      BROKER,
      { roleArn: roleArn('function') },
      { NoPermissionType: 'ImplicitDeny', PolicyType: 'AssumeRolePolicy' },
    ],
    [
      'to a user of an account that the role does not trust',
      BROKER,
      { roleArn: roleArn('elsewhere', '99') },
      { PolicyType: 'AssumeRolePolicy' },
    ],
    ['without the ExternalId', BROKER, { roleArn: roleArn('partner') }, { PolicyType: 'AssumeRolePolicy' }],
    [
      'with another ExternalId',
      BROKER,
      { roleArn: roleArn('partner'), externalId: 'red-42' },
      { PolicyType: 'AssumeRolePolicy' },
    ],
    [
      'to a user without the permission, for a role that does not exist',
      STRANGER,
      { roleArn: roleArn('nowhere') },
      { PolicyType: 'AccountLevelIdentityBasedPolicy' },
    ],
  ])('%s', async (_, keys, parts, detail) => {
    await expect(assume(parts, keys)).rejects.toMatchObject({
      code: 'NoPermission',
      statusCode: 403,
      accessDeniedDetail: { AuthAction: 'sts:AssumeRole', AuthPrincipalOwnerId: ACCOUNT, ...detail },
    });
  });

  it('to a session whose session policy leaves the permission out', async () => {
    const policy = JSON.stringify(documentOf({ Effect: 'Allow', Action: 'oss:*', Resource: '*' }));
    const keys = await sessionKeys({ roleArn: roleArn('long'), policy });
    await expect(assume({ roleArn: roleArn('chained') }, keys)).rejects.toMatchObject({
      accessDeniedDetail: {
        AuthPrincipalType: 'AssumedRoleUser',
        AuthPrincipalDisplayName: 'long:alice',
        PolicyType: 'SessionPolicy',
      },
    });
  });

  it('but allowed with the right ExternalId', async () => {
    const { assumedRoleUser } = await assume({ roleArn: roleArn('partner'), externalId: 'blue-42' });
    expect(assumedRoleUser?.arn).toBe(`${roleArn('partner')}/alice`);
  });
});

const policy = (text: string): Ask => ({ policy: text });

describe('AssumeRole checks the form of', () => {
  it.each<[string, Ask, string]>([
    ['RoleArn', { roleArn: 'acs:ram::abc:role/media' }, 'InvalidParameter.RoleArn'],
    ['RoleArn, a user', { roleArn: `acs:ram::${ACCOUNT}:user/media` }, 'InvalidParameter.RoleArn'],
    ['RoleArn, empty', { roleArn: '' }, 'MissingRoleArn'],
    ['RoleSessionName, empty', { roleSessionName: '' }, 'MissingRoleSessionName'],
    ['RoleSessionName, 1 character', { roleSessionName: 'a' }, 'InvalidParameter.RoleSessionName'],
    [
      'RoleSessionName, 65 characters',
      { roleSessionName: 'a'.repeat(65) },
      'InvalidParameter.RoleSessionName',
    ],
    ['RoleSessionName, an equals sign', { roleSessionName: 'a=b' }, 'InvalidParameter.RoleSessionName'],
    ['RoleSessionName, a line feed', { roleSessionName: 'alice\n' }, 'InvalidParameter.RoleSessionName'],
    ['DurationSeconds, 899', { durationSeconds: 899 }, 'InvalidParameter.DurationSeconds'],
    ['DurationSeconds, a fraction', { durationSeconds: 900.5 }, 'InvalidParameter.DurationSeconds'],
    ['DurationSeconds, over the role', { durationSeconds: 3601 }, 'InvalidParameter.DurationSeconds'],
    ['ExternalId, 1 character', { externalId: 'a' }, 'InvalidParameter.ExternalId'],
    ['ExternalId, 1,225 characters', { externalId: 'a'.repeat(1225) }, 'InvalidParameter.ExternalId'],
    ['ExternalId, a space', { externalId: 'a b' }, 'InvalidParameter.ExternalId'],
    ['SourceIdentity, 1 character', { sourceIdentity: 'a' }, 'InvalidParameter.SourceIdentity'],
    ['SourceIdentity, a colon', { sourceIdentity: 'a:b' }, 'InvalidParameter.SourceIdentity'],
    ['SourceIdentity, acs:', { sourceIdentity: 'acs:alice' }, 'InvalidParameter.SourceIdentity'],
    ['SourceIdentity, aliyun:', { sourceIdentity: 'aliyun:alice' }, 'InvalidParameter.SourceIdentity'],
    ['Policy, empty', policy(''), 'InvalidParameter.PolicyGrammar'],
    ['Policy, no JSON', policy('{'), 'InvalidParameter.PolicyGrammar'],
    ['Policy, another Version', policy('{"Version":"2","Statement":[]}'), 'InvalidParameter.PolicyGrammar'],
    [
      'Policy, an undocumented operator',
      policy(
        JSON.stringify(
          documentOf({ Effect: 'Allow', Action: '*', Resource: '*', Condition: { Null: { 'a:b': 'true' } } }),
        ),
      ),
      'InvalidParameter.PolicyGrammar',
    ],
  ])('%s', async (_, parts, code) => {
    await expect(assume(parts)).rejects.toMatchObject({ code, statusCode: 400 });
  });

  it.each<[string, Ask]>([
    ['a session name of 2', { roleSessionName: 'ab' }],
    ['a session name of 64 and every allowed sign', { roleSessionName: `.@_-${'a'.repeat(60)}` }],
    ['an ExternalId of 1,224 and every allowed sign', { externalId: `+=,.@:/-_${'a'.repeat(1215)}` }],
    ['a SourceIdentity with every allowed sign', { sourceIdentity: '+=,.@-_a' }],
    ['a duration of 900', { durationSeconds: 900 }],
  ])('and takes %s', async (_, parts) => {
    expect((await assume(parts)).credentials?.accessKeyId).toMatch(/^STS\./);
  });
});

describe('AssumeRole over bare HTTP', () => {
  const parameters = { RoleArn: roleArn('media'), RoleSessionName: 'alice' };

  it('reads parameters from the query of a GET', async () => {
    const answer = await callV3(world.sts.url, parameters, { action: 'AssumeRole', method: 'GET' });
    expect(answer.status).toBe(200);
  });

  it('reads parameters from a form body, in either signature method', async () => {
    const body = new URLSearchParams(parameters).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const v3 = await callV3(world.sts.url, {}, { action: 'AssumeRole', body, headers });
    const v2 = await callV2(world.sts.url, { Action: 'AssumeRole' }, { inBody: parameters });
    expect([v3.status, v2.status]).toEqual([200, 200]);
  });

  it('refuses a parameter that is given twice', async () => {
    const body = new URLSearchParams(parameters).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const answer = await callV3(world.sts.url, parameters, { action: 'AssumeRole', body, headers });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ Code: 'InvalidParameter' });
  });

  it('answers XML to V2 without Format, and JSON when asked', async () => {
    const xml = await callV2(world.sts.url, { Action: 'AssumeRole', ...parameters });
    expect(xml.contentType).toBe('text/xml;charset=utf-8');
    expect(xml.text).toMatch(
      /<AssumeRoleResponse>.*<AccessKeyId>STS\.N\w+<\/AccessKeyId>.*<\/AssumeRoleResponse>$/,
    );
    const json = await callV2(world.sts.url, { Action: 'AssumeRole', Format: 'JSON', ...parameters });
    expect(json.contentType).toBe('application/json;charset=utf-8');
    expect(JSON.parse(json.text)).toHaveProperty('Credentials.AccessKeyId');
  });

  it('writes errors in XML too, escaped', async () => {
    const answer = await callV2(world.sts.url, { Action: 'AssumeRole' });
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(/<Error><RequestId>.*<Code>MissingRoleArn<\/Code>.*<\/Error>$/);
    const quoted = await fetch(world.sts.url, { method: 'POST', body: 'x' });
    expect(await quoted.text()).toContain('either &quot;application/json&quot; or');
  });
});

describe('an account', () => {
  it('has so many AssumeRole calls a second, shared by its users, and then is throttled', async () => {
    const small = await openWorld({ callsPerSecond: 2 });
    try {
      const request = { RoleArn: roleArn('media'), RoleSessionName: 'alice' };
      const codes: string[] = [];
      const call = async (keys: Keys) => {
        const { text } = await callV3(small.sts.url, request, {
          keys,
          action: 'AssumeRole',
          headers: { accept: 'application/json' },
        });
        const { Code = 'issued' } = JSON.parse(text);
        codes.push(Code);
      };
      await call(BROKER);
      await call(STRANGER);
      await call(BROKER);
      expect(codes).toEqual(['issued', 'NoPermission', 'Throttling.User']);
      small.advance(1);
      await call(BROKER);
      expect(codes.at(-1)).toBe('issued');
    } finally {
      await small.close();
    }
  });
});
