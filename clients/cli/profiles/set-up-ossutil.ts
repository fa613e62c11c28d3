// `stint setup ossutil`: ossutil 1 asks `stint agent`, whose port and secret stay the same over its restarts.
import { join, resolve } from 'node:path';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { inShell } from '../../../shared/people/credential-formats.ts';
import { type AgentSecret, openSecret } from '../agent/agent-secret.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { withLock } from '../base/file-lock.ts';
import type { Terminal } from '../base/terminal.ts';
import { openStateFolder } from '../sessions/state-folder.ts';
import { chooseRoles } from './choose-roles.ts';
import { maskIniLine } from './mask-line.ts';
import { putOssutilSettings, removeOssutilSettings } from './ossutil-config.ts';
import type { EditText } from './profile-file.ts';
import { changeProfileFile, type ProfileOptions, pathInHome } from './set-up.ts';

export interface OssutilOptions extends ProfileOptions {
  /** Of the agent. */
  readonly port: number;
  readonly secretFile?: string;
}

function secretFileOf({ secretFile }: OssutilOptions, terminal: Terminal): Result<string, CommandFault> {
  if (secretFile !== undefined) return ok(resolve(terminal.folder, secretFile));
  const folder = openStateFolder(terminal.env);
  return folder.ok ? ok(join(folder.value, 'ossutil.secret')) : folder;
}

/** Two at once make one secret. */
function keepSecret(
  file: string,
  { port, dryRun }: OssutilOptions,
  terminal: Terminal,
): Promise<Result<AgentSecret['secret'], CommandFault>> {
  const open = async (): Promise<Result<AgentSecret['secret'], CommandFault>> => {
    const opened = openSecret(file, terminal);
    const stored = opened.ok && !dryRun ? opened.value.store(port) : opened;
    if (!opened.ok) return opened;
    return stored.ok ? ok(opened.value.secret) : stored;
  };
  return dryRun ? open() : withLock(`${file}.lock`, open, { what: 'the secret of the agent' });
}

function changeOssutilFile(
  edit: EditText,
  options: OssutilOptions,
  terminal: Terminal,
): Promise<Result<boolean, CommandFault>> {
  const file = {
    path: options.file ?? pathInHome(terminal, '.ossutilconfig'),
    mask: maskIniLine,
    isSecret: true,
  };
  return changeProfileFile({ ...file, edit }, options, terminal);
}

export async function setUpOssutil(
  named: string | undefined,
  options: OssutilOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  if (options.remove) {
    const removed = await changeOssutilFile(removeOssutilSettings, options, terminal);
    return removed.ok ? ok(undefined) : removed;
  }
  const chosen = await chooseRoles(named, options, terminal);
  if (!chosen.ok) return chosen;
  const [role, another] = chosen.value.roles;
  if (role === undefined || another !== undefined) return wrongUsage('the file is for one role: name it');
  const file = secretFileOf(options, terminal);
  if (!file.ok) return file;
  const secret = await keepSecret(file.value, options, terminal);
  if (!secret.ok) return secret;
  const { port, region, replace = false, tokenFile } = options;
  const url = `http://127.0.0.1:${port}/${secret.value.reveal()}/${role}`;
  const put = (text: string | undefined) => putOssutilSettings(text, { url, region, replace });
  const changed = await changeOssutilFile(put, options, terminal);
  if (!changed.ok) return changed;
  if (!changed.value) return ok(undefined);
  const token =
    tokenFile === undefined ? '' : ` --token-file ${inShell(resolve(terminal.folder, tokenFile))}`;
  terminal.note('ossutil asks this agent. Start it before ossutil; for ossutil 2, use stint exec instead.');
  terminal.out(
    `stint agent ${role} --port ${port} --secret-file ${inShell(file.value)} --url ${inShell(chosen.value.url)}${token}`,
  );
  return ok(undefined);
}
