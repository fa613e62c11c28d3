// `stint setup`: what it shows, asks and writes, for files of every kind, and while other programs write them.
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Terminal } from '../../../../clients/cli/base/terminal.ts';
import { answerJson, startLoopback } from '../../../support/loopback.ts';
import { testFolder } from '../test-terminal.ts';

const CONFIG = '.aliyun/config.json';
const OLD =
  '{"current": "old", "profiles": [{"name": "old", "mode": "AK", "access_key_secret": "canary-secret", "region_id": "cn-beijing"}]}';

const listed = (...roles: readonly string[]) => ({
  roles: roles.map((role) => ({
    role,
    roleArn: `acs:ram::1234567890123456:role/${role}`,
    account: '1234567890123456',
    description: 'A role.',
    maxDurationSeconds: 3600,
    needs: [],
  })),
});

/** A home folder, and a deployment that lists the roles. */
async function start(...roles: readonly string[]) {
  const { url } = await startLoopback(answerJson(listed(...(roles.length > 0 ? roles : ['media', 'arms']))));
  const folder = testFolder();
  const env = { HOME: folder.path, XDG_STATE_HOME: join(folder.path, 'state'), STINT_URL: url };
  folder.write('token', 'a.b.c');
  mkdirSync(join(folder.path, '.aliyun'));
  return {
    folder,
    file: join(folder.path, CONFIG),
    setUp: (argv: readonly string[], ask?: Terminal['ask']) =>
      folder.stint(['setup', ...argv, '--token-file', 'token'], env, undefined, ask),
    remove: (argv: readonly string[]) => folder.stint(['setup', ...argv, '--remove', '--yes'], env),
  };
}

const namesIn = (text: string): readonly string[] =>
  JSON.parse(text).profiles.map(({ name }: { readonly name: string }) => name);

describe('stint setup aliyun', () => {
  it('shows the change, asks, and writes it', async () => {
    const { folder, setUp } = await start();
    folder.write(CONFIG, OLD);
    const asked: string[] = [];
    const run = await setUp(['aliyun', 'media'], async (question) => {
      asked.push(question);
      expect(folder.read(CONFIG)).toBe(OLD);
      return 'yes';
    });
    expect(run).toMatchObject({ exitCode: 0, out: 'aliyun --profile stint-media sts GetCallerIdentity' });
    expect(run.notes).toMatch(/^\+ +1 .*"name":"stint-media"/m);
    expect(asked).toEqual(['Type yes to write it: ']);
    const { profiles } = JSON.parse(folder.read(CONFIG));
    expect(profiles[1].process_command).toMatch(
      /credentials media --format credential-process --url http:\S+ --token-file \/\S+\/token$/,
    );
  });

  it.each(['', 'no', 'y'])('writes nothing when the answer is %j', async (answer) => {
    const { folder, setUp } = await start();
    folder.write(CONFIG, OLD);
    const run = await setUp(['aliyun', 'media'], async () => answer);
    // No line on how to use a profile that is not there.
    expect(run).toMatchObject({
      exitCode: 2,
      out: '',
      notes: expect.stringContaining('Nothing was changed.'),
    });
    expect(folder.read(CONFIG)).toBe(OLD);
  });

  it('writes nothing where nobody can answer, or with --dry-run', async () => {
    const { folder, setUp } = await start();
    expect(await setUp(['aliyun', 'media', '--region', 'cn-hangzhou'])).toMatchObject({
      exitCode: 2,
      out: '',
    });
    const shown = await setUp(['aliyun', 'media', '--region', 'cn-hangzhou', '--dry-run']);
    expect(shown).toMatchObject({ exitCode: 0, out: '' });
    expect(shown.notes).toContain('stint-media');
    expect(readdirSync(join(folder.path, '.aliyun'))).toEqual([]);
  });

  it('says so when nothing is to do', async () => {
    const { folder, file, setUp } = await start();
    folder.write(CONFIG, OLD);
    await setUp(['aliyun', '--all-roles', '--yes']);
    const { ino } = statSync(file);
    const run = await setUp(['aliyun', '--all-roles']);
    expect(run).toMatchObject({ exitCode: 0, notes: `${file} is so already: nothing is to do.` });
    expect(statSync(file).ino).toBe(ino);
  });

  it('makes a profile for each role, and removes one or all of them', async () => {
    const { folder, setUp, remove } = await start();
    folder.write(CONFIG, OLD);
    await setUp(['aliyun', '--all-roles', '--yes']);
    expect(namesIn(folder.read(CONFIG))).toEqual(['old', 'stint-media', 'stint-arms']);
    await remove(['aliyun', 'media']);
    expect(namesIn(folder.read(CONFIG))).toEqual(['old', 'stint-arms']);
    await remove(['aliyun']);
    expect(folder.read(CONFIG)).toBe(OLD);
  });

  it('knows a role by its RoleArn, and refuses one that the person may not take', async () => {
    const { folder, setUp } = await start();
    folder.write(CONFIG, OLD);
    await setUp(['aliyun', 'acs:ram::1234567890123456:role/arms', '--yes']);
    expect(namesIn(folder.read(CONFIG))).toEqual(['old', 'stint-arms']);
    expect(await setUp(['aliyun', 'other', '--yes'])).toMatchObject({ exitCode: 4 });
  });

  it.each([
    [['aliyun', 'media', '--all-roles']],
    [['aliyun', '--all-roles', '--profile', 'x']],
    [['aliyun', 'media', '--profile', 'a b']],
    [['aliyun', 'media', '--region', 'x\ny']],
    [['ossutil', 'media', '--port', '0']],
    [['ossutil', '--all-roles']],
    [['aliyun', 'acs:ram::1234567890123456:role/arms', '--remove']],
  ])('refuses %j', async (argv) => {
    expect(await (await start()).setUp([...argv, '--yes'])).toMatchObject({ exitCode: 2 });
  });
});

it('says what a profile needs that does not name its token', async () => {
  const { folder } = await start();
  const { url } = await startLoopback(answerJson(listed('media')));
  const env = { HOME: folder.path, STINT_URL: url, STINT_TOKEN: 'a.b.c' };
  const { exitCode, notes } = await folder.stint(['setup', 'boto', 'media', '--yes'], env);
  expect(exitCode).toBe(0);
  expect(notes).toContain('Your identity is from STINT_TOKEN: it must be there, too, when the program runs.');
});

describe('the file', () => {
  const setUpArgs = ['aliyun', 'media', '--yes'];

  it('is new and its owner’s alone where there was none', async () => {
    const { folder, file, setUp } = await start();
    expect(await setUp([...setUpArgs, '--region', 'cn-hangzhou'])).toMatchObject({ exitCode: 0 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(folder.read(CONFIG)).current).toBe('stint-media');
  });

  it.each([0o600, 0o640, 0o644])('keeps its mode, %o', async (mode) => {
    const { folder, file, setUp } = await start();
    folder.write(CONFIG, OLD);
    chmodSync(file, mode);
    await setUp(setUpArgs);
    expect(statSync(file).mode & 0o777).toBe(mode);
  });

  it('is changed behind a link, which stays', async () => {
    const { folder, file, setUp } = await start();
    folder.write('dotfiles/aliyun.json', OLD);
    symlinkSync('../dotfiles/aliyun.json', file);
    await setUp(setUpArgs);
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(namesIn(folder.read('dotfiles/aliyun.json'))).toEqual(['old', 'stint-media']);
    expect(readdirSync(join(folder.path, 'dotfiles'))).toEqual(['aliyun.json']);
  });

  it('is replaced whole: a reader of the old one has that whole', async () => {
    const { folder, file, setUp } = await start();
    folder.write(CONFIG, OLD);
    linkSync(file, join(folder.path, 'old'));
    await setUp(setUpArgs);
    expect(folder.read('old')).toBe(OLD);
    expect(readdirSync(join(folder.path, '.aliyun'))).toEqual(['config.json']);
  });

  it.each<readonly [string, (file: string) => void, string]>([
    ['is no JSON', (file) => writeFileSync(file, '{\n"profiles": [],\n}'), ':3: no JSON'],
    ['is no UTF-8', (file) => writeFileSync(file, Buffer.from('{\n"a": "\xff"}', 'latin1')), ':2: no UTF-8'],
    ['is a folder', (file) => mkdirSync(file), 'is no file'],
    ['is too large', (file) => writeFileSync(file, ' '.repeat(2_000_000)), 'too large'],
    ['is a link to nothing', (file) => symlinkSync('nowhere', file), 'a link to a file that is not there'],
  ])('that %s is refused and stays', async (_, make, fault) => {
    const { file, setUp } = await start();
    make(file);
    const before = lstatSync(file).isFile() ? readFileSync(file) : undefined;
    const run = await setUp([...setUpArgs, '--region', 'cn-hangzhou']);
    expect(run).toMatchObject({ exitCode: 2, out: '' });
    expect(run.notes).toContain(fault);
    if (before) expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('has all profiles after many changes at once', async () => {
    const roles = Array.from({ length: 12 }, (_, number) => `role-${number}`);
    const { folder, setUp } = await start(...roles);
    folder.write(CONFIG, OLD);
    const runs = await Promise.all(roles.map((role) => setUp(['aliyun', role, '--yes'])));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual(roles.map(() => 0));
    expect(new Set(namesIn(folder.read(CONFIG)))).toEqual(
      new Set(['old', ...roles.map((role) => `stint-${role}`)]),
    );
  });

  it('keeps what another program saves while the person decides, and the person is asked anew', async () => {
    const { folder, setUp } = await start();
    folder.write(CONFIG, OLD);
    let asked = 0;
    const run = await setUp(['aliyun', 'media', '--region', 'cn-hangzhou'], async () => {
      asked += 1;
      if (asked === 1) folder.write(CONFIG, OLD.replace('"old", "mode"', '"new", "mode"'));
      return 'yes';
    });
    expect(run.notes).toContain('Anew:');
    expect(asked).toBe(2);
    expect(namesIn(folder.read(CONFIG))).toEqual(['new', 'stint-media']);
  });
});

describe('stint setup of other clients', () => {
  it('terraform prints the block that names the profile', async () => {
    const { folder, setUp } = await start();
    folder.write(CONFIG, OLD);
    expect(await setUp(['terraform', 'media', '--yes'])).toMatchObject({
      exitCode: 0,
      out: 'provider "alicloud" {\n  profile = "stint-media"\n}',
    });
    expect(namesIn(folder.read(CONFIG))).toEqual(['old', 'stint-media']);
  });

  it('boto writes the file that AWS_CONFIG_FILE names, or that of the home folder', async () => {
    const { folder, setUp } = await start();
    expect(await setUp(['boto', 'media', '--yes'])).toMatchObject({ exitCode: 0 });
    expect(folder.read('.aws/config')).toMatch(
      /^\[profile stint-media\]\ncredential_process = \/.*aws-process/,
    );
  });

  it('ossutil writes the URL of an agent, and prints the command of that agent', async () => {
    const { folder, setUp } = await start();
    const run = await setUp(['ossutil', 'media', '--region', 'cn-hangzhou', '--yes']);
    const secret = folder.read('state/stint/ossutil.secret');
    expect(folder.read('.ossutilconfig')).toContain(`ecsAk = http://127.0.0.1:9911/${secret}/media\n`);
    expect(run.out).toMatch(/^stint agent media --port 9911 --secret-file '.*ossutil.secret' --url 'http:/);
    expect(run.out + run.notes).not.toContain(secret);
    expect((await setUp(['ossutil', 'media', '--yes'])).notes).toContain('nothing is to do');
  });

  it('ossutil names no agent where the answer is no, since ossutil would not ask it', async () => {
    const { folder, setUp } = await start();
    const run = await setUp(['ossutil', 'media', '--region', 'cn-hangzhou'], async () => 'no');
    expect(run).toMatchObject({
      exitCode: 2,
      out: '',
      notes: expect.not.stringContaining('asks this agent'),
    });
    expect(existsSync(join(folder.path, 'state/stint/ossutil.secret'))).toBe(false);
  });

  it('ossutil makes one secret for two at once, and none with --dry-run', async () => {
    const { folder, setUp } = await start();
    const argv = ['ossutil', 'media', '--region', 'cn-hangzhou'];
    await setUp([...argv, '--dry-run']);
    expect(existsSync(join(folder.path, 'state/stint/ossutil.secret'))).toBe(false);
    await Promise.all([setUp([...argv, '--yes']), setUp([...argv, '--yes'])]);
    expect(folder.read('.ossutilconfig')).toContain(folder.read('state/stint/ossutil.secret'));
  });

  it('ossutil refuses a file that others can read: it is to hold the secret', async () => {
    const { folder, setUp } = await start();
    folder.write('.ossutilconfig', '[Credentials]\nendpoint=e\n');
    chmodSync(join(folder.path, '.ossutilconfig'), 0o644);
    expect(await setUp(['ossutil', 'media', '--yes'])).toMatchObject({ exitCode: 2 });
    expect(folder.read('.ossutilconfig')).not.toContain('ecsAk');
  });

  it('ecs-agent prints the lines and changes nothing', async () => {
    const { folder, setUp } = await start();
    const before = readdirSync(folder.path);
    const { exitCode, out } = await setUp(['ecs-agent', 'media']);
    expect(exitCode).toBe(0);
    expect(out).toContain('\nip addr add 100.100.100.200/32 dev lo\n');
    expect(out).toMatch(/^stint agent media --metadata --url 'http:\S+' --token-file '\/\S+token'$/m);
    expect(out).toContain('\nEnvironment=ALIBABA_CLOUD_CLI_PROFILE_DISABLED=true\n');
    expect(readdirSync(folder.path)).toEqual(before);
  });
});
