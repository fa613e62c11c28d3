// The command line as a whole: its help, its exit codes, where its settings come from, and how faults are told.
import { describe, expect, it } from 'vitest';
import { MAX_DOCUMENT_BYTES } from '../../../shared/rules/yaml/parse-yaml.ts';
import { edited, VALID } from '../rules/documents.ts';
import { testFolder } from './test-terminal.ts';

const SETTINGS = {
  STINT_TABLESTORE_ENDPOINT: 'http://127.0.0.1:1', // nothing listens on port 1
  STINT_TABLESTORE_INSTANCE: 'test',
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAItest',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'canary-secret',
};
const asFile = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

describe('stint --help', () => {
  it.each([
    [['--help'], 'Exit codes: 0 done'],
    [['apply', '--help'], 'stint apply access.yaml'],
    [['plan', '--help'], 'stint plan access.yaml'],
    [['validate', '--help'], 'stint validate access.yaml'],
    [['test', '--help'], 'stint test access.yaml'],
    [['lint', '--help'], 'stint lint --strict access/'],
    [['fmt', '--help'], 'stint fmt --check access/'],
    [['tables', 'create', '--help'], 'stint tables create'],
    [['login', '--help'], 'stint login --url https://stint.example.com'],
    [['logout', '--help'], 'stint logout --url'],
    [['roles', '--help'], 'stint roles --json'],
    [['credentials', '--help'], 'eval "$(stint credentials media-uploader)"'],
    [['whoami', '--help'], 'stint whoami --json'],
    [['policy', 'fetch', '--help'], 'stint policy fetch AliyunOSSReadOnlyAccess'],
  ])('explains %j, with examples, and succeeds', async (argv, example) => {
    const { exitCode, out } = await testFolder().stint(argv);
    expect(out).toContain(example);
    expect(exitCode).toBe(0);
  });
});

/** The commands that the help of `argv` names, without the one that shows help. */
async function subcommandsOf(argv: readonly string[]): Promise<readonly string[]> {
  const { out } = await testFolder().stint([...argv, '--help']);
  const [, commands = ''] = out.split('\nCommands:\n');
  const names = [...(commands.split('\n\n')[0] ?? '').matchAll(/^ {2}([a-z-]+)/gm)].map(
    ([, name = '']) => name,
  );
  return names.filter((name) => name !== 'help');
}

describe('every command that stint --help names', () => {
  it('shows examples in its help, and so does each of its subcommands', async () => {
    const commands = (await subcommandsOf([])).map((name) => [name]);
    const nested = await Promise.all(
      commands.map(async (argv) => (await subcommandsOf(argv)).map((name) => [...argv, name])),
    );
    const all = [[], ...commands, ...nested.flat()];
    expect(all.map((argv) => argv.join(' '))).toEqual(
      expect.arrayContaining(['credentials', 'keys revoke', 'saml-keys rotate', 'policy fetch']),
    );
    for (const argv of all)
      expect((await testFolder().stint([...argv, '--help'])).out).toMatch(/Examples:\n {2}\S/);
  });

  it('works when it alone is loaded', async () => {
    const { out } = await testFolder().stint(['--help']);
    const names = [...out.matchAll(/^ {2}([a-z-]+) .* {2}/gm)].map(([, name = '']) => name);
    const own = names.filter((name) => !name.startsWith('-') && name !== 'help');
    expect(own).toEqual(expect.arrayContaining(['credentials', 'apply', 'session-keys']));
    for (const name of own)
      expect((await testFolder().stint([name, '--help'])).out).toContain(`Usage: stint ${name}`);
  });
});

describe('a wrong command line', () => {
  it.each([
    ['no command', [], 'Usage: stint'],
    ['an unknown command', ['aply'], 'Did you mean apply?'],
    ['no file', ['apply'], "missing required argument 'file'"],
    ['an unknown option', ['apply', '--force', 'a.yaml'], "unknown option '--force'"],
    ['an option without its value', ['apply', 'a.yaml', '--env'], 'argument missing'],
    ['a file that is not there', ['validate', 'missing.yaml'], 'cannot read missing.yaml: check the name'],
    ['an --env file that is not there', ['plan', 'missing.yaml', '--env', 'x.env'], 'cannot read the file'],
    ['a policy of an unknown type', ['policy', 'fetch', 'A', '--type', 'Any'], 'Allowed choices are System'],
    ['a policy without a key for RAM', ['policy', 'fetch', 'A'], 'ALIBABA_CLOUD_ACCESS_KEY_ID is missing'],
    ['no settings', ['tables', 'create'], 'STINT_TABLESTORE_ENDPOINT is missing'],
  ])('exits with 2 and says so: %s', async (_name, argv, says) => {
    const { exitCode, notes, out } = await testFolder().stint(argv);
    expect(notes).toContain(says);
    expect([exitCode, out]).toEqual([2, '']);
  });
});

describe('stint validate', () => {
  it('accepts a valid document without settings', async () => {
    const folder = testFolder();
    folder.write('access.yaml', VALID);
    expect(await folder.stint(['validate', 'access.yaml'])).toEqual({
      exitCode: 0,
      out: 'access.yaml: valid; 1 providers, 1 roles, 2 grants',
      notes: '',
    });
  });

  it('names file, line, column and fix of every fault, and exits with 1', async () => {
    const folder = testFolder();
    folder.write(
      'access.yaml',
      edited('id: staff', 'id: own-prefix', edited('Seconds: 1800', 'Seconds: 9999')),
    );
    const { exitCode, notes } = await folder.stint(['validate', 'access.yaml']);
    expect(notes.split('\n')).toEqual([
      'access.yaml:16:5: grants[0].maxDurationSeconds: use at most 3600, the maxDurationSeconds of role media-uploader',
      'access.yaml:26:5: grants[1].id: give it an id of its own: grants[0] has the same',
      'Nothing was changed.',
    ]);
    expect(exitCode).toBe(1);
  });

  it('gives the faults to a program as JSON', async () => {
    const folder = testFolder();
    folder.write('access.yaml', edited('id: staff', 'id: own-prefix'));
    const { exitCode, out } = await folder.stint(['validate', '--json', 'access.yaml']);
    expect(JSON.parse(out)).toMatchObject({ valid: false, faults: [{ line: 26, path: 'grants[1].id' }] });
    expect(exitCode).toBe(1);
  });

  it.each([
    ['text that is not UTF-8', Uint8Array.of(0x61, 0xff), 'is not UTF-8 text'],
    ['a file over the size limit', new Uint8Array(MAX_DOCUMENT_BYTES + 1), 'is too large'],
  ])('exits with 2 for %s', async (_name, content, says) => {
    const folder = testFolder();
    folder.write('access.yaml', content);
    const { exitCode, notes } = await folder.stint(['validate', 'access.yaml']);
    expect(notes).toContain(says);
    expect(exitCode).toBe(2);
  });
});

describe('where the settings come from', () => {
  const applyIn = async (files: Readonly<Record<string, string>>, argv: readonly string[], env = {}) => {
    const folder = testFolder();
    folder.write('access.yaml', VALID);
    for (const [name, content] of Object.entries(files)) folder.write(name, content);
    return folder.stint(['plan', 'access.yaml', ...argv], env);
  };

  it('is the environment when it names an endpoint', async () => {
    const run = await applyIn({ '.stint/admin.env': '' }, [], SETTINGS);
    expect(run.notes).not.toContain('using the local cloud');
    expect(run.exitCode).toBe(3);
  });

  it('is else the local cloud of this folder, which is announced', async () => {
    const run = await applyIn({ '.stint/admin.env': asFile(SETTINGS) }, []);
    expect(run.notes).toMatch(/^using the local cloud: \.stint\/admin\.env\n/);
    expect(run.exitCode).toBe(3);
  });

  /**
   * @attack A stranger's .stint/admin.env: what a person applies or stores goes into the stranger's account
   * @removed from cloud-settings.ts, that the file of the local cloud names servers of this machine alone
   * @failed 1 of 41: is no local cloud of a stranger: `expected [ 3, …(1) ] to deeply equal [ 2, StringContaining{…} ]`
   */
  it('is no local cloud of a stranger', async () => {
    const strange = asFile({ ...SETTINGS, STINT_RAM_ENDPOINT: 'https://ram.evil.example' });
    const run = await applyIn({ '.stint/admin.env': strange }, []);
    expect([run.exitCode, run.notes]).toEqual([2, expect.stringContaining('is not of this machine')]);
  });

  it('is else deployment.env, with the keys of the environment, and with no endpoint of a stranger', async () => {
    const { ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET } = SETTINGS;
    const keys = { ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET };
    const { STINT_TABLESTORE_ENDPOINT, STINT_TABLESTORE_INSTANCE } = SETTINGS;
    const own = asFile({ STINT_TABLESTORE_ENDPOINT, STINT_TABLESTORE_INSTANCE });
    expect((await applyIn({ 'deployment.env': own }, [], keys)).exitCode).toBe(3);
    expect((await applyIn({ 'deployment.env': own }, [])).notes).toContain('ACCESS_KEY_ID is missing');
    const strange = asFile({ STINT_TABLESTORE_ENDPOINT: 'https://evil.example', STINT_TABLESTORE_INSTANCE });
    const refused = await applyIn({ 'deployment.env': strange }, [], keys);
    expect([refused.exitCode, refused.notes]).toEqual([
      2,
      expect.stringContaining('no endpoint of Tablestore'),
    ]);
    const both = await applyIn({ 'deployment.env': own, '.stint/admin.env': asFile(SETTINGS) }, []);
    expect(both.notes).toContain('.stint/admin.env, and not deployment.env');
  });

  it('is the file of --env alone: a key of the environment is not used with its endpoint', async () => {
    const { STINT_TABLESTORE_ENDPOINT, STINT_TABLESTORE_INSTANCE } = SETTINGS;
    const file = asFile({ STINT_TABLESTORE_ENDPOINT, STINT_TABLESTORE_INSTANCE });
    const run = await applyIn({ 'prod.env': file }, ['--env', 'prod.env'], SETTINGS);
    expect(run.notes).toContain('ALIBABA_CLOUD_ACCESS_KEY_ID is missing');
    expect(run.exitCode).toBe(2);
  });

  it('may not be plain http elsewhere, since the requests carry the document', async () => {
    const env = { ...SETTINGS, STINT_TABLESTORE_ENDPOINT: 'http://example.com' };
    const run = await applyIn({}, [], env);
    expect(run.notes).toContain('STINT_TABLESTORE_ENDPOINT must be an https URL');
    expect(run.exitCode).toBe(2);
  });
});

describe('a service that does not answer', () => {
  it.each([
    ['apply', ['apply', 'access.yaml']],
    ['plan', ['plan', 'access.yaml']],
    ['tables create', ['tables', 'create']],
  ])('makes %s exit with 3, say what to check and keep the key to itself', async (_name, argv) => {
    const folder = testFolder();
    folder.write('access.yaml', VALID);
    const { exitCode, notes, out } = await folder.stint(argv, SETTINGS);
    expect(notes).toContain('check STINT_TABLESTORE_ENDPOINT');
    expect(exitCode).toBe(3);
    expect(notes + out).not.toContain('canary');
  });

  it('is told to a program as JSON', async () => {
    const folder = testFolder();
    folder.write('access.yaml', VALID);
    const { out } = await folder.stint(['apply', '--json', 'access.yaml'], SETTINGS);
    expect(JSON.parse(out)).toMatchObject({
      ...{ format: 1, result: 'not-read' },
      fault: { fault: { code: 'Network' } },
    });
  });
});
