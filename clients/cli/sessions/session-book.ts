// The sign-ins of this machine, one a deployment; whoever has the book open has it alone.
import { join } from 'node:path';
import type { Result } from '../../../shared/kernel/result.ts';
import type { Fault } from '../fault.ts';
import type { Terminal } from '../terminal.ts';
import { withLock } from './file-lock.ts';
import { fromStored, type Session, toStored } from './session.ts';
import { readSessionFile, type SessionFile, writeSessionFile } from './session-file.ts';
import { openStateFolder } from './state-folder.ts';

export interface SessionBook {
  /** Where one signed in last. */
  readonly current: string | undefined;
  find(url: string): Session | undefined;
  /** In place of an earlier one of the same deployment, which is meant from now on where none is named. */
  enter(session: Session): Result<void, Fault>;
  renew(session: Session): Result<void, Fault>;
  remove(url: string): Result<void, Fault>;
}

const without = ({ sessions }: SessionFile, url: string) => sessions.filter((entry) => entry.url !== url);

function openBook(file: string, content: SessionFile): SessionBook {
  let now = content;
  const write = (next: SessionFile): Result<void, Fault> => {
    const written = writeSessionFile(file, next);
    if (written.ok) now = next;
    return written;
  };
  const withSession = ({ url, tokens }: Session): SessionFile => ({
    ...now,
    sessions: [...without(now, url), { url, tokens: toStored(tokens) }],
  });
  return {
    current: content.current,
    find(url) {
      const entry = now.sessions.find((one) => one.url === url);
      return entry && { url, tokens: fromStored(entry.tokens) };
    },
    enter: (session) => write({ ...withSession(session), current: session.url }),
    renew: (session) => write(withSession(session)),
    remove: (url) => write({ ...now, sessions: without(now, url) }),
  };
}

export async function withSessions<T>(
  { env }: Terminal,
  work: (book: SessionBook) => Promise<Result<T, Fault>>,
): Promise<Result<T, Fault>> {
  const folder = openStateFolder(env);
  if (!folder.ok) return folder;
  const file = join(folder.value, 'sessions.json');
  return withLock(join(folder.value, 'sessions.lock'), async () => {
    const content = readSessionFile(file);
    return content.ok ? work(openBook(file, content.value)) : content;
  });
}
