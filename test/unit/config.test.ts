// The configuration is read whole or not at all: every fault is reported, none repeats a value, and a misspelt setting
// is a fault.
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../shared/config.ts';

const GOOD = {
  STINT_PUBLIC_URL: 'https://vend.example.com',
  STINT_REGION: 'cn-hangzhou',
  STINT_TABLESTORE_ENDPOINT: 'https://stint.cn-hangzhou.ots.aliyuncs.com',
  STINT_TABLESTORE_INSTANCE: 'stint',
};

function faults(changes: Readonly<Record<string, string | undefined>>): readonly string[] {
  const parsed = parseConfig({ ...GOOD, ...changes });
  return parsed.ok ? [] : parsed.error;
}

describe('the configuration', () => {
  it('has defaults for all but four settings', () => {
    const parsed = parseConfig(GOOD);
    expect(parsed.ok && parsed.value).toEqual({
      publicUrl: 'https://vend.example.com',
      audience: 'https://vend.example.com',
      region: 'cn-hangzhou',
      stsEndpoint: 'https://sts.cn-hangzhou.aliyuncs.com',
      hubRoles: [],
      tablestoreEndpoint: GOOD.STINT_TABLESTORE_ENDPOINT,
      tablestoreInstance: 'stint',
      clientIpHeader: undefined,
      gateway: undefined,
      sourceIdentity: false,
      logLevel: 'info',
    });
  });

  it.each(Object.keys(GOOD))('must have %s, and an empty one is none', (name) => {
    expect(faults({ [name]: undefined })).toEqual([`${name}: must be set`]);
    expect(faults({ [name]: '' })).toEqual([`${name}: must be set`]);
  });

  it('reports every fault at once', () => {
    const all = faults({
      STINT_PUBLIC_URL: undefined,
      STINT_REGION: 'Hangzhou',
      STINT_LOG_LEVEL: 'loud',
      STINT_TYPO: 'x',
    });
    expect(all.map((fault) => fault.split(':')[0]).sort()).toEqual([
      'STINT_LOG_LEVEL',
      'STINT_PUBLIC_URL',
      'STINT_REGION',
      'STINT_TYPO',
    ]);
  });

  it.each([
    ['STINT_HUB_ROLES', 'stint-hub'],
    ['STINT_HUB_ROLES', 'acs:ram::22:role/stint-hub,'],
    ['STINT_HUB_ROLES', 'acs:ram::22:role/stint-hub, acs:ram::22:role/another'],
    ['STINT_HUB_ROLES', Array.from({ length: 11 }, (_, i) => `acs:ram::${i + 1}:role/hub`).join()],
    ['STINT_PUBLIC_URL', 'http://vend.example.com'],
    ['STINT_PUBLIC_URL', 'vend.example.com'],
    ['STINT_STS_ENDPOINT', 'http://sts.example.com'],
    ['STINT_STS_ENDPOINT', 'http://127.0.0.1.example.com'],
    ['STINT_STS_ENDPOINT', 'https://user:canary-own-secret@sts.example.com'],
    ['STINT_TABLESTORE_ENDPOINT', 'http://10.0.0.1'],
    ['STINT_TABLESTORE_ENDPOINT', 'ftp://stint.example.com'],
    ['STINT_TABLESTORE_INSTANCE', 'a/b'],
    ['STINT_CLIENT_IP_HEADER', 'X-Real-IP: 1'],
    ['STINT_CLIENT_CERTIFICATE_HEADER', 'Client-Cert'],
    ['STINT_GATEWAY_PROOF_HEADER', 'a b'],
    ['STINT_GATEWAY_PROOF_SHA256', 'canary-own-secret'],
    ['STINT_GATEWAY_PROOF_SHA256', 'ab'.repeat(31)],
    ['STINT_GATEWAY_PROOF_SHA256', `${'ab'.repeat(32)},`],
    ['STINT_SOURCE_IDENTITY', 'yes'],
    ['STINT_LOG_LEVEL', 'trace'],
    ['STINT_UNKNOWN', 'x'],
  ])('refuses %s=%s and does not repeat it', (name, value) => {
    expect(faults({ [name]: value })).toEqual([expect.stringContaining(name)]);
    expect(faults({ [name]: value }).join()).not.toContain('canary');
  });

  describe('of a gateway', () => {
    const hash = 'ab'.repeat(32);
    const certificate = { STINT_CLIENT_CERTIFICATE_HEADER: 'client-cert' };
    const gateway = (variables: Readonly<Record<string, string>>) => {
      const parsed = parseConfig({ ...GOOD, ...variables });
      return parsed.ok && parsed.value.gateway;
    };

    it('is the header of certificates and the hash of its secret', () => {
      const certificateHeader = 'client-cert';
      const proofHeader = 'stint-gateway-proof';
      const both = { ...certificate, STINT_GATEWAY_PROOF_SHA256: hash };
      expect(gateway(both)).toEqual({ certificateHeader, proofHeader, proofHashes: [hash] });
    });

    it('may name two secrets, and a header of its own', () => {
      const other = '01'.repeat(32);
      const two = { ...certificate, STINT_GATEWAY_PROOF_SHA256: `${hash},${other}` };
      expect(gateway({ ...two, STINT_GATEWAY_PROOF_HEADER: 'x-proof' })).toMatchObject({
        proofHeader: 'x-proof',
        proofHashes: [hash, other],
      });
    });

    it('is none with one of the two: nobody could tell it from anybody else', () => {
      expect(gateway(certificate)).toBeUndefined();
      expect(gateway({ STINT_GATEWAY_PROOF_SHA256: hash })).toBeUndefined();
    });
  });

  it.each(['http://127.0.0.1:1234', 'http://localhost:1', 'http://[::1]:1'])(
    'takes plain http to this machine: %s',
    (url) => expect(faults({ STINT_STS_ENDPOINT: url })).toEqual([]),
  );

  it('passes over what is not its own', () => expect(faults({ PATH: '/bin', HOME: '' })).toEqual([]));
});
