// Guarantees: the local RAM issues sessions and evaluates rights as RAM documents it, and keeps its state across
// starts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalIam, openIam } from '../../../local/iam/local-iam.ts';
import { ACCOUNT, ALL_OSS, BROKER, documentOf, roleArn, trusting } from './world.ts';

const START = new Date('2026-01-01T00:00:00.500Z');
const SERVICE = 'fc.aliyuncs.com';

let directory: string;
let now: Date;
let iam: LocalIam;
const reopen = (): LocalIam => openIam({ file: join(directory, 'iam.lmdb'), clock: () => now });

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-iam-'));
  now = START;
  iam = reopen();
});
afterEach(async () => {
  await iam.close();
  rmSync(directory, { recursive: true });
});

const later = (seconds: number): Date => new Date(START.getTime() + seconds * 1000);
const user = { accountId: ACCOUNT, name: 'broker', ...BROKER };
const read = ['oss:GetObject', 'acs:oss:*:1:media/a', {}] as const;

function addRole(policies: readonly object[] = [ALL_OSS]) {
  const trustPolicy = trusting({ Service: SERVICE });
  const added = iam.putRole({ arn: roleArn('function'), trustPolicy, policies });
  if (!added.ok) throw new Error(added.error.message);
  return added.value;
}

function callerOf(accessKeyId: string, securityToken?: string) {
  const found = iam.find(accessKeyId, securityToken);
  if (found.kind !== 'found') throw new Error(found.kind);
  return found.caller;
}

describe('a service session', () => {
  it('is issued for a role that trusts the service, for 36 hours', () => {
    addRole();
    const issued = iam.issueServiceSession(roleArn('function'), SERVICE);
    if (!issued.ok) throw new Error(issued.error);
    expect(issued.value.expiresAt).toEqual(new Date('2026-01-02T12:00:00Z'));
    const caller = callerOf(issued.value.accessKeyId, issued.value.securityToken);
    expect(caller.arn).toBe(`acs:ram::${ACCOUNT}:assumed-role/function/${SERVICE}`);
    expect(caller.accessKeySecret).toBe(issued.value.accessKeySecret);
    expect(caller.may(...read)).toBe(true);
  });

  it('is issued where the role names the service with its own account, not with another', () => {
    const trustPolicy = (account: string) => trusting({ Service: `${account}@${SERVICE}` });
    iam.putRole({ arn: roleArn('function'), trustPolicy: trustPolicy(ACCOUNT), policies: [ALL_OSS] });
    expect(iam.issueServiceSession(roleArn('function'), SERVICE).ok).toBe(true);
    iam.putRole({ arn: roleArn('function'), trustPolicy: trustPolicy(`${ACCOUNT}1`), policies: [ALL_OSS] });
    expect(iam.issueServiceSession(roleArn('function'), SERVICE).ok).toBe(false);
  });

  it('is refused for another service and for no role', () => {
    addRole();
    expect(iam.issueServiceSession(roleArn('function'), 'ecs.aliyuncs.com')).toEqual({
      ok: false,
      error: 'role-does-not-trust-service',
    });
    expect(iam.issueServiceSession(roleArn('none'), SERVICE)).toEqual({ ok: false, error: 'no-such-role' });
  });
});

describe('find', () => {
  it('knows a session until its last second is over', () => {
    const issued = iam.issueSession({ role: addRole(), sessionName: 'alice', durationSeconds: 900 });
    now = later(899.4);
    expect(iam.find(issued.accessKeyId, issued.securityToken).kind).toBe('found');
    now = later(899.5);
    expect(iam.find(issued.accessKeyId, issued.securityToken).kind).toBe('expired');
    expect(iam.find(issued.accessKeyId, 'wrong').kind).toBe('wrong-token');
    expect(iam.find(issued.accessKeyId, undefined).kind).toBe('wrong-token');
  });

  it('forgets sessions that have expired, once there are many', () => {
    const role = addRole();
    const first = iam.issueSession({ role, sessionName: 'alice', durationSeconds: 900 });
    for (let i = 0; i < 999; i += 1) iam.issueSession({ role, sessionName: 'alice', durationSeconds: 900 });
    now = later(1000);
    const live = iam.issueSession({ role, sessionName: 'alice', durationSeconds: 900 });
    expect(iam.find(first.accessKeyId, first.securityToken).kind).toBe('unknown-key');
    expect(iam.find(live.accessKeyId, live.securityToken).kind).toBe('found');
  });

  it('gives a session the rights that its role has now', () => {
    const issued = iam.issueSession({ role: addRole(), sessionName: 'alice', durationSeconds: 900 });
    expect(callerOf(issued.accessKeyId, issued.securityToken).may(...read)).toBe(true);
    addRole([documentOf({ Effect: 'Deny', Action: '*', Resource: '*' }), ALL_OSS]);
    expect(callerOf(issued.accessKeyId, issued.securityToken).may(...read)).toBe(false);
  });

  it('lets the account do everything and a user what its policies allow', () => {
    iam.putAccount({ accountId: ACCOUNT, accessKeyId: 'LTAIroot', accessKeySecret: 's' });
    iam.putUser({ ...user, policies: [ALL_OSS] });
    expect(callerOf('LTAIroot').may('ram:DeleteUser', '*', {})).toBe(true);
    expect(callerOf(BROKER.accessKeyId).may(...read)).toBe(true);
    expect(callerOf(BROKER.accessKeyId).may('ram:DeleteUser', '*', {})).toBe(false);
  });

  it('retires the old key of a user that gets a new one, and keeps the user', () => {
    const first = iam.putUser({ ...user, policies: [] });
    const second = iam.putUser({ ...user, accessKeyId: 'LTAInew', policies: [] });
    expect(iam.find(BROKER.accessKeyId, undefined).kind).toBe('unknown-key');
    expect(second).toEqual(first);
  });
});

describe('putRole', () => {
  it('keeps the id of a role that it replaces, and gives another role another', () => {
    const first = addRole().record.roleId;
    expect(addRole([]).record.roleId).toBe(first);
    const other = iam.putRole({
      arn: roleArn('other'),
      trustPolicy: trusting({ Service: SERVICE }),
      policies: [],
    });
    expect(other.ok && other.value.record.roleId).not.toBe(first);
  });
});

describe('what is not valid is not stored', () => {
  it.each<[string, () => { readonly ok: boolean }]>([
    ['a user policy', () => iam.putUser({ ...user, policies: [{ Version: '2' }] })],
    ['a user name', () => iam.putUser({ ...user, name: 'a/b', policies: [] })],
    [
      'a role ARN',
      () =>
        iam.putRole({ arn: 'acs:ram::1:user/x', trustPolicy: trusting({ Service: SERVICE }), policies: [] }),
    ],
    ['a trust policy', () => iam.putRole({ arn: roleArn('x'), trustPolicy: ALL_OSS, policies: [] })],
    [
      'a role policy',
      () => iam.putRole({ arn: roleArn('x'), trustPolicy: trusting({ Service: SERVICE }), policies: [{}] }),
    ],
    ...[3599, 43_201, 3600.5].map((maxSessionSeconds): [string, () => { readonly ok: boolean }] => [
      `a longest session of ${maxSessionSeconds} s`,
      () =>
        iam.putRole({
          arn: roleArn('x'),
          trustPolicy: trusting({ Service: SERVICE }),
          policies: [],
          maxSessionSeconds,
        }),
    ]),
  ])('%s', (_, put) => {
    expect(put().ok).toBe(false);
    expect(iam.find(BROKER.accessKeyId, undefined).kind).toBe('unknown-key');
    expect(iam.findRole(roleArn('x'))).toBeUndefined();
  });
});

describe('a second start', () => {
  it('finds users, roles and sessions as they were', async () => {
    const policy = { version: '1', statements: [] } as const;
    const narrowed = documentOf({ Effect: 'Allow', Action: 'oss:Get*', Resource: '*' });
    iam.putUser({ ...user, policies: [narrowed] });
    const role = addRole();
    const draft = { role, sessionName: 'alice', durationSeconds: 900 };
    const open = iam.issueSession({ ...draft, sourceIdentity: 'alice@example.com' });
    const empty = iam.issueSession({ ...draft, policy: { ...policy, statements: denyAll } });
    await iam.close();
    iam = reopen();

    expect(callerOf(BROKER.accessKeyId).may(...read)).toBe(true);
    expect(callerOf(BROKER.accessKeyId).may('oss:PutObject', '*', {})).toBe(false);
    expect(iam.findRole(roleArn('function'))).toEqual(role);
    expect(callerOf(open.accessKeyId, open.securityToken).principal).toMatchObject({
      roleId: role.record.roleId,
      sourceIdentity: 'alice@example.com',
    });
    expect(callerOf(open.accessKeyId, open.securityToken).may(...read)).toBe(true);
    expect(callerOf(empty.accessKeyId, empty.securityToken).may(...read)).toBe(false);
  });
});

const denyAll = [
  { effect: 'Deny', actions: { kind: 'only', patterns: ['*'] }, resources: ['*'], conditions: [] },
] as const;
