// The sessions of this machine, one a deployment. One process at a time has the book open. The tokens are in the system's
// keychain or, where there is none, in the sessions file.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { withLock } from '../base/file-lock.ts';
import { replacePrivateFile } from '../base/replace-file.ts';
import type { Terminal } from '../base/terminal.ts';
import type { TakenCredentials, WantedRole } from './credential-cache.ts';
import { type DeploymentSession, fromStored, StoredTokens, toStored } from './deployment-session.ts';
import { forgetOtherCredentials, keepCredentials } from './keep-credentials.ts';
import { findInKeychain, keepInKeychain, removeFromKeychain } from './keychain-tokens.ts';
import {
  damaged,
  readSessionFile,
  type SessionEntry,
  type SessionFile,
  sessionFileIn,
} from './session-file.ts';
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
  /** Fails where `renew` could not write the file: a refresh token that is used up, and whose successor is lost, ends the sign-in. */
  canRenew(session: DeploymentSession): Result<void, CommandFault>;
  /** Keeps new tokens where the session's tokens were. */
  renew(session: DeploymentSession): Promise<Result<void, CommandFault>>;
  remove(url: string): Promise<Result<void, CommandFault>>;
  /** Keeps what was taken in `session` for the next command, unless the sign-in has ended or another has taken its place. */
  keepTaken(
    session: Pick<DeploymentSession, 'url' | 'signIn'>,
    role: WantedRole,
    taken: TakenCredentials,
  ): void;
}

type SignIn = Pick<SessionEntry, 'signIn'>;

const newSignIn = (): SignIn => ({ signIn: randomUUID() });
const signInOf = (entry: SessionEntry | undefined): SignIn => (entry?.signIn ? { signIn: entry.signIn } : {});
const inFile = ({ url, tokens }: DeploymentSession, signIn: SignIn): SessionEntry => ({
  url,
  ...signIn,
  tokens: toStored(tokens),
});
const inKeychain = ({ url }: DeploymentSession, signIn: SignIn): SessionEntry => ({ url, ...signIn });

function writeSessionFile(file: string, content: SessionFile): Result<void, CommandFault> {
  try {
    replacePrivateFile(file, `${JSON.stringify(content)}\n`);
    return ok(undefined);
  } catch {
    return wrongUsage(
      `${file} cannot be written: make room or correct its folder, then run this again, or stint login where that does not help`,
    );
  }
}

/** `file` is the path of the sessions file, `content` what it holds now. */
function openBook(file: string, content: SessionFile, terminal: Terminal): SessionBook {
  const { current, sessions } = content;
  const entryOf = (url: string) => sessions.find((entry) => entry.url === url);
  const others = (url: string) => sessions.filter((entry) => entry.url !== url);
  const isInKeychain = (url: string): boolean => {
    const entry = entryOf(url);
    return entry !== undefined && entry.tokens === undefined;
  };
  const write = (url: string, entries: readonly SessionEntry[], next = current) => {
    return writeSessionFile(file, { ...content, current: next, sessions: [...others(url), ...entries] });
  };
  const rewrite = (session: DeploymentSession) =>
    write(session.url, [inFile(session, signInOf(entryOf(session.url)))]);
  return {
    current,
    async find(url) {
      const entry = entryOf(url);
      if (entry === undefined) return ok(undefined);
      const { tokens: stored, signIn } = entry;
      if (stored === undefined) {
        const found = await findInKeychain(url, terminal);
        return found.ok ? ok(found.value && { ...found.value, signIn }) : found;
      }
      const tokens = StoredTokens.safeParse(stored);
      return tokens.success ? ok({ url, signIn, tokens: fromStored(tokens.data) }) : damaged(file);
    },
    async enter(session, storage) {
      const { url } = session;
      forgetOtherCredentials(others(url), terminal);
      const signIn = newSignIn();
      const kept = storage === 'file' ? undefined : await keepInKeychain(session, terminal);
      if (kept?.ok) return write(url, [inKeychain(session, signIn)], url);
      if (kept && storage === 'keychain') return kept;
      if (kept) terminal.note(`There is no keychain to be used: the sign-in is kept in ${file}.`);
      if (isInKeychain(url)) await removeFromKeychain(url, terminal);
      return write(url, [inFile(session, signIn)], url);
    },
    // The same tokens again need as much room as the next ones.
    canRenew: (session) => (isInKeychain(session.url) ? ok(undefined) : rewrite(session)),
    renew: async (session) =>
      isInKeychain(session.url) ? keepInKeychain(session, terminal) : rewrite(session),
    async remove(url) {
      forgetOtherCredentials(others(url), terminal);
      const removed = isInKeychain(url) ? await removeFromKeychain(url, terminal) : ok(undefined);
      return removed.ok ? write(url, []) : removed;
    },
    keepTaken({ url, signIn }, role, taken) {
      const entry = entryOf(url);
      if (entry?.signIn !== undefined && entry.signIn === signIn)
        keepCredentials(entry, role, taken, terminal);
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
  const file = sessionFileIn(folder.value);
  const useBook = async (): Promise<Result<T, CommandFault>> => {
    const content = readSessionFile(file);
    return content.ok ? work(openBook(file, content.value, terminal)) : content;
  };
  return withLock(join(folder.value, 'sessions.lock'), useBook, { what: 'the sign-ins' });
}
