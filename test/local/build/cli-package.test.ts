// Guarantees: npm installs the tarball of the command line alone, with an empty home folder and no network; every command starts
// there; packages that commands load on first use work; the same source gives the same tarball.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../clients/cli/main.ts';
import { buildCli } from '../../../scripts/build/cli-package.ts';
import { Browser } from '../../support/browser.ts';
import { startCliDeployment } from '../../support/cli-deployment.ts';
import { newOpener, startedAt } from '../../support/opener.ts';

const ROOT = join(import.meta.dirname, '../../..');
const DOCUMENT = join(ROOT, 'local/access.yaml');
const folder = mkdtempSync(join(tmpdir(), 'stint-cli-package-'));
const [home, prefix] = [join(folder, 'home'), join(folder, 'prefix')];
const stint = join(prefix, process.platform === 'win32' ? 'stint' : 'bin/stint');
/** Nothing of the person who runs the tests: no settings, no cache, no proxy. */
const EMPTY = { HOME: home, PATH: process.env['PATH'] ?? '' };
/** Nothing listens on port 1. */
const NOWHERE = 'http://127.0.0.1:1';
const ADMINISTRATOR = {
  STINT_TABLESTORE_ENDPOINT: NOWHERE,
  STINT_TABLESTORE_INSTANCE: 'test',
  STINT_RAM_ENDPOINT: NOWHERE,
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAItest',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'not-a-secret',
};

async function run(program: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(program, argv, {
    cwd: folder,
    env: { ...EMPTY, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exitCode: await exitCode, out, errors };
}

let built: Awaited<ReturnType<typeof buildCli>>;

beforeAll(async () => {
  mkdirSync(home);
  mkdirSync(prefix);
  built = await buildCli(join(folder, 'dist'));
  const install = ['install', '--global', '--offline', '--prefix', prefix, built.tarball];
  const { exitCode, errors } = await run('npm', install);
  expect([exitCode, errors]).toEqual([0, '']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the installed command line', () => {
  it('names its version, which is that of this clone', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(await run(stint, ['--version'])).toEqual({ exitCode: 0, out: `${version}\n`, errors: '' });
  });

  it.skipIf(!('enableCompileCache' in nodeModule) || process.platform === 'win32').each([
    ['only its user can write to', 0o700, true],
    ['others can write to', 0o777, false],
  ])('keeps compiled code in a folder that %s: %s', async (_name, mode, isKept) => {
    const cache = mkdtempSync(join(folder, 'cache-'));
    mkdirSync(join(cache, 'stint'));
    chmodSync(join(cache, 'stint'), mode);
    await run(stint, ['--version'], { XDG_CACHE_HOME: cache });
    const compiled = join(cache, 'stint/compiled');
    expect(existsSync(compiled) && readdirSync(compiled).length > 0).toBe(isKept);
  });

  it('is private and scoped, and has no package but the optional keychain', () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'dist/cli/package.json'), 'utf8'));
    expect(manifest).toMatchObject({ name: '@stint/cli', private: true, bin: { stint: 'stint.cjs' } });
    expect(Object.keys(manifest.optionalDependencies)).toEqual(['@napi-rs/keyring']);
    expect(manifest.dependencies).toBeUndefined();
    expect(manifest.scripts).toBeUndefined();
  });

  it('brings the licence of each package in it', () => {
    const licenses = readFileSync(join(folder, 'dist/cli/THIRD-PARTY-LICENSES.txt'), 'utf8');
    expect(built.packages.length).toBeGreaterThan(20);
    for (const path of built.packages)
      expect(licenses).toContain(`${path.replace(/^.*node_modules\//, '')}\n==`);
  });

  it.each(Object.keys(COMMANDS))('starts stint %s', async (name) => {
    const { exitCode, out, errors } = await run(stint, [name, '--help']);
    expect([exitCode, errors]).toEqual([0, '']);
    expect(out).toContain(`Usage: stint ${name}`);
  });

  it('suggests the command that was meant', async () => {
    const { exitCode, errors } = await run(stint, ['lgoin']);
    expect([exitCode, errors]).toEqual([2, expect.stringContaining('Did you mean login?')]);
  });

  it.each([
    ['reads documents', ['validate', DOCUMENT], {}, 0, 'valid'],
    ['evaluates conditions', ['test', DOCUMENT], {}, 0, '0 failed'],
    ['asks Tablestore', ['plan', '--offline-policies', DOCUMENT], ADMINISTRATOR, 3, 'Tablestore'],
    ['asks RAM', ['policy', 'fetch', 'AliyunOSSReadOnlyAccess'], ADMINISTRATOR, 3, 'RAM'],
    [
      'uses a proxy',
      ['login', '--url', 'https://x.invalid'],
      { HTTPS_PROXY: NOWHERE },
      3,
      'cannot be reached',
    ],
  ] as const)('%s', async (_, argv, env, exitCode, words) => {
    const ended = await run(stint, argv, env);
    expect(ended).toMatchObject({ exitCode });
    expect(ended.out + ended.errors).toContain(words);
  });

  it('signs in without a keychain', async () => {
    const deployment = await startCliDeployment();
    const opener = newOpener(folder);
    const env = { ...opener.env, PATH: `${opener.env['PATH']}${delimiter}${EMPTY.PATH}` };
    const login = run(stint, ['login', '--url', deployment.url, '--store', 'file'], env);
    await new Browser((request) => fetch(request)).open(await startedAt(await opener.next(login)));
    expect(await login).toMatchObject({ exitCode: 0, out: expect.stringContaining('corp|alice') });
    expect(await run(stint, ['whoami'])).toMatchObject({ exitCode: 0 });
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    const credentials = {
      accessKeyId: 'STS.kept',
      accessKeySecret: 'secret',
      securityToken: 'token',
      expiration,
    };
    deployment.vend = async () => [200, { credentials }];
    const first = await run(stint, ['credentials', 'media-uploader']);
    expect(first).toMatchObject({ exitCode: 0, out: expect.stringContaining('STS.kept') });
    deployment.isDown = true;
    expect(await run(stint, ['credentials', 'media-uploader'])).toEqual(first);
  });
});

it('the same source gives the same tarball', async () => {
  const again = await buildCli(join(folder, 'again'));
  expect(Buffer.from(again.bytes).equals(built.bytes)).toBe(true);
});
