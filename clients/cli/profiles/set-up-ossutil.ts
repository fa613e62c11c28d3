// `stint setup ossutil`: ossutil 1 asks `stint agent`, whose port and secret stay the same over its restarts.
import { join, resolve } from 'node:path';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { inShell } from '../../../shared/people/credential-formats.ts';
import { openSecret } from '../agent/agent-secret.ts';
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

/** True: ossutil asks the agent now, and the agent's secret is in its file. A secret that is not used is not stored. */
async function putAgent(
  secretFile: string,
  role: string,
  options: OssutilOptions,
  terminal: Terminal,
): Promise<Result<boolean, CommandFault>> {
  const agent = openSecret(secretFile, terminal);
  if (!agent.ok) return agent;
  const { port, region, replace = false } = options;
  const url = `http://127.0.0.1:${port}/${agent.value.secret.reveal()}/${role}`;
  const put = (text: string | undefined) => putOssutilSettings(text, { url, region, replace });
  const changed = await changeOssutilFile(put, options, terminal);
  if (!changed.ok || !changed.value) return changed;
  const stored = agent.value.store(port);
  return stored.ok ? changed : stored;
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
  const put = () => putAgent(file.value, role, options, terminal);
  // Two at once make one secret.
  const lock = { what: 'the secret of the agent' };
  const changed = await (options.dryRun ? put() : withLock(`${file.value}.lock`, put, lock));
  if (!changed.ok || !changed.value) return changed.ok ? ok(undefined) : changed;
  const { port, tokenFile } = options;
  const token =
    tokenFile === undefined ? '' : ` --token-file ${inShell(resolve(terminal.folder, tokenFile))}`;
  terminal.note('ossutil asks this agent. Start it before ossutil; for ossutil 2, use stint exec instead.');
  terminal.out(
    `stint agent ${role} --port ${port} --secret-file ${inShell(file.value)} --url ${inShell(chosen.value.url)}${token}`,
  );
  return ok(undefined);
}
