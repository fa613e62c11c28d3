// Guarantees: the local RAM gives policies to callers who may read them, and refuses as the API documents.
import sdk from '@alicloud/ram20150501';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import {
  allow,
  custom,
  FOREIGNER,
  type Keys,
  LISTER,
  MEDIA_READER,
  openRamWorld,
  type RamWorld,
  READER,
} from './world.ts';

let world: RamWorld;
beforeAll(async () => {
  world = await openRamWorld();
});
afterAll(() => world.close());

const getPolicy = (policyName: string, policyType: string, keys: Keys = READER) =>
  world.client(keys).getPolicy(new sdk.GetPolicyRequest({ policyName, policyType }));
const getVersion = (versionId: string, policyName = 'media-reader', keys: Keys = READER) =>
  world
    .client(keys)
    .getPolicyVersion(new sdk.GetPolicyVersionRequest({ policyName, policyType: 'Custom', versionId }));

describe('GetPolicy', () => {
  it.each([
    ['AliyunARMSReadOnlyAccess', 'v13'],
    ['AliyunOSSReadOnlyAccess', 'v1'],
    ['AliyunLogReadOnlyAccess', 'v1'],
    ['AliyunOTSReadOnlyAccess', 'v2'],
  ])('gives the text of %s, which is %s and in the language that Stint reads', async (name, version) => {
    const { policy, defaultPolicyVersion } = (await getPolicy(name, 'System')).body ?? {};
    expect(policy).toMatchObject({ policyName: name, policyType: 'System', defaultVersion: version });
    expect(defaultPolicyVersion).toMatchObject({ versionId: version, isDefaultVersion: true });
    expect(parsePolicy(JSON.parse(defaultPolicyVersion?.policyDocument ?? ''))).toMatchObject({ ok: true });
  });

  it('gives a custom policy of the caller’s own account', async () => {
    const { body } = await getPolicy('media-reader', 'Custom');
    expect(JSON.parse(body?.defaultPolicyVersion?.policyDocument ?? '')).toEqual(MEDIA_READER);
  });

  it.each<[string, string, string, string, number]>([
    ['a policy that is not there', 'media-nothing', 'Custom', 'EntityNotExist.Policy', 404],
    ['a custom policy asked for as a system one', 'media-reader', 'System', 'EntityNotExist.Policy', 404],
    ['no type', 'media-reader', '', 'InvalidParameter.PolicyType', 400],
    ['an unknown type', 'media-reader', 'Any', 'InvalidParameter.PolicyType', 400],
    ['a path', '../media-reader', 'Custom', 'InvalidParameter.PolicyName.InvalidChars', 400],
    ['a wildcard', 'media*', 'Custom', 'InvalidParameter.PolicyName.InvalidChars', 400],
    ['no name', '', 'Custom', 'InvalidParameter.PolicyName.Length', 400],
    ['a long name', 'm'.repeat(129), 'Custom', 'InvalidParameter.PolicyName.Length', 400],
    ['a policy that the caller may not read', 'secret-plans', 'Custom', 'NoPermission', 403],
    ['one that is not there either, with the same answer', 'secret-none', 'Custom', 'NoPermission', 403],
  ])('refuses %s', async (_, name, type, code, statusCode) => {
    await expect(getPolicy(name, type)).rejects.toMatchObject({ code, statusCode });
  });

  it('shows another account nothing of this one', async () => {
    await expect(getPolicy('media-reader', 'Custom', FOREIGNER)).rejects.toMatchObject({
      code: 'EntityNotExist.Policy',
    });
    expect((await getPolicy('AliyunOSSReadOnlyAccess', 'System', FOREIGNER)).statusCode).toBe(200);
  });

  it('refuses a wrong secret and an unknown key', async () => {
    const wrong = { ...READER, accessKeySecret: 'wrong' };
    await expect(getPolicy('media-reader', 'Custom', wrong)).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
    await expect(
      getPolicy('media-reader', 'Custom', { ...READER, accessKeyId: 'LTAInone' }),
    ).rejects.toMatchObject({ code: 'InvalidAccessKeyId.NotFound', statusCode: 404 });
  });
});

describe('a new version', () => {
  it('becomes the default, and the old one can still be read', async () => {
    const old = (await getVersion('v1', 'media-versions-none').catch(() => undefined))?.body;
    expect(old).toBeUndefined();
    world.ram.policies.publish(custom('media-grows'), JSON.stringify(MEDIA_READER));
    world.ram.policies.publish(custom('media-grows'), JSON.stringify(allow('oss:*', '*')));
    expect((await getPolicy('media-grows', 'Custom')).body?.policy?.defaultVersion).toBe('v2');
    const [first, second] = await Promise.all(
      ['v1', 'v2'].map(async (id) => (await getVersion(id, 'media-grows')).body?.policyVersion),
    );
    expect(first).toMatchObject({ isDefaultVersion: false, policyDocument: JSON.stringify(MEDIA_READER) });
    expect(second?.isDefaultVersion).toBe(true);
  });

  it.each([
    ['v9', 'EntityNotExist.Policy.Version', 404],
    ['9', 'InvalidParameter.VersionId.Format', 400],
    ['v0', 'InvalidParameter.VersionId.Format', 400],
  ])('that is called %s is refused as %s', async (id, code, statusCode) => {
    await expect(getVersion(id)).rejects.toMatchObject({ code, statusCode });
  });

  it('is not shown to who may not read it', async () => {
    await expect(getVersion('v1', 'media-reader', LISTER)).rejects.toMatchObject({ code: 'NoPermission' });
  });
});

describe('ListPolicies', () => {
  const list = async (request: object, keys = LISTER) =>
    (await world.client(keys).listPolicies(new sdk.ListPoliciesRequest(request))).body;
  const names = (body: Awaited<ReturnType<typeof list>>) =>
    body?.policies?.policy?.map(({ policyName }) => policyName);

  it('gives every policy once, a page at a time', async () => {
    const all = names(await list({}));
    expect(all).toEqual([...(all ?? [])].sort());
    expect(all).toContain('AliyunOTSReadOnlyAccess');
    expect(all).toContain('media-reader');
    const first = await list({ maxItems: 3 });
    expect(first?.isTruncated).toBe(true);
    const rest = await list({ marker: first?.marker });
    expect([...(names(first) ?? []), ...(names(rest) ?? [])]).toEqual(all);
    expect(rest?.isTruncated).toBe(false);
  });

  it('gives one type alone', async () => {
    expect(names(await list({ policyType: 'System' }))).toHaveLength(4);
    expect(names(await list({ policyType: 'Custom' }))).toContain('secret-plans');
    expect(names(await list({ policyType: 'Custom' }, FOREIGNER))).toEqual([]);
  });

  it.each([
    [{ policyType: 'Any' }, 'InvalidParameter.PolicyType'],
    [{ maxItems: 0 }, 'InvalidParameter.MaxItems'],
    [{ maxItems: 1001 }, 'InvalidParameter.MaxItems'],
    [{ marker: 'x' }, 'InvalidParameter.Marker'],
  ])('refuses %o', async (request, code) => {
    await expect(list(request)).rejects.toMatchObject({ code, statusCode: 400 });
  });

  it('is refused to who may only read single policies', async () => {
    await expect(list({}, READER)).rejects.toMatchObject({ code: 'NoPermission', statusCode: 403 });
  });
});
