// The client's proof as a partner makes it, judged by an STS that verifies it.
import { afterAll, describe, expect, it } from 'vitest';
import { Secret } from '../../shared/kernel/secret.ts';
import { parseCallerProof } from '../../shared/pipeline/authenticate/aliyun/parse-caller-proof.ts';
import { readCallerIdentity } from '../../shared/pipeline/authenticate/aliyun/read-caller-identity.ts';
import { AUDIENCE, PARTNER } from '../support/builders.ts';
import { PARTNER_KEY } from '../support/caller-proofs.ts';
import { startPartnerSts } from '../support/partner-sts.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';

const sts = await startPartnerSts(() => new Date());
afterAll(() => sts.close());

const KEYS = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: PARTNER_KEY.accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: PARTNER_KEY.accessKeySecret,
};
const ENVIRONMENT = { ...KEYS, STINT_AUDIENCE: AUDIENCE, STINT_STS_ENDPOINT: sts.url };
const folder = testFolder();

async function judge(text: string, audience = AUDIENCE) {
  const proof = parseCallerProof(new Secret(text));
  if (!proof) throw new Error('no proof');
  const answer = await sts.callers().whoSigned(proof, audience);
  return answer.ok ? readCallerIdentity(answer.value)?.member : answer.error;
}

const DEPLOYER = { kind: 'user', account: PARTNER, name: 'deployer' };

describe('stint caller-proof', () => {
  it('prints a proof that STS confirms, and nothing else', async () => {
    const { out, notes, exitCode } = await folder.stint(['caller-proof'], ENVIRONMENT);
    expect([notes, exitCode]).toEqual(['', 0]);
    expect(out).toMatch(/^stint-acs1\.[A-Za-z0-9_-]+$/);
    expect(await judge(out)).toEqual(DEPLOYER);
  });

  it('signs with temporary keys', async () => {
    const { accessKeyId, accessKeySecret, securityToken = '' } = sts.session('build-7');
    const { out } = await folder.stint(['caller-proof'], {
      ...ENVIRONMENT,
      ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
      ALIBABA_CLOUD_SECURITY_TOKEN: securityToken,
    });
    expect(await judge(out)).toEqual({ kind: 'role', account: PARTNER, name: 'ci' });
  });

  it('takes the service from the command line before the environment', async () => {
    const elsewhere = { STINT_AUDIENCE: 'other', STINT_STS_ENDPOINT: 'https://sts.aliyuncs.com' };
    const argv = ['caller-proof', '--audience', AUDIENCE, '--sts', sts.url];
    const { out } = await folder.stint(argv, { ...KEYS, ...elsewhere });
    expect(await judge(out)).toEqual(DEPLOYER);
  });

  it('binds the audience that it was given', async () => {
    const { out } = await folder.stint(['caller-proof', '--audience', 'other'], ENVIRONMENT);
    expect(await judge(out)).toEqual({ kind: 'refused', cause: 'SignatureDoesNotMatch' });
  });

  it('reads a file of --env and nothing besides', async () => {
    const lines = Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}\n`);
    folder.write('partner.env', lines.join(''));
    const other = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAIother', ALIBABA_CLOUD_SECURITY_TOKEN: 'CAISother' };
    const { out } = await folder.stint(['caller-proof', '--env', 'partner.env'], other);
    expect(await judge(out)).toEqual(DEPLOYER);
  });

  it('never signs with the administrator’s key of a local cloud', async () => {
    const lines = Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}\n`);
    folder.write('.stint/admin.env', lines.join(''));
    expect(await folder.stint(['caller-proof'], {})).toMatchObject({ exitCode: 2, out: '' });
  });

  it('never prints a secret key', async () => {
    const { out } = await folder.stint(['caller-proof'], ENVIRONMENT);
    const json = Buffer.from(out.slice('stint-acs1.'.length), 'base64url').toString();
    expect(json).toContain(PARTNER_KEY.accessKeyId);
    expect(json).not.toContain(PARTNER_KEY.accessKeySecret);
  });

  it.each<[string, string]>([
    ['STINT_AUDIENCE', 'give --audience'],
    ['STINT_STS_ENDPOINT', 'give --sts'],
    ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'set ALIBABA_CLOUD_ACCESS_KEY_ID'],
    ['ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'set ALIBABA_CLOUD_ACCESS_KEY_SECRET'],
  ])('without %s says: %s', async (name, help) => {
    const { exitCode, out, notes } = await folder.stint(['caller-proof'], { ...ENVIRONMENT, [name]: '' });
    expect([exitCode, out]).toEqual([2, '']);
    expect(notes).toContain(help);
  });
});
