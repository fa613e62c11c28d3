// Asks a person whether a command line may sign in as them. Both buttons lead to the redirect URI of the command line.
import { ENDPOINTS } from '../../paths/oauth-paths.ts';
import { signInPath } from '../../paths/page-paths.ts';
import { formatTime } from '../model/format.ts';
import type { View } from '../view.ts';
import { FormToken } from './form-token.tsx';
import { Alert } from './icons.tsx';
import { Page } from './page.tsx';
import { ShownName } from './shown-name.tsx';

interface AuthorizeProps {
  readonly view: View;
  /** The request, sealed. */
  readonly request: string;
  readonly device: string | undefined;
  readonly endsAt: Date;
}

export const AuthorizePage = ({ view, request, device, endsAt }: AuthorizeProps) => {
  const { commandLine: words } = view.messages;
  const name = view.person?.name ?? '';
  return (
    <Page view={view} title={words.title} layout="single">
      <section class="card ask">
        <Alert />
        <h1>{words.title}</h1>
        <p>
          <ShownName name={name} in={words.asks} />{' '}
          {device !== undefined && <ShownName name={device} in={words.callsItself} />}
        </p>
        <p>{words.gets(formatTime(endsAt, view.language))}</p>
        <p class="need">{words.notYou}</p>
        <form method="post" action={ENDPOINTS.authorize} class="actions">
          <FormToken view={view} />
          <input type="hidden" name="request" value={request} />
          <button class="primary" name="answer" value="yes" type="submit">
            {words.goOn}
          </button>
          <button name="answer" value="no" type="submit">
            {words.cancel}
          </button>
        </form>
        <a class="small" href={signInPath(view.here, true)}>
          {words.asSomebodyElse}
        </a>
      </section>
    </Page>
  );
};
