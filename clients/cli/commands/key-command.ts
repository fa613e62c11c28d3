// What the commands for Stint's own private keys have in common: `new` prints the keys for the deployer's environment or
// writes them to a file that only its owner can read, and `rotate` changes that file. The keys are kept nowhere else.
import { readFileSync, writeFileSync } from 'node:fs';
import type * as z from 'zod';
import type { OwnKeyKind } from '../../../shared/kernel/private-key-store.ts';
import { readJson } from '../../../shared/kernel/read-json.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { OWNER_ONLY, replacePrivateFile } from '../base/replace-file.ts';
import type { Terminal } from '../base/terminal.ts';
import { orderKeys } from '../keys/order-keys.ts';
import { type Cli, ENV_OPTION, type EnvOptions, finishWith, formatExamplesWithSettings } from './command.ts';

export interface KeyKind<Keys> {
  /** The command; with spaces in place of its dashes, the name of the keys in messages. */
  readonly name: string;
  /** The environment variable that holds the keys. */
  readonly variable: string;
  readonly description: string;
  /** The file that `npm run deploy` reads unless told otherwise. */
  readonly file: string;
  readonly schema: z.ZodType<Keys>;
  make(): Keys;
  rotate(keys: Keys): Keys;
  /** What a rotation does, for the help. */
  readonly rotation: string;
  /** Where login keeps the keys itself: the kind of an order, and the option that it needs. */
  readonly order: { readonly kind: OwnKeyKind; readonly isUrgent: boolean };
  /** What to do after a rotation that gave these keys, and what people will notice. */
  afterRotation(keys: Keys): string;
}

export function addKeyCommand<Keys>(cli: Cli, kind: KeyKind<Keys>): void {
  const { name, variable, file: defaultFile } = kind;
  const help = formatExamplesWithSettings(
    kind.order.isUrgent ? `stint ${name} rotate --now` : `stint ${name} rotate`,
    `stint ${name} new --file ${defaultFile}`,
    `stint ${name} rotate ${defaultFile}`,
    `${variable}_FILE=${defaultFile} npm run deploy`,
  );
  const group = cli.program.command(name).description(kind.description).addHelpText('after', help);
  group
    .command('new')
    .description('make the first keys')
    .option('--file <file>', 'write the keys to this file instead of printing them')
    .addHelpText('after', help)
    .action(({ file }: { readonly file?: string }) => finishWith(cli, makeNew(kind, file, cli.terminal)));
  const rotation = group
    .command('rotate')
    .description(kind.rotation)
    .argument(
      '[file]',
      `the file that stint ${name} new wrote; its content is replaced. Without it: an order to login`,
    )
    .option(...ENV_OPTION)
    .addHelpText('after', help);
  if (kind.order.isUrgent)
    rotation.option('--now', 'order login, which keeps the keys itself, to make new ones at once');
  rotation.action((file: string | undefined, { now = false, env }: RotateOptions) =>
    finishWith(cli, rotateOrOrder(kind, file, now, env, cli.terminal)),
  );
}

interface RotateOptions extends EnvOptions {
  readonly now?: boolean;
}

function rotateOrOrder<Keys>(
  kind: KeyKind<Keys>,
  file: string | undefined,
  now: boolean,
  env: string | undefined,
  terminal: Terminal,
): Result<void, CommandFault> | Promise<Result<void, CommandFault>> {
  const { name, order } = kind;
  if (file !== undefined) return now ? wrongUsage('give a file or --now') : rotate(kind, file, terminal);
  if (order.isUrgent && !now)
    return wrongUsage(
      `login changes its own ${name.replace('-', ' ')} by itself. After a leak, add --now; for keys in a file, name the file`,
    );
  return orderKeys(order.kind, env, terminal);
}

function makeNew<Keys>(
  kind: KeyKind<Keys>,
  file: string | undefined,
  { out, note }: Terminal,
): Result<void, CommandFault> {
  const text = JSON.stringify(kind.make());
  if (file === undefined) out(text);
  else if (!writeNew(file, text)) return wrongUsage(`${file}: cannot be written, or is there already`);
  note(
    `This is the value of ${kind.variable}. Keep it secret, in ${kind.file} where you deploy from, and deploy: npm run deploy.`,
  );
  return ok(undefined);
}

function rotate<Keys>(kind: KeyKind<Keys>, file: string, { note }: Terminal): Result<void, CommandFault> {
  const keys = readKeys(file, kind.schema);
  if (!keys)
    return wrongUsage(`${file}: holds no ${kind.name.replace('-', ' ')}; stint ${kind.name} new makes them`);
  const rotated = kind.rotate(keys);
  if (!replace(file, JSON.stringify(rotated))) return wrongUsage(`${file}: cannot be written`);
  note(kind.afterRotation(rotated));
  return ok(undefined);
}

function readKeys<Keys>(file: string, schema: z.ZodType<Keys>): Keys | undefined {
  try {
    return readJson(schema, readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** False when the file cannot be written or exists: keys that are in use must not be lost. */
const writeNew = (file: string, text: string): boolean =>
  succeeds(() => writeFileSync(file, `${text}\n`, { mode: OWNER_ONLY, flag: 'wx' }));

const replace = (file: string, text: string): boolean =>
  succeeds(() => replacePrivateFile(file, `${text}\n`));

function succeeds(write: () => void): boolean {
  try {
    write();
    return true;
  } catch {
    return false;
  }
}
