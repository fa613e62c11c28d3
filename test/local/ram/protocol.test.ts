// Guarantees: the local RAM speaks the RPC protocol: signatures, formats, refusals and planned faults.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callV2, callV3 } from '../sts/world.ts';
import { openRamWorld, type RamWorld, READER } from './world.ts';

let world: RamWorld;
beforeAll(async () => {
  world = await openRamWorld();
});
afterAll(() => world.close());

const OSS = { PolicyName: 'AliyunOSSReadOnlyAccess', PolicyType: 'System' };
const GET = { keys: READER, action: 'GetPolicy', version: '2015-05-01' };

describe('the RPC protocol of RAM', () => {
  it('takes the older signature, and answers in XML when nobody asks for JSON', async () => {
    const answer = await callV2(world.ram.url, { Action: 'GetPolicy', Version: '2015-05-01', ...OSS }, GET);
    expect(answer).toMatchObject({ status: 200, contentType: 'text/xml;charset=utf-8' });
    expect(answer.text).toContain('<GetPolicyResponse><Policy><PolicyName>AliyunOSSReadOnlyAccess');
    expect(answer.text).toContain('<IsDefaultVersion>true</IsDefaultVersion>');
    expect(answer.text).toContain('&quot;oss:Get*&quot;');
  });

  it('writes a list in XML as its elements', async () => {
    const query = { Action: 'ListPolicies', Version: '2015-05-01' };
    const { text } = await callV2(world.ram.url, query, {
      keys: { accessKeyId: 'LTAIlister', accessKeySecret: 'lister-secret' },
    });
    expect(text.match(/<Policy>/g)).toHaveLength(6);
    expect(text).toContain('</Policy><Policy><PolicyName>');
    expect(text).toContain('</Policy></Policies><IsTruncated>false</IsTruncated>');
  });

  it.each([
    ['another version of the API', { version: '2015-04-01' }, 'InvalidVersion', 400],
    ['an action of STS', { action: 'AssumeRole' }, 'InvalidAction.NotFound', 404],
    ['a changed action', { tamper: { 'x-acs-action': 'GetPolicyVersion' } }, 'SignatureDoesNotMatch', 400],
    ['an old date', { at: new Date(Date.now() - 16 * 60_000) }, 'InvalidTimeStamp.Expired', 400],
  ])('refuses %s', async (_, options, code, status) => {
    const answer = await callV3(world.ram.url, OSS, {
      ...GET,
      ...options,
      headers: { accept: 'application/json' },
    });
    expect([answer.status, JSON.parse(answer.text).Code]).toEqual([status, code]);
  });

  it('says in a refusal whom RAM refused what', async () => {
    const answer = await callV3(
      world.ram.url,
      { PolicyName: 'secret-plans', PolicyType: 'Custom' },
      { ...GET, headers: { accept: 'application/json' } },
    );
    expect(JSON.parse(answer.text)).toMatchObject({
      Code: 'NoPermission',
      AccessDeniedDetail: {
        AuthAction: 'ram:GetPolicy',
        AuthPrincipalType: 'SubUser',
        NoPermissionType: 'ImplicitDeny',
        PolicyType: 'AccountLevelIdentityBasedPolicy',
      },
    });
  });

  it('refuses the same request a second time', async () => {
    const once = { ...GET, nonce: 'used-once', headers: { accept: 'application/json' } };
    expect((await callV3(world.ram.url, OSS, once)).status).toBe(200);
    expect(JSON.parse((await callV3(world.ram.url, OSS, once)).text).Code).toBe('SignatureNonceUsed');
  });

  it('fails when told to, in words of its own', async () => {
    world.ram.faults.inject({ kind: 'refuse', code: 'InternalError' });
    const answer = await callV3(world.ram.url, OSS, GET);
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('STS');
  });
});
