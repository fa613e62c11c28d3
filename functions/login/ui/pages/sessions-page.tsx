// The page of a person's own sessions, with buttons to end them.
import { PORTAL_PATHS } from '../../paths/page-paths.ts';
import { formatTime } from '../model/format.ts';
import type { View } from '../view.ts';
import { FormToken } from './form-token.tsx';
import { Page } from './page.tsx';
import { ShownName } from './shown-name.tsx';

export interface ListedSession {
  /** The id of the session in forms. It does not open the session. */
  readonly id: string;
  /** The browser in words, such as `Chrome · Linux`. */
  readonly browser: string | undefined;
  /** Undefined: a browser's session. */
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

/** The name of the session, and the sentence that names its kind. */
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
          <ShownName {...where} />
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
            <ShownName name={where.name} in={(name) => sessionList.endOne(where.in(name))} />
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
