// The secret that a program must show to the agent: in the path of the URI, or as the authorization token. It is in a file of
// this user alone, and in nothing that is logged or that a list of processes shows.
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, rmSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { createPrivateFile, replacePrivateFile } from '../base/replace-file.ts';
import { systemErrorCode } from '../base/system-error.ts';
import type { Terminal } from '../base/terminal.ts';
import { openStateFolder } from '../sessions/state-folder.ts';

const SECRET_BYTES = 32;
/** It stands in a URL and in a header as it is. The file has no line end: clients send what is in it. */
const SECRET = /^[A-Za-z0-9_-]{32,128}$/;
const ROOT = 0;
/** Writable by the group, or anything for the others. A secret that Kubernetes mounts is readable by the pod's group. */
const TOO_OPEN = 0o027;

export interface AgentSecret {
  readonly secret: Secret<string>;
  /** Puts it into its file, where it is not there yet, and gives the file's path. */
  store(port: number): Result<string, CommandFault>;
  /** Removes the file, if this process made it for itself. */
  forget(): void;
}

export const newAgentSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

function storeAt(
  file: string,
  secret: string,
  write: typeof replacePrivateFile,
): Result<string, CommandFault> {
  try {
    write(file, secret);
    return ok(file);
  } catch (error) {
    return systemErrorCode(error) === 'EEXIST'
      ? wrongUsage(`${file} was made by another stint at this moment: start this one again`)
      : wrongUsage(`${file} cannot be written: make room or correct ${dirname(file)}`);
  }
}

/** A new secret for each run, in the folder of the sign-ins: other runs have other ports, and so other files. */
function passingSecret(env: Terminal['env']): Result<AgentSecret, CommandFault> {
  const folder = openStateFolder(env);
  if (!folder.ok) return folder;
  const secret = newAgentSecret();
  let stored: string | undefined;
  return ok({
    secret: new Secret(secret),
    store(port) {
      stored = join(folder.value, `agent-${port}.secret`);
      return storeAt(stored, secret, replacePrivateFile);
    },
    forget() {
      if (stored !== undefined) rmSync(stored, { force: true });
    },
  });
}

function whyTooOpen(stats: Stats): string | undefined {
  const self = process.getuid?.();
  if (!stats.isFile()) return 'is no regular file';
  if (self === undefined) return undefined; // Windows: the access list of the folder keeps others out
  if (stats.uid !== self && stats.uid !== ROOT) return 'belongs to another user';
  return (stats.mode & TOO_OPEN) === 0 ? undefined : 'can be read or changed by others: chmod 600';
}

/** Undefined when there is no such file. Checks the open file, so that no other one can take its place meanwhile. */
function readSecret(file: string): Result<string | undefined, string> {
  let descriptor: number | undefined;
  try {
    // Without O_NONBLOCK, a pipe would hold the agent until another program writes to it.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const fault = whyTooOpen(fstatSync(descriptor));
    if (fault !== undefined) return err(fault);
    const text = readFileSync(descriptor, 'utf8');
    return SECRET.test(text) ? ok(text) : err('must hold 32 to 128 letters, digits, - or _, and no line end');
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT' ? ok(undefined) : err('cannot be read');
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The secret that outlives the agent, so that programs keep their URI when it starts again. */
function lastingSecret(file: string): Result<AgentSecret, CommandFault> {
  const found = readSecret(file);
  if (!found.ok) return wrongUsage(`${file} ${found.error}`);
  const secret = found.value ?? newAgentSecret();
  return ok({
    secret: new Secret(secret),
    // Of two agents that start at once, the one that is later must not take the other's secret away from its programs.
    store: () => (found.value === undefined ? storeAt(file, secret, createPrivateFile) : ok(file)),
    forget: () => undefined,
  });
}

/** `file`: a path that is made when it is missing; undefined for a secret of this run. */
export const openSecret = (
  file: string | undefined,
  { env, folder }: Terminal,
): Result<AgentSecret, CommandFault> =>
  file === undefined ? passingSecret(env) : lastingSecret(resolve(folder, file));
