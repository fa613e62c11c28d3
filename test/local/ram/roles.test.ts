// Guarantees: the local RAM keeps roles, custom policies and what is attached as the API documents, and what is attached
// decides what a session of the role may do, with its next request.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sdk from '@alicloud/ram20150501';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalIam, openIam } from '../../../local/iam/local-iam.ts';
import { startRam } from '../../../local/ram/server.ts';
import { must } from '../../contract/must.ts';
import { ACCOUNT, allow } from './world.ts';

const ADMIN = { accessKeyId: 'LTAIadmin', accessKeySecret: 'admin-secret' };
const CREATOR = { accessKeyId: 'LTAIcreator', accessKeySecret: 'creator-secret' };
const TRUST = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: ['fc.aliyuncs.com'] } }],
};
const PUT = JSON.stringify(allow('oss:PutObject', 'acs:oss:*:*:media/*'));
const ROTATE = 'DeleteOldestNonDefaultVersionWhenLimitExceeded';

const folder = mkdtempSync(join(tmpdir(), 'stint-ram-roles-'));
const clock = () => new Date();
const open = () => openIam({ file: join(folder, 'iam.lmdb'), clock });
let iam: LocalIam;
let ram: Awaited<ReturnType<typeof startRam>>;

beforeAll(async () => {
  iam = open();
  must(iam.putUser({ accountId: ACCOUNT, name: 'admin', ...ADMIN, policies: [allow('ram:*', '*')] }));
  const creating = allow('ram:CreateRole', `acs:ram:*:${ACCOUNT}:role/app-*`);
  must(iam.putUser({ accountId: ACCOUNT, name: 'creator', ...CREATOR, policies: [creating] }));
  ram = await startRam({ iam, clock });
});
afterAll(async () => {
  await ram.close();
  await iam.close();
  rmSync(folder, { recursive: true });
});

const client = (keys = ADMIN) =>
  new sdk.default({
    ...keys,
    endpoint: new URL(ram.url).host,
    protocol: 'http',
    toMap: () => ({}),
  });
const createRole = (roleName: string, keys = ADMIN, more: object = {}) =>
  client(keys).createRole(
    new sdk.CreateRoleRequest({ roleName, assumeRolePolicyDocument: JSON.stringify(TRUST), ...more }),
  );
const createPolicy = (policyName: string, policyDocument = PUT) =>
  client().createPolicy(new sdk.CreatePolicyRequest({ policyName, policyDocument }));
const attachment = (roleName: string, policyName: string) => ({
  roleName,
  policyName,
  policyType: 'Custom',
});
const attach = (roleName: string, policyName: string) =>
  client().attachPolicyToRole(new sdk.AttachPolicyToRoleRequest(attachment(roleName, policyName)));
const detach = (roleName: string, policyName: string) =>
  client().detachPolicyFromRole(new sdk.DetachPolicyFromRoleRequest(attachment(roleName, policyName)));
const getRole = async (roleName: string) =>
  (await client().getRole(new sdk.GetRoleRequest({ roleName }))).body?.role;

describe('a role', () => {
  it('is as it was created, with its tags', async () => {
    const tag = [{ key: 'stint', value: 'setup' }];
    await createRole('reader', ADMIN, { maxSessionDuration: 7200, tag, description: 'reads' });
    expect(await getRole('reader')).toMatchObject({
      arn: `acs:ram::${ACCOUNT}:role/reader`,
      assumeRolePolicyDocument: JSON.stringify(TRUST),
      maxSessionDuration: 7200,
      description: 'reads',
    });
    const tags = await client().listTagResources(
      new sdk.ListTagResourcesRequest({ resourceType: 'role', resourceNames: ['reader'] }),
    );
    expect(tags.body?.tagResources).toMatchObject([{ tagKey: 'stint', tagValue: 'setup' }]);
  });

  it('is not created twice, and keeps what UpdateRole does not name', async () => {
    await createRole('once', ADMIN, { description: 'kept' });
    await expect(createRole('once')).rejects.toMatchObject({
      code: 'EntityAlreadyExists.Role',
      statusCode: 409,
    });
    await client().updateRole(new sdk.UpdateRoleRequest({ roleName: 'once', newMaxSessionDuration: 3601 }));
    expect(await getRole('once')).toMatchObject({ description: 'kept', maxSessionDuration: 3601 });
  });

  it.each<[string, string, object, string]>([
    ['a wrong name', 'a/b', {}, 'InvalidParameter.RoleName.InvalidChars'],
    ['a short longest session', 'short', { maxSessionDuration: 900 }, 'InvalidParameter.MaxSessionDuration'],
    [
      'a trust policy that is none',
      'odd',
      { assumeRolePolicyDocument: '{}' },
      'InvalidParameter.AssumeRolePolicyDocument',
    ],
  ])('is refused with %s', async (_, name, more, code) => {
    await expect(createRole(name, ADMIN, more)).rejects.toMatchObject({ code, statusCode: 400 });
  });

  it('is created and read by who may do so, on this name', async () => {
    await createRole('app-1', CREATOR);
    await expect(createRole('other', CREATOR)).rejects.toMatchObject({
      code: 'NoPermission',
      accessDeniedDetail: { AuthAction: 'ram:CreateRole' },
    });
    const read = new sdk.GetRoleRequest({ roleName: 'app-1' });
    await expect(client(CREATOR).getRole(read)).rejects.toMatchObject({ code: 'NoPermission' });
    await expect(getRole('none')).rejects.toMatchObject({ code: 'EntityNotExist.Role', statusCode: 404 });
  });
});

describe('what is attached to a role', () => {
  const may = (key: { accessKeyId: string; securityToken: string }) => {
    const found = iam.find(key.accessKeyId, key.securityToken);
    return found.kind === 'found' && found.caller.may('oss:PutObject', 'acs:oss:*:*:media/a', {});
  };

  it('decides what its sessions may do, at once', async () => {
    await createRole('worker');
    await createPolicy('worker-may');
    const key = must(iam.issueServiceSession(`acs:ram::${ACCOUNT}:role/worker`, 'fc.aliyuncs.com'));
    expect(may(key)).toBe(false);
    await attach('worker', 'worker-may');
    expect(may(key)).toBe(true);
    const deny = { Version: '1', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] };
    await createPolicy('worker-stopped', JSON.stringify(deny));
    await attach('worker', 'worker-stopped');
    expect(may(key)).toBe(false);
    await detach('worker', 'worker-stopped');
    expect(may(key)).toBe(true);
    await client().createPolicyVersion(
      new sdk.CreatePolicyVersionRequest({
        policyName: 'worker-may',
        policyDocument: JSON.stringify(deny),
        setAsDefault: true,
      }),
    );
    expect(may(key)).toBe(false);
  });

  it('is attached once, listed, and keeps role and policy from being deleted', async () => {
    await createRole('bound');
    await createPolicy('bound-may');
    await attach('bound', 'bound-may');
    await expect(attach('bound', 'bound-may')).rejects.toMatchObject({
      code: 'EntityAlreadyExists.Role.Policy',
    });
    const listed = await client().listPoliciesForRole(
      new sdk.ListPoliciesForRoleRequest({ roleName: 'bound' }),
    );
    expect(listed.body?.policies?.policy).toMatchObject([{ policyName: 'bound-may', policyType: 'Custom' }]);
    const deleteRole = () => client().deleteRole(new sdk.DeleteRoleRequest({ roleName: 'bound' }));
    const deletePolicy = () =>
      client().deletePolicy(new sdk.DeletePolicyRequest({ policyName: 'bound-may' }));
    await expect(deleteRole()).rejects.toMatchObject({ code: 'DeleteConflict.Role.Policy' });
    await expect(deletePolicy()).rejects.toMatchObject({ code: 'DeleteConflict.Policy.Role' });
    await detach('bound', 'bound-may');
    await expect(detach('bound', 'bound-may')).rejects.toMatchObject({ code: 'EntityNotExist.Role.Policy' });
    await deleteRole();
    await deletePolicy();
    await expect(getRole('bound')).rejects.toMatchObject({ code: 'EntityNotExist.Role' });
  });

  it('ends with the role: a new role of that name has no session of the old one', async () => {
    await createRole('reborn');
    const key = must(iam.issueServiceSession(`acs:ram::${ACCOUNT}:role/reborn`, 'fc.aliyuncs.com'));
    await client().deleteRole(new sdk.DeleteRoleRequest({ roleName: 'reborn' }));
    await createRole('reborn');
    expect(iam.find(key.accessKeyId, key.securityToken).kind).toBe('unknown-key');
  });
});

describe('a custom policy', () => {
  it('has five versions, and with the rotation the oldest makes room', async () => {
    await createPolicy('versions');
    const add = (rotateStrategy?: string) =>
      client().createPolicyVersion(
        new sdk.CreatePolicyVersionRequest({
          policyName: 'versions',
          policyDocument: PUT,
          setAsDefault: true,
          ...(rotateStrategy && { rotateStrategy }),
        }),
      );
    for (let n = 2; n <= 5; n += 1) await add();
    await expect(add()).rejects.toMatchObject({ code: 'LimitExceeded.Policy.Version', statusCode: 409 });
    await add(ROTATE);
    const { body } = await client().listPolicyVersions(
      new sdk.ListPolicyVersionsRequest({ policyName: 'versions', policyType: 'Custom' }),
    );
    expect(body?.policyVersions?.policyVersion?.map(({ versionId }) => versionId)).toEqual([
      'v2',
      'v3',
      'v4',
      'v5',
      'v6',
    ]);
    const deletePolicy = (cascadingDelete?: boolean) =>
      client().deletePolicy(
        new sdk.DeletePolicyRequest({ policyName: 'versions', ...(cascadingDelete && { cascadingDelete }) }),
      );
    await expect(deletePolicy()).rejects.toMatchObject({ code: 'DeleteConflict.Policy.Version' });
    await deletePolicy(true);
  });

  it.each([
    ['that is no policy', '{}', 'MalformedPolicyDocument'],
    ['that is too long', `${PUT}${' '.repeat(6144)}`, 'InvalidParameter.PolicyDocument.Length'],
  ])('with a text %s is refused', async (_, text, code) => {
    await expect(createPolicy('odd', text)).rejects.toMatchObject({ code, statusCode: 400 });
  });
});

describe('after a restart', () => {
  it('roles, policies and attachments are there', async () => {
    await createRole('lasting');
    await createPolicy('lasting-may');
    await attach('lasting', 'lasting-may');
    await ram.close();
    await iam.close();
    iam = open();
    ram = await startRam({ iam, clock });
    const listed = await client().listPoliciesForRole(
      new sdk.ListPoliciesForRoleRequest({ roleName: 'lasting' }),
    );
    expect(listed.body?.policies?.policy).toMatchObject([{ policyName: 'lasting-may' }]);
  });
});
