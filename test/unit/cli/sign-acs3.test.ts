// The signature of a caller proof is the one that Alibaba Cloud publishes and its SDK computes.
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { type SignedCall, signAcs3 } from '../../../shared/kernel/sign-acs3.ts';

/** The example of Alibaba Cloud's page "V3 request syntax and signature". */
const PUBLISHED: SignedCall = {
  host: 'ecs.cn-shanghai.aliyuncs.com',
  action: 'RunInstances',
  version: '2014-05-26',
  query: {
    RegionId: 'cn-shanghai',
    ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd',
  },
  date: '2023-10-26T10:22:32Z',
  nonce: '3156853299f313e23d1673dc12e1703d',
};

/** The signer of the official SDK. It ships no types for what it keeps to itself. */
const { OpenApiUtil: SDK } = createRequire(import.meta.url)('@alicloud/openapi-core');

function signedBySdk({ host, action, version, query, date, nonce, securityToken }: SignedCall): string {
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const headers = {
    host,
    'x-acs-action': action,
    'x-acs-version': version,
    'x-acs-date': date,
    'x-acs-signature-nonce': nonce,
    'x-acs-content-sha256': empty,
    ...(securityToken === undefined ? {} : { 'x-acs-security-token': securityToken }),
  };
  const request = { method: 'POST', pathname: '/', query, headers };
  const header: string = SDK.getAuthorization(request, 'ACS3-HMAC-SHA256', empty, 'LTAIx', 'secret');
  return /Signature=([0-9a-f]{64})$/.exec(header)?.[1] ?? header;
}

describe('the signature of stint caller-proof', () => {
  it('is the published one for the published request', () => {
    expect(signAcs3(PUBLISHED, 'YourAccessKeySecret')).toBe(
      '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    );
  });

  const call: SignedCall = {
    host: 'sts.cn-hangzhou.aliyuncs.com',
    action: 'GetCallerIdentity',
    version: '2015-04-01',
    query: { StintAudience: 'https://vend.example.com' },
    date: '2026-03-01T12:00:00Z',
    nonce: '0b5e6b12-e982-4ba4-a498-e3950ba7e61d',
  };
  it.each<[string, Partial<SignedCall>]>([
    ['a long-term key', {}],
    ['temporary keys', { securityToken: 'CAIS+/token==' }],
    ['an audience of odd characters', { query: { StintAudience: "a b*'()~+/?&=%é" } }],
    ['a host with a port', { host: '127.0.0.1:9002' }],
  ])('is the SDK’s for %s', (_, change) => {
    expect(signAcs3({ ...call, ...change }, 'secret')).toBe(signedBySdk({ ...call, ...change }));
  });
});
