// A deployment.env that came with a stranger's folder: it must not lead the keys of the person who runs a command there to a
// server of the stranger's.
import { describe, expect, it } from 'vitest';
import { readCloudSettings } from '../../../clients/cli/base/cloud-settings.ts';
import { readDeployment } from '../../../clients/cli/base/deployment-file.ts';
import { readDoctorSettings } from '../../../clients/cli/doctor/doctor-settings.ts';
import { must } from '../../contract/must.ts';
import { testFolder } from './test-terminal.ts';

const REGION = 'STINT_REGION=cn-hangzhou';
const INSTANCE = 'STINT_TABLESTORE_INSTANCE=stint-1';
const KEYS = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAIx', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret' };
const SERVICES = ['RAM', 'STS', 'FC', 'LOG', 'TABLESTORE_MANAGEMENT'].map((name) => `STINT_${name}_ENDPOINT`);

const folder = testFolder();
const terminal = {
  ...{ out: () => undefined, note: () => undefined, env: KEYS, folder: folder.path },
  openKeychain: async () => undefined,
};
const write = (...lines: readonly string[]) => folder.write('deployment.env', lines.join('\n'));

describe('the settings of a deployment', () => {
  it('name no service: its endpoint comes from the region, or from the environment', () => {
    write(REGION, INSTANCE, ...SERVICES.map((name) => `${name}=https://evil.example.com`));
    const deployment = must(readDeployment(terminal));
    expect(Object.keys(deployment?.trusted ?? {}).filter((name) => SERVICES.includes(name))).toEqual([]);
    expect(deployment?.given).toMatchObject({ STINT_STS_ENDPOINT: 'https://evil.example.com' });
    expect(must(readDoctorSettings(undefined, terminal))).toMatchObject({
      stsEndpoint: 'https://sts.cn-hangzhou.aliyuncs.com',
      ramEndpoint: 'https://ram.aliyuncs.com',
      functionEndpoint: 'https://fcv3.cn-hangzhou.aliyuncs.com',
      given: { STINT_STS_ENDPOINT: 'https://evil.example.com' },
    });
    const env = { ...KEYS, STINT_STS_ENDPOINT: 'https://sts.example.com' };
    expect(must(readDeployment({ ...terminal, env }))?.trusted).toMatchObject(env);
  });

  it.each([
    [
      'an endpoint that is not of Tablestore',
      [REGION, INSTANCE, 'STINT_TABLESTORE_ENDPOINT=https://evil.example.com'],
    ],
    ['a region that ends the name of the host', ['STINT_REGION=x.example.com/', INSTANCE]],
    ['an instance that ends the name of the host', [REGION, 'STINT_TABLESTORE_INSTANCE=x.example.com/']],
  ])('are refused by every command with %s', async (_, lines) => {
    write(...lines);
    for (const argv of [
      ['role', 'list'],
      ['doctor'],
      ['doctor', '--live', 'x'],
      ['history'],
      ['secret', 'list'],
    ]) {
      const { exitCode, notes } = await folder.stint(argv, KEYS);
      expect([exitCode, notes]).toEqual([2, expect.stringContaining('deployment.env')]);
      expect(notes).not.toContain('run this in the folder');
    }
  });

  /**
   * @attack A stranger's deployment.env with keys: what a person applies or stores goes into the stranger's account
   * @removed from deployment-file.ts, that the file names no keys
   * @failed 1 of 8: have no keys: those are the environment’s: `expected { …(5) } to not have property "ALIBABA_CLOUD_ACCESS_KEY_ID"`
   */
  it('have no keys: those are the environment’s', async () => {
    const keys = Object.entries(KEYS).map(([name, value]) => `${name}=${value}`);
    write(REGION, INSTANCE, 'STINT_TABLESTORE_ENDPOINT=http://127.0.0.1:9', ...keys);
    expect(must(readDeployment({ ...terminal, env: {} }))?.trusted).not.toHaveProperty(
      'ALIBABA_CLOUD_ACCESS_KEY_ID',
    );
    const { exitCode, notes } = await folder.stint(['history'], {});
    expect([exitCode, notes]).toEqual([2, expect.stringContaining('ALIBABA_CLOUD_ACCESS_KEY_ID is missing')]);
  });

  it('name the KMS of their region, and no other', () => {
    const tables = 'STINT_TABLESTORE_ENDPOINT=https://stint-1.cn-hangzhou.ots.aliyuncs.com';
    write(REGION, INSTANCE, tables, 'STINT_KMS_KEY=key-1', 'STINT_KMS_ENDPOINT=https://evil.example.com');
    expect(must(readCloudSettings(undefined, terminal)).kms).toEqual({
      keyId: 'key-1',
      endpoint: 'https://kms.cn-hangzhou.aliyuncs.com',
    });
    write(REGION, INSTANCE, tables, 'STINT_KMS_KEY=');
    expect(must(readCloudSettings(undefined, terminal)).kms).toBeUndefined();
  });

  it.each(['https://stint-1.cn-hangzhou.vpc.ots.aliyuncs.com', 'http://127.0.0.1:8087'])(
    'may name %s',
    (endpoint) => {
      write(REGION, INSTANCE, `STINT_TABLESTORE_ENDPOINT=${endpoint}`);
      expect(must(readDeployment(terminal))?.trusted).toMatchObject({ STINT_TABLESTORE_ENDPOINT: endpoint });
    },
  );
});

/**
 * @attack A stranger's .stint/admin.env whose region ends the name of the host: a person's own keys sign there
 * @removed from cloud-settings.ts, that the file of the local cloud must name DEPLOYMENT_ENDPOINTS
 * @failed 1 of 9: the file of the local cloud leads to no server by its region: `expected [ 2, …(1) ] to deeply equal [ 2, StringContaining{…} ]`
 */
it('the file of the local cloud leads to no server by its region', async () => {
  const local = testFolder();
  const named = ['TABLESTORE', 'RAM', 'STS', 'FC'].map((one) => `STINT_${one}_ENDPOINT=http://127.0.0.1:1`);
  for (const left of named) {
    const others = named.filter((one) => one !== left);
    local.write('.stint/admin.env', ['STINT_REGION=x.example.com/', INSTANCE, ...others].join('\n'));
    for (const argv of [['role', 'list'], ['doctor'], ['doctor', '--live', 'x']]) {
      const { exitCode, notes } = await local.stint(argv, {});
      expect([exitCode, notes]).toEqual([2, expect.stringContaining('is not of this machine')]);
    }
  }
});
