// Guarantees: credentials that `stint credentials` keeps are given again for half of their life, and for one sign-in, one role
// and one duration only; signing out and signing in remove them; they are kept in no place that is weaker than the sign-in's.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answerFromCache } from '../../../clients/cli/answer-from-cache.ts';
import { type CliDeployment, problem, startCliDeployment } from '../../support/cli-deployment.ts';
import { MemoryKeychain } from '../../support/memory-keychain.ts';
import { newPerson, type Person } from './person.ts';

const HOUR_MS = 3_600_000;
const ROLE = ['credentials', 'media-uploader', '--format', 'json'];

interface World {
  readonly person: Person;
  readonly deployment: CliDeployment;
  /** The access key ids that vend has given, in order. */
  readonly given: string[];
  /** That of the run; each that vend gives is a new one. */
  take(argv?: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
  cacheFile(folder?: string): string;
}

async function signedIn(person = newPerson()): Promise<World> {
  const deployment = await startCliDeployment();
  await person.logIn(deployment.url);
  const given: string[] = [];
  deployment.vend = async () => {
    const accessKeyId = `STS.number-${given.length + 1}`;
    given.push(accessKeyId);
    const expiration = new Date(Date.now() + HOUR_MS).toISOString();
    return [200, { credentials: { accessKeyId, accessKeySecret: 's', securityToken: 't', expiration } }];
  };
  return {
    person,
    deployment,
    given,
    async take(argv = ROLE, env = {}) {
      const { out, notes } = await person.stint(argv, env);
      return out === '' ? notes : JSON.parse(out).AccessKeyId;
    },
    cacheFile(folder = dirname(person.sessionsFile)) {
      const names = readdirSync(folder).filter((name) => name.startsWith('stint-credentials-'));
      expect(names).toHaveLength(1);
      return join(folder, names[0] ?? '');
    },
  };
}

const runtimeFolder = (): string => mkdtempSync(join(tmpdir(), 'stint-runtime-'));

afterEach(() => vi.useRealTimers());

describe('credentials that an earlier run kept', () => {
  it('are given again, and the deployment is not asked', async () => {
    const { take, given, deployment } = await signedIn();
    const first = await take();
    deployment.requests.length = 0;
    expect(await take()).toBe(first);
    expect(given).toHaveLength(1);
    expect(deployment.requests).toEqual([]);
  });

  it.each([
    ['another role', ['credentials', 'arms-reader', '--format', 'json']],
    ['another duration', [...ROLE, '--duration', '900']],
    ['new ones', [...ROLE, '--no-cache']],
  ])('are not given to a command that wants %s', async (_, argv) => {
    const { take } = await signedIn();
    const first = await take();
    expect(await take(argv)).not.toBe(first);
  });

  it('are not given once half of their life is over, nor when the clock was set back', async () => {
    const { take, given } = await signedIn();
    const now = Date.now();
    vi.useFakeTimers({ now, toFake: ['Date'] });
    await take();
    for (const [at, asked] of [
      [now + HOUR_MS / 2 - 1000, 1],
      [now - 1000, 2],
    ] as const) {
      vi.setSystemTime(at);
      await take();
      expect(given).toHaveLength(asked);
    }
    vi.setSystemTime(now + HOUR_MS / 2);
    await take();
    expect(given).toHaveLength(3);
  });

  it('are given until they expire where the deployment cannot be reached, and not where it refuses', async () => {
    const { take, deployment, person } = await signedIn();
    const first = await take();
    vi.useFakeTimers({ now: Date.now() + 0.6 * HOUR_MS, toFake: ['Date'] });
    deployment.isDown = true;
    expect(await take()).toBe(first);
    expect((await person.stint([...ROLE, '--no-cache'])).exitCode).toBe(3);
    deployment.isDown = false;
    deployment.vend = async () => problem(403, 'access_denied');
    expect(await take()).toContain('no grant gives you this');
    deployment.isDown = true;
    vi.setSystemTime(Date.now() + 0.5 * HOUR_MS);
    expect(await take()).toContain('cannot be reached');
  });

  /**
   * @attack Kept credentials of one identity for a command that has the token of another
   * @removed `isProvedBySignIn`
   * @failed 1 of 19: are not given where a token proves another identity
   */
  it('are not given where a token proves another identity', async () => {
    const { take, given, deployment } = await signedIn();
    await take();
    const answer = await take(ROLE, { STINT_TOKEN: 'another.identity.token', STINT_URL: deployment.url });
    expect(given).not.toContain(answer);
  });

  /**
   * @attack Kept credentials that outlive the sign-in
   * @removed `forgetOtherCredentials` at sign-out; a new id for each sign-in
   * @failed 1; 1 of 19: are removed at sign-out, and at a new sign-in
   */
  it('are removed at sign-out, and at a new sign-in', async () => {
    const { person, take, cacheFile, deployment } = await signedIn();
    const first = await take();
    const file = cacheFile();
    await person.stint(['logout']);
    expect(() => statSync(file)).toThrow('ENOENT');
    expect(await take()).toContain('you are not signed in');
    await person.logIn(deployment.url);
    const second = await take();
    expect(second).not.toBe(first);
    await person.logIn(deployment.url);
    expect(await take()).not.toBe(second);
    expect(cacheFile()).not.toBe(file);
  });

  it('do not keep a person from signing out where they cannot be removed, which is said', async () => {
    const { person, take, cacheFile } = await signedIn();
    await take();
    const file = cacheFile();
    // A folder is not removed as a file is.
    const stuck = join(dirname(file), 'stint-credentials-0');
    mkdirSync(stuck);
    mkdirSync(join(dirname(file), 'roles.json'));
    const { exitCode, notes } = await person.stint(['logout']);
    expect([exitCode, notes]).toEqual([0, expect.stringContaining('could not be removed')]);
    expect(readdirSync(dirname(file))).not.toContain(basename(file));
    expect(await take()).toContain('you are not signed in');
  });
});

describe.skipIf(process.platform === 'win32')('the file of kept credentials', () => {
  it('gives no text that a shell or a terminal could take for more than a value', async () => {
    const { take, given, cacheFile } = await signedIn();
    for (const hostile of ['STS.x\\nexport A=b', 'STS.\\u001b[2J', '']) {
      const kept = await take();
      const text = readFileSync(cacheFile(), 'utf8');
      writeFileSync(cacheFile(), text.replace(kept, hostile));
      expect(await take()).toBe(given.at(-1));
      expect(given.at(-1)).not.toBe(kept);
    }
  });

  it('is its owner’s alone', async () => {
    const { take, cacheFile } = await signedIn();
    await take();
    expect(statSync(cacheFile()).mode & 0o777).toBe(0o600);
  });

  /**
   * @attack Kept credentials that another user wrote or linked
   * @removed the check of mode and owner when the file is read; `O_NOFOLLOW`
   * @failed 1; 1 of 19: is not used where others can read it; is not used where it is a symbolic link: `expected
   *   'STS.number-1' not to be 'STS.number-1'`
   */
  it.each<readonly [string, (file: string) => void]>([
    ['others can read it', (file) => chmodSync(file, 0o644)],
    [
      'it is a symbolic link',
      (file) => {
        renameSync(file, `${file}.elsewhere`);
        symlinkSync(`${file}.elsewhere`, file);
      },
    ],
  ])('is not used where %s', async (_, change) => {
    const { take, cacheFile } = await signedIn();
    const first = await take();
    change(cacheFile());
    expect(await take()).not.toBe(first);
  });

  it('is in the runtime folder, where the system has one', async () => {
    const { take, cacheFile } = await signedIn();
    const runtime = runtimeFolder();
    const first = await take(ROLE, { XDG_RUNTIME_DIR: runtime });
    expect(cacheFile(runtime)).toContain('stint-credentials-');
    expect(await take(ROLE, { XDG_RUNTIME_DIR: runtime })).toBe(first);
  });

  /**
   * @attack Credentials of a sign-in in the keychain, kept on the disk
   * @removed the condition that the sign-in's tokens are in the file; the check of the runtime folder's mode
   * @failed 1; 1 of 19: does not exist for a sign-in in the keychain, unless the runtime folder is this person’s alone:
   *   `expected [ 'STS.number-1' ] to have a length of 3 but got 1`; `expected [ Array(1) ] to deeply equal []`
   */
  it('does not exist for a sign-in in the keychain, unless the runtime folder is this person’s alone', async () => {
    const { take, given, person } = await signedIn(newPerson(new MemoryKeychain()));
    const open = runtimeFolder();
    chmodSync(open, 0o755);
    for (const env of [{}, { XDG_RUNTIME_DIR: open }, { XDG_RUNTIME_DIR: 'relative' }]) await take(ROLE, env);
    expect(given).toHaveLength(3);
    expect(readdirSync(dirname(person.sessionsFile)).join()).not.toContain('credentials');
    expect(readdirSync(open)).toEqual([]);
    const runtime = runtimeFolder();
    expect(await take(ROLE, { XDG_RUNTIME_DIR: runtime })).toBe(
      await take(ROLE, { XDG_RUNTIME_DIR: runtime }),
    );
  });
});

describe('the start of the installed package', () => {
  const context = ({ person }: World) => ({
    env: { XDG_STATE_HOME: dirname(dirname(person.sessionsFile)) },
    folder: '/',
  });

  it.each([
    ['another command', ['roles']],
    ['help', [...ROLE, '--help']],
    ['a mistake in the command line', [...ROLE, '--no-such-option']],
    ['a format that needs a region', ['credentials', 'media-uploader', '--format', 'aliyun']],
    ['a role that is not kept', ['credentials', 'arms-reader']],
    ['no role', ['credentials']],
  ])('leaves to the whole program: %s', async (_, argv) => {
    const world = await signedIn();
    await world.take();
    expect(answerFromCache(argv, context(world))).toBe(false);
  });

  it('leaves a person without a sign-in to it', () => {
    const empty = mkdtempSync(join(tmpdir(), 'stint-empty-'));
    mkdirSync(join(empty, 'stint'), { mode: 0o700 });
    expect(answerFromCache(ROLE, { env: { XDG_STATE_HOME: empty }, folder: '/' })).toBe(false);
  });
});
