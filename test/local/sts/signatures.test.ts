// Guarantees: both signature methods give the published signatures for the published requests.
import { describe, expect, it } from 'vitest';
import { hashCanonicalRequest, percentEncode, signV2, signV3 } from '../../../local/rpc/signatures.ts';

/** The example of Alibaba Cloud's page "V3 request syntax and signature". */
const PUBLISHED = {
  method: 'POST',
  path: '/',
  query: new Map([
    ['RegionId', 'cn-shanghai'],
    ['ImageId', 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd'],
  ]),
  headers: new Map([
    ['host', 'ecs.cn-shanghai.aliyuncs.com'],
    ['x-acs-action', 'RunInstances'],
    ['x-acs-content-sha256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['x-acs-date', '2023-10-26T10:22:32Z'],
    ['x-acs-signature-nonce', '3156853299f313e23d1673dc12e1703d'],
    ['x-acs-version', '2014-05-26'],
  ]),
  signedHeaders: [
    'host',
    'x-acs-action',
    'x-acs-content-sha256',
    'x-acs-date',
    'x-acs-signature-nonce',
    'x-acs-version',
  ],
  body: Buffer.alloc(0),
};

describe('ACS3-HMAC-SHA256', () => {
  it('gives the published signature for the published request', () => {
    expect(hashCanonicalRequest(PUBLISHED)).toBe(
      '7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259',
    );
    expect(signV3(PUBLISHED, 'YourAccessKeySecret')).toBe(
      '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    );
  });

  it('covers the body itself, whatever digest the header claims', () => {
    expect(hashCanonicalRequest({ ...PUBLISHED, body: Buffer.from('x') })).not.toBe(
      hashCanonicalRequest(PUBLISHED),
    );
  });
});

describe('the RPC HMAC-SHA1 signature', () => {
  it('gives the published signature for the published request', () => {
    const parameters = new Map([
      ['Timestamp', '2016-02-23T12:46:24Z'],
      ['Format', 'XML'],
      ['AccessKeyId', 'testid'],
      ['Action', 'DescribeRegions'],
      ['SignatureMethod', 'HMAC-SHA1'],
      ['SignatureNonce', '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf'],
      ['Version', '2014-05-26'],
      ['SignatureVersion', '1.0'],
    ]);
    expect(signV2('GET', parameters, 'testsecret')).toBe('OLeaidS1JvxuMvnyHOwuJ+uX5qY=');
  });
});

describe('percentEncode', () => {
  it('leaves unreserved characters alone and encodes all others', () => {
    expect(percentEncode("azAZ09-_.~ !'()*+/:=&é")).toBe('azAZ09-_.~%20%21%27%28%29%2A%2B%2F%3A%3D%26%C3%A9');
  });
});
