// Credentials that `stint credentials` took and kept for its next run: the aliyun command and others run it before each call.
// They are those of one sign-in, one role and one duration, and are used for half of their life. Programs wait for this code, so
// it loads neither zod nor node:crypto; keep-credentials.ts, which writes, may.
//
// A program that reads the file has the credentials until they expire. So they are kept where programs of other users cannot
// read them, and in no place that is weaker than that of the sign-in itself: a sign-in in the keychain has its credentials in the
// folder that the system keeps in memory ($XDG_RUNTIME_DIR), or has none kept.
import { lstatSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { parseStrictJson } from '../../../shared/kernel/parse-strict-json.ts';
import type { ShownCredentials } from '../../../shared/people/credential-formats.ts';
import { chooseDeployment, type DeploymentOptions } from '../base/deployment.ts';
import type { TerminalContext } from '../base/terminal.ts';
import { readPrivateFile, readSessionFile, type SessionEntry, sessionFileIn } from './session-file.ts';
import { openStateFolder, whyNotPrivate } from './state-folder.ts';

/** STS gives printable ASCII, and nothing else is printed into a shell, an env file or a terminal. */
export const PRINTABLE = /^[\x21-\x7e]+$/;

export interface WantedRole {
  readonly role: string;
  /** Undefined: the longest that is granted. */
  readonly durationSeconds: number | undefined;
}

export interface TakenCredentials extends ShownCredentials {
  readonly takenAt: Date;
}

/** As they stand in the file, which holds a list of these. */
export interface CachedCredentials extends ShownCredentials {
  readonly role: string;
  readonly durationSeconds?: number;
  /** ISO 8601, in UTC. */
  readonly takenAt: string;
}

/** vend gives the same credentials again until half of their life is over. */
const USED_FOR = 0.5;

/** XDG Base Directory Specification: the folder is the user's alone, in memory, and ends with the user's last session. */
function runtimeFolder({ env }: TerminalContext): string | undefined {
  const folder = env['XDG_RUNTIME_DIR'] ?? '';
  if (!isAbsolute(folder)) return undefined;
  try {
    return whyNotPrivate(lstatSync(folder), 'folder') === undefined ? folder : undefined;
  } catch {
    return undefined;
  }
}

function stateFolder({ env }: TerminalContext): string | undefined {
  const folder = openStateFolder(env);
  return folder.ok ? folder.value : undefined;
}

/** Where credentials may have been kept, by this sign-in or an earlier one. */
export const cacheFolders = (terminal: TerminalContext): readonly string[] =>
  [runtimeFolder(terminal), stateFolder(terminal)].filter((folder) => folder !== undefined);

const PREFIX = 'stint-credentials-';
export const cacheFileName = (signIn: string): string => `${PREFIX}${signIn}.json`;
export const isCacheFileName = (name: string): boolean => name.startsWith(PREFIX);

/** Undefined where none are to be kept for this sign-in. */
export function cacheFileOf({ signIn, tokens }: SessionEntry, terminal: TerminalContext): string | undefined {
  if (signIn === undefined) return undefined;
  const folder = runtimeFolder(terminal) ?? (tokens === undefined ? undefined : stateFolder(terminal));
  return folder && join(folder, cacheFileName(signIn));
}

const TEXTS = ['role', 'accessKeyId', 'accessKeySecret', 'securityToken', 'expiration', 'takenAt'] as const;

const isKept = (value: unknown): value is CachedCredentials =>
  typeof value === 'object' &&
  value !== null &&
  TEXTS.every((member) => {
    const text: unknown = Reflect.get(value, member);
    return typeof text === 'string' && PRINTABLE.test(text);
  });

/** A clock that was set back makes them old, and a time that is none does. */
export function isFresh({ takenAt, expiration }: CachedCredentials, now: number): boolean {
  const [from, until] = [Date.parse(takenAt), Date.parse(expiration)];
  return from <= now && now < from + (until - from) * USED_FOR;
}

/** For as long as they work: all that there is where the deployment cannot be reached. */
export function isUnexpired({ takenAt, expiration }: CachedCredentials, now: number): boolean {
  return Date.parse(takenAt) <= now && now < Date.parse(expiration);
}

/** Those that `counts` says. A file that is missing, damaged or not this person's alone holds none. */
export function readCache(file: string, counts: typeof isFresh = isFresh): readonly CachedCredentials[] {
  try {
    const text = readPrivateFile(file);
    const parsed = text.ok ? parseStrictJson(text.value) : text;
    const now = Date.now();
    return parsed.ok && Array.isArray(parsed.value)
      ? parsed.value.filter(isKept).filter((kept) => counts(kept, now))
      : [];
  } catch {
    return [];
  }
}

function findSignIn(options: DeploymentOptions, terminal: TerminalContext): SessionEntry | undefined {
  const folder = stateFolder(terminal);
  const sessions = folder === undefined ? undefined : readSessionFile(sessionFileIn(folder));
  if (!sessions?.ok) return undefined;
  const deployment = chooseDeployment(options, terminal, sessions.value.current);
  return deployment.ok ? sessions.value.sessions.find(({ url }) => url === deployment.value.url) : undefined;
}

/** Undefined where none are kept that count, and where the sign-in cannot be read: the command asks for new ones, and says. */
export function recallCredentials(
  { role, durationSeconds }: WantedRole,
  options: DeploymentOptions,
  terminal: TerminalContext,
  counts: typeof isFresh = isFresh,
): TakenCredentials | undefined {
  const entry = findSignIn(options, terminal);
  const file = entry && cacheFileOf(entry, terminal);
  const found = (file === undefined ? [] : readCache(file, counts)).find(
    (kept) => kept.role === role && kept.durationSeconds === durationSeconds,
  );
  return found && { ...found, takenAt: new Date(found.takenAt) };
}
