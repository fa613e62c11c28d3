// What setup says of a domain, from what DNS, TLS and the deployment answer: which record is missing, and what to do.
import { describe, expect, it } from 'vitest';
import { checkDeployment, type DomainNetwork } from '../../../../clients/cli/setup/check-domain.ts';
import { NO_NETWORK, SETUP_ACCOUNT, SETUP_DOMAIN, SETUP_REGION } from '../../../support/setup-world.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const TARGET = `${SETUP_ACCOUNT}.${SETUP_REGION}.fc.aliyuncs.com`;
const DEPLOYMENT = {
  accountId: SETUP_ACCOUNT,
  region: SETUP_REGION,
  domain: SETUP_DOMAIN,
  publicUrl: `https://${SETUP_DOMAIN}`,
  certificateId: '1-cn-hangzhou',
};
const certificate = (validTo: string, refusal?: string) => async () => ({
  validTo: new Date(validTo),
  refusal,
});

const checkOf = async (name: string, network: Partial<DomainNetwork>, deployment: object = {}) =>
  (await checkDeployment({ ...DEPLOYMENT, ...deployment }, { ...NO_NETWORK, ...network }, NOW)).find(
    (check) => check.name === name,
  );

describe('the DNS record', () => {
  it.each<[string, Partial<DomainNetwork>, boolean, string]>([
    ['missing', {}, false, `this DNS record is missing: ${SETUP_DOMAIN} CNAME ${TARGET}`],
    ['there', { cname: async () => TARGET.toUpperCase() }, true, `leads to ${TARGET}`],
    ['that of a CDN', { cname: async () => 'cdn.example.net' }, true, `must pass on to ${TARGET}`],
    ['an address', { hasAddress: async () => true }, true, `must pass on to ${TARGET}`],
  ])('is %s', async (_, network, ok, says) => {
    expect(await checkOf('dns', network)).toMatchObject({ ok, message: expect.stringContaining(says) });
  });
});

describe('the certificate', () => {
  it.each<[string, Partial<DomainNetwork>, boolean, string]>([
    ['not shown yet', {}, false, 'does not answer by TLS yet: deploy with the certificate'],
    ['valid', { certificate: certificate('2027-06-01T00:00:00Z') }, true, 'is valid until 2027-06-01'],
    [
      'about to end',
      { certificate: certificate('2026-12-10T00:00:00Z') },
      false,
      'ends on 2026-12-10: renew it',
    ],
    [
      'of another name',
      { certificate: certificate('2027-06-01T00:00:00Z', 'ERR_TLS_CERT_ALTNAME_INVALID') },
      false,
      'is not accepted: ERR_TLS_CERT_ALTNAME_INVALID',
    ],
  ])('is %s', async (_, network, ok, says) => {
    expect(await checkOf('certificate', network)).toMatchObject({
      ok,
      message: expect.stringContaining(says),
    });
  });

  it('is not named: it says how to get one', async () => {
    const check = await checkOf('certificate', {}, { certificateId: undefined });
    expect(check).toMatchObject({ ok: false, message: expect.stringContaining('--cert-id') });
  });
});

describe('the deployment', () => {
  it.each([
    [200, true, 'is ready'],
    [503, false, 'answers 503'],
    [undefined, false, 'npm run deploy'],
  ])('answers %s', async (status, ok, says) => {
    expect(await checkOf('readyz', { status: async () => status })).toMatchObject({
      ok,
      message: expect.stringContaining(says),
    });
  });

  it('on this machine is asked for readiness alone', async () => {
    const local = { ...DEPLOYMENT, publicUrl: 'http://127.0.0.1:9000' };
    expect((await checkDeployment(local, NO_NETWORK, NOW)).map(({ name }) => name)).toEqual(['readyz']);
  });
});
