// Guarantees: the local STS accepts a request only if it is signed with the right key, fresh, and seen for the first
// time.
import { AssumeRoleRequest } from '@alicloud/sts20150401';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  BROKER,
  callV2,
  callV3,
  type Keys,
  openWorld,
  type RawAnswer,
  type RawOptions,
  ROOT,
  roleArn,
  type World,
} from './world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

function issue(durationSeconds = 900): Required<Keys> {
  const role = world.iam.findRole(roleArn('long'));
  if (role === undefined) throw new Error('no role');
  const { accessKeyId, accessKeySecret, securityToken } = world.iam.issueSession({
    role,
    sessionName: 'alice',
    durationSeconds,
  });
  return { accessKeyId, accessKeySecret, securityToken };
}

const json = { accept: 'application/json' };

function outcome({ status, text }: RawAnswer): string {
  return `${status} ${JSON.parse(text).Code ?? 'answered'}`;
}

const v3 = async (options: RawOptions = {}): Promise<string> =>
  outcome(await callV3(world.sts.url, {}, { ...options, headers: { ...json, ...options.headers } }));
const v2 = async (options: Parameters<typeof callV2>[2] = {}): Promise<string> =>
  outcome(await callV2(world.sts.url, { Format: 'JSON' }, options));

const minutes = (count: number, seconds = 0): Date => new Date(Date.now() + (count * 60 + seconds) * 1000);

describe.each([
  ['V3', (options?: RawOptions) => v3(options)],
  ['V2', (options?: RawOptions) => v2(options)],
])('%s: the local STS', (_, call) => {
  it('answers what is signed with the right secret', async () => {
    expect(await call()).toBe('200 answered');
  });

  it('refuses another secret', async () => {
    expect(await call({ keys: { ...BROKER, accessKeySecret: 'guess' } })).toBe('400 SignatureDoesNotMatch');
  });

  it('refuses a key that nobody has', async () => {
    expect(await call({ keys: { ...BROKER, accessKeyId: 'LTAIghost' } })).toBe(
      '404 InvalidAccessKeyId.NotFound',
    );
  });

  it.each([-16, 16])('refuses a date %i minutes off', async (count) => {
    expect(await call({ at: minutes(count) })).toBe('400 InvalidTimeStamp.Expired');
  });

  it.each([-14, 14])('takes a date %i minutes off', async (count) => {
    expect(await call({ at: minutes(count) })).toBe('200 answered');
  });

  it('takes a nonce once', async () => {
    expect(await call({ nonce: 'only' })).toBe('200 answered');
    expect(await call({ nonce: 'only' })).toBe('400 SignatureNonceUsed');
  });

  it('remembers a nonce for as long as its date could be accepted', async () => {
    const signed = minutes(14);
    expect(await call({ nonce: 'ahead', at: signed })).toBe('200 answered');
    world.advance(28 * 60);
    expect(await call({ nonce: 'ahead', at: signed })).toBe('400 SignatureNonceUsed');
  });

  it('keeps a nonce free when the signature on it was wrong', async () => {
    await call({ nonce: 'mine', keys: { ...BROKER, accessKeySecret: 'guess' } });
    expect(await call({ nonce: 'mine' })).toBe('200 answered');
  });

  it('keeps the nonces of two keys apart', async () => {
    await call({ nonce: 'shared', keys: ROOT });
    expect(await call({ nonce: 'shared' })).toBe('200 answered');
  });

  it('takes a session key with its token', async () => {
    expect(await call({ keys: issue() })).toBe('200 answered');
  });

  it('refuses a session key without a token', async () => {
    const { accessKeyId, accessKeySecret } = issue();
    expect(await call({ keys: { accessKeyId, accessKeySecret } })).toBe('400 MissingSecurityToken');
  });

  it('refuses a session key with the token of another', async () => {
    const keys = { ...issue(), securityToken: issue().securityToken };
    expect(await call({ keys })).toBe('400 InvalidSecurityToken.MismatchWithAccessKey');
  });

  it('refuses what is no token', async () => {
    expect(await call({ keys: { ...issue(), securityToken: 'forged' } })).toBe(
      '400 InvalidSecurityToken.Malformed',
    );
  });

  it('refuses a user key with a token', async () => {
    const keys = { ...BROKER, securityToken: issue().securityToken };
    expect(await call({ keys })).toBe('400 InvalidSecurityToken.MismatchWithAccessKey');
  });

  it('refuses a session key from the second it expires', async () => {
    const keys = issue(900);
    world.advance(898);
    expect(await call({ keys, at: world.now() })).toBe('200 answered');
    world.advance(2);
    expect(await call({ keys, at: world.now() })).toBe('400 InvalidSecurityToken.Expired');
  });
});

describe('V3: the local STS', () => {
  it.each<[string, RawOptions, string]>([
    [
      'an unsigned x-acs header',
      { headers: { 'x-acs-extra': '1' }, unsigned: ['x-acs-extra'] },
      '400 IncompleteSignature',
    ],
    ['an unsigned host', { unsigned: ['host'] }, '400 IncompleteSignature'],
    ['a header added after signing', { tamper: { 'x-acs-extra': '1' } }, '400 IncompleteSignature'],
    [
      'a header taken away after signing',
      { tamper: { 'x-acs-signature-nonce': undefined } },
      '400 IncompleteSignature',
    ],
    [
      'an Authorization of another scheme',
      { tamper: { authorization: 'Bearer x' } },
      '400 IncompleteSignature',
    ],
    [
      'a nonce changed after signing',
      { tamper: { 'x-acs-signature-nonce': 'other' } },
      '400 SignatureDoesNotMatch',
    ],
    ['a date that is no date', { headers: { 'x-acs-date': 'today' } }, '400 InvalidTimeStamp.Format'],
    [
      'a date with fractions',
      { headers: { 'x-acs-date': '2026-01-01T00:00:00.000Z' } },
      '400 InvalidTimeStamp.Format',
    ],
    ['another version', { version: '2014-05-26' }, '400 InvalidVersion'],
    ['an unknown action', { action: 'AssumeRoleWithOIDC' }, '404 InvalidAction.NotFound'],
    ['a name that all objects have', { action: 'constructor' }, '404 InvalidAction.NotFound'],
    ['no action', { tamper: { 'x-acs-action': undefined } }, '400 MissingAction'],
    ['no version', { tamper: { 'x-acs-version': undefined } }, '400 MissingVersion'],
  ])('refuses %s', async (_, options, expected) => {
    expect(await v3(options)).toBe(expected);
  });

  it('refuses a body whose digest is not the signed one', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const claimed = {
      ...form,
      'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    };
    expect(await v3({ body: 'a=b', headers: form })).toBe('200 answered');
    expect(await v3({ body: 'a=b', headers: claimed })).toBe('400 SignatureDoesNotMatch');
  });

  it('refuses a content type that is neither JSON nor a form', async () => {
    expect(await v3({ body: 'x', headers: { 'content-type': 'text/plain' } })).toBe(
      '400 InvalidParameter.ContentType',
    );
    expect(await v3({ headers: { 'content-type': 'text/plain' } })).toBe('400 InvalidParameter.ContentType');
  });

  it('refuses a body that is too large, having read it', async () => {
    const headers = { 'content-type': 'application/json' };
    expect(await v3({ body: 'x'.repeat(256 * 1024 + 1), headers })).toBe('413 RequestEntityTooLarge');
  });

  it('has nothing on other paths and for other methods', async () => {
    for (const [path, method] of [
      ['/v1', 'POST'],
      ['//', 'GET'],
      ['/', 'PUT'],
    ] as const) {
      const response = await fetch(`${world.sts.url}${path}`, { method, headers: json });
      expect([response.status, await response.json()]).toMatchObject([
        404,
        { Code: 'InvalidAction.NotFound' },
      ]);
    }
  });
});

describe('V2: the local STS', () => {
  it('refuses a parameter changed after signing', async () => {
    expect(await v2({ tamperQuery: { SignatureNonce: 'other' } })).toBe('400 SignatureDoesNotMatch');
  });

  it.each([
    ['SignatureMethod', 'HMAC-SHA256'],
    ['SignatureVersion', '2.0'],
    ['Signature', ''],
    ['AccessKeyId', ''],
  ])('refuses %s %j', async (name, value) => {
    expect(await v2({ tamperQuery: { [name]: value } })).toBe('400 IncompleteSignature');
  });

  it('refuses a request that is not signed at all', async () => {
    const response = await fetch(`${world.sts.url}/?Action=GetCallerIdentity&Version=2015-04-01&Format=JSON`);
    expect([response.status, await response.json()]).toMatchObject([400, { Code: 'IncompleteSignature' }]);
  });
});

describe('GetCallerIdentity through the unmodified SDK', () => {
  it('names the account', async () => {
    const { body } = await world.client(ROOT).getCallerIdentity();
    expect(body).toMatchObject({
      identityType: 'Account',
      accountId: ACCOUNT,
      arn: `acs:ram::${ACCOUNT}:root`,
      principalId: ACCOUNT,
      userId: ACCOUNT,
    });
  });

  it('names a user', async () => {
    const { body } = await world.client(BROKER).getCallerIdentity();
    expect(body).toMatchObject({
      identityType: 'RAMUser',
      accountId: ACCOUNT,
      arn: `acs:ram::${ACCOUNT}:user/broker`,
    });
    expect(body?.userId).toMatch(/^\d{18}$/);
    expect(body?.principalId).toBe(body?.userId);
    expect(body?.roleId).toBeUndefined();
  });

  it.each(['v3', 'v2'] as const)('names a session whose key STS vended, %s', async (version) => {
    const request = new AssumeRoleRequest({ roleArn: roleArn('media'), roleSessionName: 'alice' });
    const { credentials } = (await world.client(BROKER).assumeRole(request)).body ?? {};
    const { accessKeyId = '', accessKeySecret = '', securityToken = '' } = credentials ?? {};
    const client = world.client(
      { accessKeyId, accessKeySecret, securityToken },
      version === 'v2' ? 'v2' : undefined,
    );
    const { body } = await client.getCallerIdentity();
    expect(body).toMatchObject({
      identityType: 'AssumedRoleUser',
      accountId: ACCOUNT,
      arn: `acs:ram::${ACCOUNT}:assumed-role/media/alice`,
    });
    expect(body?.principalId).toBe(`${body?.roleId}:alice`);
    expect(body?.userId).toBeUndefined();
  });
});
