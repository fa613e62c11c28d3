// The whole command against a local RAM and Tablestore: fetching a policy, and applying a document that pins one.

import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type LocalIam, openIam } from '../../local/iam/local-iam.ts';
import { type LocalRam, startRam } from '../../local/ram/server.ts';
import { allow, MEDIA_READER } from '../local/ram/world.ts';
import { type TestFolder, testFolder } from '../unit/cli/test-terminal.ts';
import { edited, faultsOf, VALID } from '../unit/rules/documents.ts';
import { commandEnvironment, type LocalInstance, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const ACCOUNT = '1234567890123456';
const custom = (name: string) => ({ type: 'Custom', name, accountId: ACCOUNT }) as const;

let instance: LocalInstance;
let iam: LocalIam;
let ram: LocalRam;
let env: Readonly<Record<string, string>>;
let folder: TestFolder;

beforeAll(async () => {
  instance = await startInstance();
  const clock = () => new Date();
  iam = openIam({ file: join(mkdtempSync(join(tmpdir(), 'stint-policy-')), 'iam.lmdb'), clock });
  const { accessKeyId, accessKeySecret } = instance.options.credentials();
  const keys = { accessKeyId, accessKeySecret: accessKeySecret.reveal() };
  const policies = [
    allow('ram:GetPolicy', ['acs:ram:*:system:policy/*', `acs:ram:*:${ACCOUNT}:policy/media*`]),
  ];
  must(iam.putUser({ accountId: ACCOUNT, name: 'admin', ...keys, policies }));
  ram = await startRam({ iam });
  env = { STINT_RAM_ENDPOINT: ram.url, ...commandEnvironment(instance.options) };
  await testFolder().stint(['tables', 'create'], env);
});
afterAll(async () => {
  await ram.close();
  await instance.server.close();
  await iam.close();
});
beforeEach(() => {
  folder = testFolder();
  ram.policies.publish(custom('media-reader'), JSON.stringify(MEDIA_READER));
});
afterEach(() => ram.faults.clear());

const stint = (...argv: readonly string[]) => folder.stint(argv, env);

describe('stint policy fetch', () => {
  it('prints an entry that the document accepts, and how it fits', async () => {
    const { exitCode, out, notes } = await stint('policy', 'fetch', 'AliyunARMSReadOnlyAccess');
    expect(exitCode).toBe(0);
    expect(notes).toBe('AliyunARMSReadOnlyAccess (System, v13) fits: 698 bytes of 2048 that STS accepts');
    const policies = out.replaceAll(/^/gm, '  ');
    const text = edited('grants:', `policies:\n${policies}\ngrants:`);
    const using = '{ policyFrom: AliyunARMSReadOnlyAccess, only: ["arms:Get*"] }';
    expect(faultsOf(edited('sessionPolicy: inherit', `sessionPolicy: ${using}`, text))).toEqual([]);
  });

  it('finds a custom policy where there is no system policy of that name', async () => {
    expect((await stint('policy', 'fetch', 'media-reader')).out).toContain('type: Custom');
    const { exitCode, notes } = await stint('policy', 'fetch', 'media-reader', '--type', 'System');
    expect([exitCode, notes]).toEqual([2, 'RAM: there is no such policy: check its name and --type']);
  });

  it('needs no table settings', async () => {
    const { STINT_TABLESTORE_ENDPOINT: _, STINT_TABLESTORE_INSTANCE: __, ...ramOnly } = env;
    expect((await folder.stint(['policy', 'fetch', 'media-reader'], ramOnly)).exitCode).toBe(0);
  });

  it('runs as people start it, where modules are loaded otherwise than in these tests', async () => {
    const bin = fileURLToPath(new URL('../../clients/cli/bin.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [bin, 'policy', 'fetch', 'media-reader'], {
      env: { ...env },
    });
    expect(stdout).toContain('- name: media-reader');
  });

  it('says that a policy does not fit, and pins it all the same: a grant can name a part', async () => {
    const actions = Array.from({ length: 150 }, (_, i) => `oss:GetNumber${i}x`);
    ram.policies.publish(custom('media-large'), JSON.stringify(allow(actions, '*')));
    const { exitCode, notes } = await stint('policy', 'fetch', 'media-large');
    expect(notes).toMatch(/does not fit: \d{4} bytes of 2048 that STS accepts; a grant has to name actions/);
    expect(exitCode).toBe(0);
  });

  it('puts the entry into a document, then again without a change', async () => {
    folder.write('access.yaml', VALID);
    const fetch = ['policy', 'fetch', 'AliyunOSSReadOnlyAccess', '--into', 'access.yaml'];
    expect((await stint(...fetch)).out).toBe('access.yaml: added: AliyunOSSReadOnlyAccess v1');
    expect(folder.read('access.yaml').startsWith(VALID)).toBe(true);
    expect(parse(folder.read('access.yaml')).policies).toHaveLength(1);
    expect((await stint(...fetch)).out).toBe('access.yaml: unchanged: AliyunOSSReadOnlyAccess v1');
    expect((await stint('validate', 'access.yaml')).exitCode).toBe(0);
  });

  it.each([
    ['a path for a name', ['../../etc/passwd'], 'write the name of a RAM policy'],
    ['a query for a name', ['A&PolicyType=Custom'], 'write the name of a RAM policy'],
    ['a wildcard for a name', ['Aliyun*'], 'write the name of a RAM policy'],
    ['a long name', ['A'.repeat(129)], 'write the name of a RAM policy'],
    ['a document that is not there', ['media-reader', '--into', 'none.yaml'], 'cannot read none.yaml'],
    ['a document that is no YAML', ['media-reader', '--into', 'odd.yaml'], 'odd.yaml: correct the document'],
  ])('refuses %s, and writes nothing', async (_, argv, says) => {
    folder.write('odd.yaml', 'a: [');
    const { exitCode, notes, out } = await stint('policy', 'fetch', ...argv);
    expect(notes).toContain(says);
    expect([exitCode, out, folder.read('odd.yaml')]).toEqual([2, '', 'a: [']);
  });

  it('asks RAM nothing for a name that RAM could not have', async () => {
    const none = { ...env, STINT_RAM_ENDPOINT: 'http://127.0.0.1:1' };
    expect((await folder.stint(['policy', 'fetch', '../x'], none)).notes).not.toContain('RAM:');
  });

  it('exits with 3 when RAM refuses the key or does not answer', async () => {
    const refused = await stint('policy', 'fetch', 'secret-plans', '--type', 'Custom');
    expect(refused.notes).toContain(
      'RAM: NoPermission: the access key may not do this: it needs ram:GetPolicy',
    );
    const silent = await folder.stint(['policy', 'fetch', 'A'], {
      ...env,
      STINT_RAM_ENDPOINT: 'http://127.0.0.1:1',
    });
    expect(silent.notes).toContain('check STINT_RAM_ENDPOINT');
    expect([refused.exitCode, silent.exitCode]).toEqual([3, 3]);
    expect(silent.notes).not.toContain(env['ALIBABA_CLOUD_ACCESS_KEY_SECRET']);
  });

  it('sends the key to no plain http endpoint elsewhere', async () => {
    const elsewhere = { ...env, STINT_RAM_ENDPOINT: 'http://example.com' };
    const { exitCode, notes } = await folder.stint(['policy', 'fetch', 'A'], elsewhere);
    expect([exitCode, notes]).toEqual([
      2,
      expect.stringContaining('STINT_RAM_ENDPOINT must be an https URL'),
    ]);
  });
});

describe('a document with a pinned policy', () => {
  beforeEach(async () => {
    const using = '{ policyFrom: media-reader }';
    folder.write('access.yaml', edited('sessionPolicy: inherit', `sessionPolicy: ${using}`));
    await stint('policy', 'fetch', 'media-reader', '--into', 'access.yaml');
  });
  const lineOf = (text: string): number =>
    folder
      .read('access.yaml')
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1;

  it('is applied while RAM has the same policy', async () => {
    expect((await stint('plan', 'access.yaml')).exitCode).toBe(0);
    const { exitCode, notes, out } = await stint('apply', 'access.yaml');
    expect([exitCode, notes.replaceAll(/^.*: warning .*$/gm, '').trim()]).toEqual([0, '']);
    expect(out).toMatch(/Applied as revision|Nothing to change/);
  });

  it.each([
    ['another text', JSON.stringify(allow('oss:*', '*')), 'with another text'],
    ['a new version of the same text', JSON.stringify(MEDIA_READER), 'with the same text'],
  ])('is neither planned nor applied when RAM has %s', async (_, text, says) => {
    ram.policies.publish(custom('media-reader'), text);
    for (const command of ['plan', 'apply']) {
      const { exitCode, notes, out } = await stint(command, 'access.yaml');
      expect(notes).toMatch(
        new RegExp(
          `^access\\.yaml:${lineOf('version: v')}:\\d+: policies\\[0\\]\\.version: run stint policy fetch media-reader --into access\\.yaml,`,
        ),
      );
      expect(notes).toContain(says);
      expect([exitCode, out]).toEqual([1, '']);
    }
    await stint('policy', 'fetch', 'media-reader', '--into', 'access.yaml');
    expect((await stint('apply', 'access.yaml')).exitCode).toBe(0);
  });

  it('is not applied when RAM has another text under the same version, as after deleting and creating it', async () => {
    ram.policies.publish(custom('media-reader'), JSON.stringify(allow('oss:*', '*')));
    const { version } = parse(folder.read('access.yaml')).policies[0];
    const next = `v${Number(version.slice(1)) + 1}`;
    folder.write(
      'access.yaml',
      edited(`version: ${version}`, `version: ${next}`, folder.read('access.yaml')),
    );
    const { exitCode, notes } = await stint('apply', 'access.yaml');
    expect(notes).toContain(`RAM now has ${next}, with another text`);
    expect(exitCode).toBe(1);
  });

  it('is refused when RAM no longer has the policy, or has one that cannot be used', async () => {
    ram.policies.publish(custom('media-reader'), '{}');
    expect((await stint('apply', 'access.yaml')).notes).toContain('policies[0].document: use another policy');
    folder.write('gone.yaml', folder.read('access.yaml').replaceAll('media-reader', 'media-gone'));
    const { exitCode, notes } = await stint('apply', 'gone.yaml');
    expect(notes).toContain('policies[0].name: remove it, or correct name and type');
    expect(exitCode).toBe(1);
  });

  it('is refused when RAM cannot be asked, and taken as it is when that is wanted', async () => {
    ram.faults.inject({ kind: 'refuse', code: 'InternalError' });
    const refused = await stint('apply', 'access.yaml');
    expect(refused.notes).toContain('Whether the pinned policy media-reader has changed is not known');
    expect(refused.notes).toContain('--offline-policies');
    expect([refused.exitCode, refused.out]).toEqual([3, '']);

    const none = { ...env, STINT_RAM_ENDPOINT: 'http://127.0.0.1:1' };
    for (const command of ['plan', 'apply']) {
      const taken = await folder.stint([command, '--offline-policies', 'access.yaml'], none);
      expect(taken.notes.split('\n')[0]).toBe(
        'Pinned policies are not compared with RAM: --offline-policies.',
      );
      expect(taken.exitCode).toBe(0);
    }
  });

  it('tells a program which policy was not compared', async () => {
    ram.faults.inject({ kind: 'close' });
    const { out } = await stint('apply', '--json', 'access.yaml');
    expect(JSON.parse(out)).toMatchObject({
      result: 'policy-not-compared',
      fault: { policy: 'media-reader' },
    });
  });

  it('whose text was changed by hand is refused without asking RAM, whatever the option', async () => {
    folder.write(
      'access.yaml',
      edited('oss:GetObject', 'oss:*', folder.read('access.yaml').split('policies:')[1]),
    );
    folder.write('access.yaml', `${VALID}policies:${folder.read('access.yaml')}`);
    const { exitCode, notes } = await stint('apply', '--offline-policies', 'access.yaml');
    expect(notes).toContain('policies[0].sha256: fetch the policy again');
    expect(exitCode).toBe(1);
  });

  it('asks RAM nothing when nothing is pinned', async () => {
    folder.write('plain.yaml', VALID);
    const none = { ...env, STINT_RAM_ENDPOINT: 'http://127.0.0.1:1' };
    expect((await folder.stint(['apply', 'plain.yaml'], none)).exitCode).toBe(0);
  });
});
