// `stint session-keys`: the private keys that sign the portal's session tokens. Printed for the deployer's environment,
// or written to a file that only they can read; kept nowhere else.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parseStrictJson } from '../../../shared/kernel/parse-strict-json.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { makeSessionKeys, rotateSessionKeys, SessionKeySet } from '../make-session-keys.ts';
import type { Terminal } from '../terminal.ts';
import type { Cli } from './command.ts';

const OWNER_ONLY = 0o600;
const FILE_OPTION = ['--file <file>', 'keep them in this file instead of printing them'] as const;

const AFTER_NEW = 'Set STINT_SESSION_KEYS to this where you deploy from, keep it secret, and deploy.';
const AFTER_ROTATION =
  'Set STINT_SESSION_KEYS to this and deploy. Nobody is signed out: the new signing key was published by the last deployment, and the old one still verifies.';

const HELP = `
Examples:
  stint session-keys new --file session-keys.json
  stint session-keys rotate session-keys.json
  export STINT_SESSION_KEYS="$(cat session-keys.json)" && npx s deploy`;

function readKeys(file: string): SessionKeySet | undefined {
  try {
    const json = parseStrictJson(readFileSync(file, 'utf8'));
    return json.ok ? SessionKeySet.safeParse(json.value).data : undefined;
  } catch {
    return undefined;
  }
}

function write(file: string, keys: SessionKeySet, flag: 'w' | 'wx', terminal: Terminal): ExitCode {
  try {
    writeFileSync(file, `${JSON.stringify(keys)}\n`, { mode: OWNER_ONLY, flag });
    return EXIT.ok;
  } catch {
    terminal.note(`${file}: cannot be written${flag === 'wx' ? ', or is there already' : ''}`);
    return EXIT.usage;
  }
}

function makeNew(file: string | undefined, terminal: Terminal): ExitCode {
  const keys = makeSessionKeys();
  if (file === undefined) terminal.out(JSON.stringify(keys));
  const code = file === undefined ? EXIT.ok : write(file, keys, 'wx', terminal);
  if (code === EXIT.ok) terminal.note(AFTER_NEW);
  return code;
}

function rotate(file: string, terminal: Terminal): ExitCode {
  const keys = readKeys(file);
  if (!keys) {
    terminal.note(`${file}: holds no session keys; stint session-keys new makes them`);
    return EXIT.usage;
  }
  const code = write(file, rotateSessionKeys(keys), 'w', terminal);
  if (code === EXIT.ok) terminal.note(AFTER_ROTATION);
  return code;
}

export function addSessionKeys({ program, terminal, finish }: Cli): void {
  const group: Command = program
    .command('session-keys')
    .description('the private keys that sign the portal’s session tokens (STINT_SESSION_KEYS)')
    .addHelpText('after', HELP);
  group
    .command('new')
    .description('make the first ones')
    .option(...FILE_OPTION)
    .action(({ file }: { readonly file?: string }) => finish(makeNew(file, terminal)));
  group
    .command('rotate')
    .description('let the next key sign, and make the one after it')
    .argument('<file>', 'what session-keys new wrote; it is written anew')
    .action((file: string) => finish(rotate(file, terminal)));
}
