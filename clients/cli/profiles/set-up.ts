// The set-up of stock clients: what `stint setup` of each client changes, prints and says.
import { isAbsolute, join, resolve } from 'node:path';
import { RoleId } from '../../../shared/kernel/names.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { putAliyunProfiles, removeAliyunProfiles } from './aliyun-profiles.ts';
import { putAwsProfiles, removeAwsProfiles } from './aws-profiles.ts';
import { type ChangeOptions, changeFile, type FileChange } from './change-file.ts';
import { type ChosenRoles, chooseRoles, type RoleOptions } from './choose-roles.ts';
import { maskIniLine, maskJsonLine } from './mask-line.ts';
import type { EditText } from './profile-file.ts';
import {
  findStintProgram,
  formatStintCommand,
  type ProcessFormat,
  type StintProgram,
} from './stint-command.ts';

export interface ProfileOptions extends RoleOptions, ChangeOptions {
  /** The name of the profile; without it, one that is made of the role’s. */
  readonly profile?: string;
  readonly region?: string;
  readonly default?: boolean;
  readonly replace?: boolean;
  readonly remove?: boolean;
  readonly file?: string;
}

interface Profile {
  readonly name: string;
  readonly command: string;
}

export interface ProfileClient {
  readonly format: ProcessFormat;
  readonly mask: FileChange['mask'];
  /** Where the client looks for it. Undefined where no home folder is known. */
  file(terminal: Terminal): string | undefined;
  put(profiles: readonly Profile[], options: ProfileOptions): EditText;
  remove(name: string | undefined, options: ProfileOptions): EditText;
  /** How the person uses a profile from now on. */
  use(name: string): string;
}

/** Undefined where no home folder is known. */
export const pathInHome = ({ env }: Terminal, ...path: readonly string[]): string | undefined => {
  // On Windows, HOME is that of a shell such as Git's, in a form that no client knows.
  const home = env[process.platform === 'win32' ? 'USERPROFILE' : 'HOME'];
  return home !== undefined && isAbsolute(home) ? join(home, ...path) : undefined;
};

export const ALIYUN: ProfileClient = {
  format: 'credential-process',
  mask: maskJsonLine,
  file: (terminal) => pathInHome(terminal, '.aliyun', 'config.json'),
  put:
    (profiles, { region, default: makeCurrent = false, replace = false }) =>
    (text) =>
      putAliyunProfiles(text, { profiles, region, makeCurrent, replace }),
  remove:
    (name, { replace = false }) =>
    (text) =>
      removeAliyunProfiles(text, name, { replace }),
  use: (name) => `aliyun --profile ${name} sts GetCallerIdentity`,
};

/** Reads the profiles of the aliyun CLI. Its own files are a person’s, and are not changed: the block is printed. */
export const TERRAFORM: ProfileClient = {
  ...ALIYUN,
  use: (name) => `provider "alicloud" {\n  profile = "${name}"\n}`,
};

export const BOTO: ProfileClient = {
  format: 'aws-process',
  mask: maskIniLine,
  file: (terminal) => terminal.env['AWS_CONFIG_FILE'] || pathInHome(terminal, '.aws', 'config'),
  put:
    (profiles, { region, replace = false }) =>
    (text) =>
      putAwsProfiles(text, { profiles, region, replace }),
  remove:
    (name, { replace = false }) =>
    (text) =>
      removeAwsProfiles(text, name, { replace }),
  use: (name) => `AWS_PROFILE=${name} python app.py`,
};

const nameOf = (role: string, { profile }: ProfileOptions): string => profile ?? `stint-${role}`;

function makeProfiles(
  { url, roles }: ChosenRoles,
  client: ProfileClient,
  options: ProfileOptions,
  { program, folder }: { readonly program: StintProgram; readonly folder: string },
): Result<readonly Profile[], CommandFault> {
  const tokenFile = options.tokenFile === undefined ? undefined : resolve(folder, options.tokenFile);
  const profiles: Profile[] = [];
  for (const role of roles) {
    const command = formatStintCommand({ program, url, tokenFile }, role, client.format);
    if (!command.ok) return command;
    profiles.push({ name: nameOf(role, options), command: command.value });
  }
  return ok(profiles);
}

const WORDS = {
  written: 'is written',
  unchanged: 'is so already: nothing is to do',
  shown: 'would change so; nothing is written',
} as const;

/** Says what became of the file. Its path is relative to the folder of the terminal. True: the file has the change now. */
export async function changeProfileFile(
  change: Omit<FileChange, 'path'> & { readonly path: string | undefined },
  options: ChangeOptions,
  terminal: Terminal,
): Promise<Result<boolean, CommandFault>> {
  if (change.path === undefined) return wrongUsage('where is the file? Set HOME, or give --file');
  const path = resolve(terminal.folder, change.path);
  const changed = await changeFile({ ...change, path }, options, terminal);
  if (!changed.ok) return changed;
  terminal.note(`${showable(path)} ${WORDS[changed.value]}.`);
  return ok(changed.value === 'written' || changed.value === 'unchanged');
}

const changeOf = (client: ProfileClient, { file }: ProfileOptions, edit: EditText, terminal: Terminal) => ({
  path: file ?? client.file(terminal),
  mask: client.mask,
  edit,
});

/** The profile of the role or with the name; without both, all that stint made. */
async function removeProfiles(
  named: string | undefined,
  client: ProfileClient,
  options: ProfileOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  if (named !== undefined && !RoleId.safeParse(named).success)
    return wrongUsage(
      'name the role as stint roles shows it, or give the name of its profile with --profile',
    );
  const name = named === undefined ? options.profile : nameOf(named, options);
  const change = changeOf(client, options, client.remove(name, options), terminal);
  const changed = await changeProfileFile(change, options, terminal);
  return changed.ok ? ok(undefined) : changed;
}

/** Gives the names of the profiles that are in the file now; none where nothing was written, so that none can be used. */
async function putProfiles(
  named: string | undefined,
  client: ProfileClient,
  options: ProfileOptions,
  terminal: Terminal,
): Promise<Result<readonly string[], CommandFault>> {
  const chosen = await chooseRoles(named, options, terminal);
  if (!chosen.ok) return chosen;
  if (chosen.value.roles.length > 1 && options.profile !== undefined)
    return wrongUsage('--profile is for one role');
  const program = findStintProgram();
  const profiles = makeProfiles(chosen.value, client, options, { program, folder: terminal.folder });
  if (!profiles.ok) return profiles;
  const change = changeOf(client, options, client.put(profiles.value, options), terminal);
  const changed = await changeProfileFile(change, options, terminal);
  if (!changed.ok) return changed;
  return ok(changed.value ? profiles.value.map(({ name }) => name) : []);
}

export async function setUpProfiles(
  named: string | undefined,
  client: ProfileClient,
  options: ProfileOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  if (options.remove) return removeProfiles(named, client, options, terminal);
  const put = await putProfiles(named, client, options, terminal);
  if (!put.ok) return put;
  for (const name of put.value) terminal.out(client.use(name));
  return ok(undefined);
}
