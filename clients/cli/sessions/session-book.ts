// The sign-ins of this machine, one a deployment; whoever has the book open has it alone. Their tokens are in the system's
// keychain or, where there is none, in the book's own file.
import { join } from 'node:path';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { Fault } from '../base/fault.ts';
import { withLock } from '../base/file-lock.ts';
import type { Terminal } from '../base/terminal.ts';
import { findInKeychain, keepInKeychain, removeFromKeychain } from './keychain-tokens.ts';
import { fromStored, type Session, toStored } from './session.ts';
import { readSessionFile, type SessionFile, writeSessionFile } from './session-file.ts';
import { openStateFolder } from './state-folder.ts';

export const STORES = ['keychain', 'file'] as const;
export type Store = (typeof STORES)[number];

export interface SessionBook {
  /** Where one signed in last. */
  readonly current: string | undefined;
  find(url: string): Promise<Result<Session | undefined, Fault>>;
  /**
   * In place of an earlier one of the same deployment, which is meant from now on where none is named. Without a store, in
   * the keychain if that is possible.
   */
  enter(session: Session, store: Store | undefined): Promise<Result<void, Fault>>;
  /** Where it was. */
  renew(session: Session): Promise<Result<void, Fault>>;
  remove(url: string): Promise<Result<void, Fault>>;
}

type Entry = SessionFile['sessions'][number];

const inFile = ({ url, tokens }: Session): Entry => ({ url, tokens: toStored(tokens) });
const inKeychain = ({ url }: Session): Entry => ({ url });

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
    async enter(session, store) {
      const { url } = session;
      const kept = store === 'file' ? undefined : await keepInKeychain(session, terminal);
      if (kept?.ok) return write(url, [inKeychain(session)], url);
      if (kept && store === 'keychain') return kept;
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

export async function withSessions<T>(
  terminal: Terminal,
  work: (book: SessionBook) => Promise<Result<T, Fault>>,
): Promise<Result<T, Fault>> {
  const folder = openStateFolder(terminal.env);
  if (!folder.ok) return folder;
  const file = join(folder.value, 'sessions.json');
  const useBook = async (): Promise<Result<T, Fault>> => {
    const content = readSessionFile(file);
    return content.ok ? work(openBook(file, content.value, terminal)) : content;
  };
  return withLock(join(folder.value, 'sessions.lock'), useBook, { what: 'the sign-ins' });
}
