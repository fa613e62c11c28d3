// What the commands for private keys have in common: print them for the deployer's environment, or write them to a file
// that only they can read. Kept nowhere else.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type * as z from 'zod';
import { readJson } from '../../../shared/kernel/read-json.ts';
import { EXIT, type ExitCode } from '../base/exit-code.ts';
import { OWNER_ONLY, replacePrivateFile } from '../base/replace-file.ts';
import type { Terminal } from '../base/terminal.ts';
import type { Cli } from './command.ts';

const FILE_OPTION = ['--file <file>', 'keep them in this file instead of printing them'] as const;

export interface KeyKind<Keys> {
  /** The command; with spaces in place of its dashes, what the keys are called. */
  readonly name: string;
  readonly variable: string;
  readonly description: string;
  readonly file: string;
  readonly schema: z.ZodType<Keys>;
  make(): Keys;
  rotate(keys: Keys): Keys;
  /** What a rotation does, for the help. */
  readonly rotation: string;
  /** What to do after a rotation that made these, and what it means for people. */
  afterRotation(keys: Keys): string;
}

function readKeys<Keys>(file: string, schema: z.ZodType<Keys>): Keys | undefined {
  try {
    return readJson(schema, readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function writeNew(file: string, text: string): void {
  writeFileSync(file, text, { mode: OWNER_ONLY, flag: 'wx' });
}

function write(file: string, keys: unknown, isNew: boolean, terminal: Terminal): ExitCode {
  try {
    (isNew ? writeNew : replacePrivateFile)(file, `${JSON.stringify(keys)}\n`);
    return EXIT.ok;
  } catch {
    terminal.note(`${file}: cannot be written${isNew ? ', or is there already' : ''}`);
    return EXIT.usage;
  }
}

function makeNew<Keys>(kind: KeyKind<Keys>, file: string | undefined, terminal: Terminal): ExitCode {
  const keys = kind.make();
  if (file === undefined) terminal.out(JSON.stringify(keys));
  const code = file === undefined ? EXIT.ok : write(file, keys, true, terminal);
  if (code === EXIT.ok)
    terminal.note(
      `This is the value of ${kind.variable}. Keep it secret, in ${kind.file} where you deploy from, and deploy: npm run deploy.`,
    );
  return code;
}

function rotate<Keys>(kind: KeyKind<Keys>, file: string, terminal: Terminal): ExitCode {
  const keys = readKeys(file, kind.schema);
  if (!keys) {
    terminal.note(`${file}: holds no ${kind.name.replace('-', ' ')}; stint ${kind.name} new makes them`);
    return EXIT.usage;
  }
  const rotated = kind.rotate(keys);
  const code = write(file, rotated, false, terminal);
  if (code === EXIT.ok) terminal.note(kind.afterRotation(rotated));
  return code;
}

const help = ({ name, variable, file }: Pick<KeyKind<unknown>, 'name' | 'variable' | 'file'>): string => `
Examples:
  stint ${name} new --file ${file}
  stint ${name} rotate ${file}
  ${variable}_FILE=${file} npm run deploy`;

export function addKeyCommand<Keys>({ program, terminal, finish }: Cli, kind: KeyKind<Keys>): void {
  const group: Command = program
    .command(kind.name)
    .description(kind.description)
    .addHelpText('after', help(kind));
  group
    .command('new')
    .description('make the first ones')
    .option(...FILE_OPTION)
    .action(({ file }: { readonly file?: string }) => finish(makeNew(kind, file, terminal)));
  group
    .command('rotate')
    .description(kind.rotation)
    .argument('<file>', `what ${kind.name} new wrote; it is written anew`)
    .action((file: string) => finish(rotate(kind, file, terminal)));
}
