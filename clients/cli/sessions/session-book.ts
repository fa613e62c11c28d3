// The sessions of this machine, one a deployment. One process at a time has the book open. The tokens are in the system's
// keychain or, where there is none, in the sessions file.
import { join } from 'node:path';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { CommandFault } from '../base/command-fault.ts';
import { withLock } from '../base/file-lock.ts';
import type { Terminal } from '../base/terminal.ts';
import { type DeploymentSession, fromStored, toStored } from './deployment-session.ts';
import { findInKeychain, keepInKeychain, removeFromKeychain } from './keychain-tokens.ts';
import { readSessionFile, type SessionFile, writeSessionFile } from './session-file.ts';
import { openStateFolder } from './state-folder.ts';

export const TOKEN_STORAGES = ['keychain', 'file'] as const;
export type TokenStorage = (typeof TOKEN_STORAGES)[number];

export interface SessionBook {
  /** The URL of the last sign-in. */
  readonly current: string | undefined;
  find(url: string): Promise<Result<DeploymentSession | undefined, CommandFault>>;
  /**
   * Keeps a session in place of an earlier one of the same deployment, and makes that deployment the current one. Without
   * a storage, it uses the keychain if that is possible, else the file.
   */
  enter(session: DeploymentSession, storage: TokenStorage | undefined): Promise<Result<void, CommandFault>>;
  /** Keeps new tokens where the session's tokens were. */
  renew(session: DeploymentSession): Promise<Result<void, CommandFault>>;
  remove(url: string): Promise<Result<void, CommandFault>>;
}

type Entry = SessionFile['sessions'][number];

const inFile = ({ url, tokens }: DeploymentSession): Entry => ({ url, tokens: toStored(tokens) });
const inKeychain = ({ url }: DeploymentSession): Entry => ({ url });

/** `file` is the path of the sessions file, `content` what it holds now. */
function openBook(file: string, content: SessionFile, terminal: Terminal): SessionBook {
  const { current, sessions } = content;
  const entryOf = (url: string) => sessions.find((entry) => entry.url === url);
  const isInKeychain = (url: string): boolean => {
    const entry = entryOf(url);
    return entry !== undefined && entry.tokens === undefined;
  };
  const write = (url: string, entries: readonly Entry[], next = current) => {
    const others = sessions.filter((entry) => entry.url !== url);
    return writeSessionFile(file, { ...content, current: next, sessions: [...others, ...entries] });
  };
  return {
    current,
    async find(url) {
      if (isInKeychain(url)) return findInKeychain(url, terminal);
      const tokens = entryOf(url)?.tokens;
      return ok(tokens && { url, tokens: fromStored(tokens) });
    },
    async enter(session, storage) {
      const { url } = session;
      const kept = storage === 'file' ? undefined : await keepInKeychain(session, terminal);
      if (kept?.ok) return write(url, [inKeychain(session)], url);
      if (kept && storage === 'keychain') return kept;
      if (kept) terminal.note(`There is no keychain to be used: the sign-in is kept in ${file}.`);
      if (isInKeychain(url)) await removeFromKeychain(url, terminal);
      return write(url, [inFile(session)], url);
    },
    renew: async (session) =>
      isInKeychain(session.url) ? keepInKeychain(session, terminal) : write(session.url, [inFile(session)]),
    async remove(url) {
      const removed = isInKeychain(url) ? await removeFromKeychain(url, terminal) : ok(undefined);
      return removed.ok ? write(url, []) : removed;
    },
  };
}

/** Opens the book for `work`, and waits for another process that has it open. */
export async function withSessions<T>(
  terminal: Terminal,
  work: (book: SessionBook) => Promise<Result<T, CommandFault>>,
): Promise<Result<T, CommandFault>> {
  const folder = openStateFolder(terminal.env);
  if (!folder.ok) return folder;
  const file = join(folder.value, 'sessions.json');
  const useBook = async (): Promise<Result<T, CommandFault>> => {
    const content = readSessionFile(file);
    return content.ok ? work(openBook(file, content.value, terminal)) : content;
  };
  return withLock(join(folder.value, 'sessions.lock'), useBook, { what: 'the sign-ins' });
}
