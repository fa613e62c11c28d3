// Every command ends with the exit codes that docs/command-line.md lists, prints nothing to parse when it was called wrongly,
// corrects a mistyped word, and gives JSON where programs read its output.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../clients/cli/base/command-fault.ts';
import { processTerminal } from '../../../clients/cli/base/terminal.ts';
import { COMMANDS } from '../../../clients/cli/main.ts';
import { edited, VALID } from '../rules/documents.ts';
import { testFolder } from './test-terminal.ts';

const program = new Command('stint');
for (const load of Object.values(COMMANDS))
  (await load())({
    program,
    terminal: processTerminal(),
    argv: [],
    loadCommands: async () => program,
    finish: () => undefined,
  });

interface Leaf {
  readonly words: readonly string[];
  readonly command: Command;
}

const leavesOf = (command: Command, before: readonly string[]): readonly Leaf[] => {
  const words = [...before, command.name()];
  const below = command.commands.flatMap((one) => leavesOf(one, words));
  return below.length > 0 ? below : [{ words, command }];
};
const LEAVES = program.commands.flatMap((command) => leavesOf(command, []));
const EVERY = LEAVES.map(({ words, command }) => [words.join(' '), words, command] as const);
/** Not `keys`, whose second word may be a provider. */
const GROUPS = program.commands.filter((one) => one.commands.length > 0 && one.name() !== 'keys');

/** Their output is a line for people, lines for a shell, a document, or JSON in any case. */
const WITHOUT_JSON = new Set([
  ...['login', 'logout', 'credentials', 'exec', 'console'],
  ...['export', 'fmt', 'policy fetch', 'keys approve', 'keys revoke', 'flush', 'tables create'],
  ...[
    'secret remove',
    'secret set',
    'session-keys new',
    'session-keys rotate',
    'saml-keys new',
    'saml-keys rotate',
    'completion',
    'caller-proof',
  ],
  ...['block', 'unblock', 'contain', 'role add', 'role import', 'role remove', 'scim token revoke'],
]);

/** commander names a required option that is missing before it names one that is wrong. */
const requiredBy = ({ options }: Command): readonly string[] =>
  options.flatMap(({ mandatory, long }) => (mandatory && long !== undefined ? [long, '1h'] : []));

describe('every command', () => {
  it('is listed here, or has --json', () => {
    const without = EVERY.filter(([, , { options }]) => !options.some(({ long }) => long === '--json'));
    // stint setup writes files, for whatever client.
    const names = without.map(([name]) => name).filter((name) => !name.startsWith('setup '));
    expect(names.toSorted()).toEqual([...WITHOUT_JSON].toSorted());
  });

  it.each(EVERY)('exits with 2 for an option that it does not have: %s', async (_, words, command) => {
    const argv = [...words, ...requiredBy(command), '--no-such-option'];
    const { exitCode, out, notes } = await testFolder().stint(argv);
    expect([exitCode, out]).toEqual([EXIT.usage, '']);
    expect(notes).toContain("unknown option '--no-such-option'");
  });

  it.each(EVERY)('corrects a mistyped option: %s', async (_, words, command) => {
    const long = command.options.find((one) => !one.hidden && (one.long?.length ?? 0) > 5)?.long ?? '--help';
    const { exitCode, notes } = await testFolder().stint([
      ...words,
      ...requiredBy(command),
      long.slice(0, -1),
    ]);
    expect([exitCode, notes]).toEqual([EXIT.usage, expect.stringContaining(`(Did you mean ${long}?)`)]);
  });

  it.each(Object.keys(COMMANDS).filter((name) => name.length > 3))(
    'is suggested when mistyped: %s',
    async (name) => {
      const { exitCode, notes } = await testFolder().stint([`${name.slice(0, -1)}q`]);
      expect([exitCode, notes]).toEqual([EXIT.usage, expect.stringMatching(/Did you mean (?:one of )?\S/)]);
    },
  );

  it.each(GROUPS.flatMap((group) => group.commands.map((one) => [group.name(), one.name()] as const)))(
    'is suggested when its second word is mistyped: %s %s',
    async (group, name) => {
      const { exitCode, out, notes } = await testFolder().stint([group, `${name}q`]);
      expect([exitCode, out]).toEqual([EXIT.usage, '']);
      expect(notes).toContain(`Did you mean ${name}?`);
    },
  );
});

const AWAY = 'http://127.0.0.1:1'; // nothing listens on port 1
const ADMIN = {
  STINT_TABLESTORE_ENDPOINT: AWAY,
  STINT_TABLESTORE_INSTANCE: 'test',
  STINT_RAM_ENDPOINT: AWAY,
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAItest',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'canary-secret',
};
const JOB = { STINT_URL: AWAY, STINT_TOKEN: 'a.b.c' };
const WRONG = edited('id: staff', 'id: own-prefix');
const FILE = 'access.yaml';

type Call = readonly [
  code: number,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  text?: string,
];

/** What each code of the table means, for each command that can end so without a service. */
const CALLS: readonly Call[] = [
  [EXIT.ok, ['validate', FILE], {}],
  [EXIT.ok, ['lint', FILE], {}],
  [EXIT.ok, ['completion', 'bash'], {}],
  [EXIT.ok, ['session-keys', 'new'], {}],
  [EXIT.ok, ['console', 'media-uploader', '--print-url'], { STINT_URL: 'https://stint.example.com' }],
  [EXIT.ok, ['--version'], {}],
  [EXIT.document, ['validate', FILE], {}, WRONG],
  [EXIT.document, ['test', FILE], {}, WRONG],
  [EXIT.document, ['lint', FILE], {}, WRONG],
  [EXIT.document, ['plan', FILE], ADMIN, WRONG],
  [EXIT.document, ['apply', FILE], ADMIN, WRONG],
  [EXIT.usage, ['validate', 'missing.yaml'], {}],
  [EXIT.usage, ['plan', FILE], {}],
  [EXIT.usage, ['flush'], {}],
  [EXIT.usage, ['history'], {}],
  [EXIT.usage, ['login'], {}],
  [EXIT.usage, ['agent'], JOB],
  [EXIT.usage, ['completion', 'csh'], {}],
  [EXIT.usage, ['console', 'r', '--to', 'oss'], JOB],
  ...[
    ['login', '--url', AWAY],
    ['whoami'],
    ['roles'],
    ['credentials', 'r'],
    ['exec', 'r', '--', 'true'],
    ['explain', 'r'],
  ].map((argv): Call => [EXIT.service, argv, JOB]),
  ...[
    ['plan', FILE],
    ['apply', FILE],
    ['history'],
    ['diff', '1', '2'],
    ['rollback', '1'],
    ['export'],
    ['keys'],
    ['flush'],
    ['tables', 'create'],
    ['policy', 'fetch', 'AliyunOSSReadOnlyAccess'],
  ].map((argv): Call => [EXIT.service, argv, ADMIN]),
  ...[
    ['whoami'],
    ['roles'],
    ['credentials', 'r'],
    ['exec', 'r', '--', 'true'],
    ['explain', 'r'],
    ['agent', 'r'],
    ['console'],
  ].map((argv): Call => [EXIT.refused, argv, { STINT_URL: AWAY }]),
];

describe('the exit codes', () => {
  it('are those of the table in docs/command-line.md, and of stint --help', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/command-line.md'), 'utf8');
    const [, table = ''] = page.split('\n| exit code |');
    const rows = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| (\d+) /gm)].map(([, code]) => Number(code));
    expect(rows).toEqual(Object.values(EXIT));
    const { out } = await testFolder().stint(['--help']);
    const [, codes = ''] = out.split('Exit codes:');
    expect([...codes.matchAll(/(?<=^ |, |\n {2})\d(?= )/g)].map(([code]) => Number(code))).toEqual(rows);
  });

  it.each(CALLS.map(([code, argv, env, text = VALID]) => [code, argv, env, text] as const))(
    '%i: stint %j',
    async (code, argv, env, text) => {
      const folder = testFolder();
      folder.write(FILE, text);
      const { exitCode, out, notes } = await folder.stint(argv, { HOME: folder.path, ...env });
      expect(exitCode, notes).toBe(code);
      if (code >= EXIT.usage) expect(out).toBe('');
      if (code !== EXIT.ok) expect(notes).not.toBe('');
      expect(out + notes).not.toContain('canary');
    },
  );
});
