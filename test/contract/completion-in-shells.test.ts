// `stint completion` in bash, zsh and fish as they are installed: a Tab at a terminal completes, and runs nothing of the command
// line, of a file's name or of an answer. Where a shell is missing, the skipped tests say what to install.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** CI must not pass for want of a package. */
const isRequired = process.env['CI'] !== undefined || process.env['STINT_REQUIRE_GENERATOR'] !== undefined;
const TIMEOUT_MS = 120_000;

const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'exit']).status === 0;
const missing = ['bash', 'zsh', 'fish'].filter((shell) => !isThere(shell));
const canRun = missing.length === 0 || isRequired;

const BIN = join(import.meta.dirname, '../../clients/cli/bin.mjs');
/** With what bash-completion brings, and without. */
const BASH_COMPLETION = '/usr/share/bash-completion/bash_completion';

const ROLES = ['media-uploader', 'arms-reader'];
/** Written by another program, or by a version with a fault. */
const HOSTILE_ROLES = [
  'media$(touch pwned)',
  'media`touch pwned`',
  "media';touch pwned;'",
  'media\ntouch pwned',
  'media b',
];
const HOSTILE_FILE = "doc$(touch pwned)';touch pwned; b.yaml";

/**
 * Types a line at a terminal of the shell, presses Tab, and gives the words that the shell then has: zsh/zpty is a terminal.
 * $1: the shell; $2: what it reads first; $3: what is typed; $4: what is typed behind Tab.
 */
const TERMINAL = `zmodload zsh/zpty
zpty sh "$1"
zpty -w sh "$2; echo READY-\\$((2-1))"
zpty -r sh seen '*READY-1*'
zpty -wn sh "$3"$'\\t'"$4"$'\\n'
zpty -w sh 'echo DONE-$((1+1))'
zpty -r sh seen '*DONE-2*'
print -r -- "$seen"`;

let folder: string;
let environment: NodeJS.ProcessEnv;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stint-completion-'));
  const [bin, state] = [join(folder, 'bin'), join(folder, 'state', 'stint')];
  mkdirSync(bin);
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const roles = JSON.stringify({ format: 1, roles: [...HOSTILE_ROLES, ...ROLES] });
  writeFileSync(join(state, 'roles.json'), roles, { mode: 0o600 });
  writeFileSync(join(folder, HOSTILE_FILE), '');
  writeFileSync(join(bin, 'stint'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
  chmodSync(join(bin, 'stint'), 0o755);
  environment = {
    PATH: `${bin}${delimiter}${process.env['PATH']}`,
    HOME: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    TERM: 'dumb',
    PS1: '',
    LANG: 'C.UTF-8',
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (program: string, args: readonly string[]): string =>
  execFileSync(program, args, { cwd: folder, env: environment, encoding: 'utf8' });

/** To the start of the line, and back: the shell prints the words of the line. */
const SHOW_WORDS = '\u0001printf "<%s>\\n" \u0005';
const KILL_LINE = '\u0015';

function atTerminal(shell: string, before: string, typed: string, then = SHOW_WORDS): readonly string[] {
  const seen = run('zsh', ['-f', '-c', TERMINAL, 'zsh', shell, before, typed, then]);
  return [...seen.matchAll(/^<(.*)>\r?$/gm)].map(([, word = '']) => word);
}

const inFish = (typed: string): readonly string[] =>
  run('fish', ['--no-config', '-c', 'stint completion fish | source; complete -C $argv[1]', typed])
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0] ?? '');

const SHELLS = [
  ['bash', 'bash --norc -i', 'eval "$(stint completion bash)"'],
  [
    'bash with bash-completion',
    'bash --norc -i',
    `[ -e ${BASH_COMPLETION} ] && . ${BASH_COMPLETION}; eval "$(stint completion bash)"`,
  ],
  ['zsh', 'zsh -f -i', 'eval "$(stint completion zsh)"'],
] as const;

const title = missing.length === 0 ? 'complete' : `needs: install ${missing.join(', ')}`;

describe.skipIf(!canRun)(`completion: ${title}`, () => {
  it.each(SHELLS)(
    '%s completes a command, a value, a role and a file at Tab',
    (_, shell, before) => {
      const words = (typed: string) => atTerminal(shell, before, typed).slice(1);
      expect(words('stint sess')).toEqual(['session-keys']);
      expect(words('stint credentials --format=pow')).toEqual(['credentials', '--format=powershell']);
      expect(words('stint credentials med')).toEqual(['credentials', 'media-uploader']);
      expect(words('stint validate doc')).toEqual(['validate', HOSTILE_FILE]);
      expect(existsSync(join(folder, 'pwned'))).toBe(false);
    },
    TIMEOUT_MS,
  );

  it(
    'fish completes a command, a value, a role and a file',
    () => {
      expect(inFish('stint sess')).toEqual(['session-keys']);
      expect(inFish('stint completion ')).toEqual(['bash', 'fish', 'zsh']);
      expect(inFish('stint credentials --format=pow')).toEqual(['--format=powershell']);
      expect(inFish('stint credentials med')).toEqual(['media-uploader']);
      expect(inFish('stint validate doc')).toEqual([HOSTILE_FILE]);
      expect(existsSync(join(folder, 'pwned'))).toBe(false);
    },
    TIMEOUT_MS,
  );

  /**
   * @attack Shell completion: a command that stands in the line is run at Tab
   * @removed the words as arguments (made a string for `eval`, as completion libraries do)
   * @failed 2 of 7: bash runs nothing of the line at Tab: `expected true to be false`
   */
  it.each(SHELLS)(
    '%s runs nothing of the line at Tab',
    (_, shell, before) => {
      // Not in the word at the cursor: zsh itself expands that one at Tab, for every command.
      atTerminal(shell, before, 'stint credentials $(touch pwned) `touch pwned` med', KILL_LINE);
      expect(existsSync(join(folder, 'pwned'))).toBe(false);
    },
    TIMEOUT_MS,
  );
});
