// A person's own sessions, each of which can be ended.

import { PORTAL_PATHS } from '../../paths/page-paths.ts';
import { formatTime } from '../model/format.ts';
import type { View } from '../view.ts';
import { FormToken } from './form-token.tsx';
import { Page } from './page.tsx';
import { Said } from './said.tsx';

export interface ListedSession {
  /** Names the session in forms; not what its cookie holds. */
  readonly id: string;
  /** Words for what it was opened with, such as `Chrome on Linux`. */
  readonly browser: string | undefined;
  /** Undefined: it is a browser's. */
  readonly commandLine: { readonly device: string | undefined } | undefined;
  readonly isCurrent: boolean;
  readonly startedAt: Date;
  readonly lastSeenAt: Date;
  readonly endsAt: Date;
}

interface SessionsProps {
  readonly view: View;
  readonly sessions: readonly ListedSession[];
}

/** What it is called, and the sentence that says which kind of session it is. */
function nameOf({ browser, commandLine }: ListedSession, { messages: { sessionList } }: View) {
  const known = browser ?? sessionList.unknownBrowser;
  return commandLine
    ? { name: commandLine.device ?? known, in: sessionList.commandLine }
    : { name: known, in: (name: string) => name };
}

const SessionRow = ({ view, session }: { view: View; session: ListedSession }) => {
  const { sessionList } = view.messages;
  const where = nameOf(session, view);
  const times = [
    [sessionList.startedAt, session.startedAt],
    [sessionList.lastSeenAt, session.lastSeenAt],
    [sessionList.endsAt, session.endsAt],
  ] as const;
  return (
    <li class="session">
      <div class="about">
        <h2>
          <Said {...where} />
          {session.isCurrent && <span class="badge">{sessionList.current}</span>}
        </h2>
        <dl>
          {times.map(([label, at]) => (
            <div>
              <dt>{label}</dt>
              <dd>
                <time datetime={at.toISOString()}>{formatTime(at, view.language)}</time>
              </dd>
            </div>
          ))}
        </dl>
      </div>
      {!session.isCurrent && (
        <button name="session" value={session.id} type="submit">
          {sessionList.end}
          <span class="unseen">
            {' '}
            <Said name={where.name} in={(name) => sessionList.endOne(where.in(name))} />
          </span>
        </button>
      )}
    </li>
  );
};

export const SessionsPage = ({ view, sessions }: SessionsProps) => {
  const { sessionList } = view.messages;
  return (
    <Page view={view} title={sessionList.title} layout="single">
      <h1>{sessionList.title}</h1>
      <p class="lead">{sessionList.lead}</p>
      <form method="post" action={PORTAL_PATHS.sessions}>
        <FormToken view={view} />
        <ul class="rows">
          {sessions.map((session) => (
            <SessionRow view={view} session={session} />
          ))}
        </ul>
        {sessions.some(({ isCurrent }) => !isCurrent) && (
          <p>
            <button name="session" value="others" type="submit">
              {sessionList.endOthers}
            </button>
          </p>
        )}
      </form>
    </Page>
  );
};
