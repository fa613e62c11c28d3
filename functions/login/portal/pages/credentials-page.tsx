// Credentials, once, in the formats that people paste. The one page that holds a secret: it must be answered to a POST
// and never be stored.
import {
  CREDENTIAL_FORMATS,
  type CredentialFormat,
  formatCredentials,
  type ShownCredentials,
} from '../../../../shared/people/credential-formats.ts';
import { formatTime } from '../format-time.ts';
import { timeLeft } from '../time-left.ts';
import { PAGE_PATHS, type View } from '../view.ts';
import { FormToken } from './form-token.tsx';
import { Icon } from './icons.tsx';
import { Page } from './page.tsx';

interface CredentialsProps {
  readonly view: View;
  readonly roleId: string;
  readonly region: string;
  readonly credentials: ShownCredentials;
  /** The one to show first. */
  readonly format: CredentialFormat;
  /** Where `stint login` leads. */
  readonly publicUrl: string;
}

const Clock = ({ view, credentials }: Pick<CredentialsProps, 'view' | 'credentials'>) => {
  const words = view.messages.credentials;
  const end = new Date(credentials.expiration);
  const leftMs = Math.max(0, end.getTime() - view.now.getTime());
  return (
    <div class="clock" data-left-ms={leftMs}>
      <p class="small needs-script" id="time-left">
        {words.timeLeft}
      </p>
      <p class="left needs-script" role="timer" aria-labelledby="time-left" data-left>
        {timeLeft(leftMs)}
      </p>
      <progress class="needs-script" max={leftMs} value={leftMs} aria-labelledby="time-left" data-progress />
      <p class="small">
        <time datetime={credentials.expiration}>{words.validUntil(formatTime(end, view.language))}</time>
      </p>
    </div>
  );
};

interface FormatProps {
  readonly view: View;
  readonly format: CredentialFormat;
  readonly isShown: boolean;
  readonly text: string;
}

/** Tells the form for new credentials which format is shown, so that they come in it again. */
const REFRESH = 'refresh';

/** Radio buttons and their panels side by side: the stylesheet shows the panel of the one that is checked. */
const Format = ({ view, format, isShown, text }: FormatProps) => {
  const { credentials } = view.messages;
  return (
    <>
      <input
        type="radio"
        name="format"
        form={REFRESH}
        id={`format-${format}`}
        value={format}
        checked={isShown}
      />
      <label for={`format-${format}`}>{credentials.formats[format]}</label>
      <div class="panel">
        <div class="panel-head">
          <p class="small" id={`hint-${format}`}>
            {credentials.hints[format]}
          </p>
          <button class="needs-script" type="button" data-copy={`text-${format}`}>
            {credentials.copy}
            <span class="unseen"> {credentials.formats[format]}</span>
          </button>
        </div>
        <section class="scrolls" tabindex={0} aria-labelledby={`hint-${format}`}>
          <pre id={`text-${format}`}>{text}</pre>
        </section>
      </div>
    </>
  );
};

/** What the script says, in the page's language; it shows one of them in place of the credentials. */
const Ends = ({ view }: { view: View }) => {
  const { expired, removed } = view.messages.credentials;
  return (
    <>
      {Object.entries({ expired, removed }).map(([name, { title, text }]) => (
        <div class="empty" hidden data-end={name}>
          <h2>{title}</h2>
          <p>{text}</p>
        </div>
      ))}
    </>
  );
};

const WithoutCopying = ({
  view,
  roleId,
  publicUrl,
}: Pick<CredentialsProps, 'view' | 'roleId' | 'publicUrl'>) => {
  const { credentials: words } = view.messages;
  const id = 'text-command-line';
  return (
    <details>
      <summary>{words.commandLine.title}</summary>
      <div class="panel-head">
        <p class="small">{words.commandLine.text}</p>
        <button class="needs-script" type="button" data-copy={id}>
          {words.copy}
          <span class="unseen"> {words.commandLine.title}</span>
        </button>
      </div>
      <pre
        class="lines"
        id={id}
      >{`stint login --url ${publicUrl}\neval "$(stint credentials ${roleId})"`}</pre>
    </details>
  );
};

export const CredentialsPage = (props: CredentialsProps) => {
  const { view, roleId, region, credentials, format: shown, publicUrl } = props;
  const { messages } = view;
  const texts = formatCredentials(credentials, { role: roleId, region });
  const words = messages.credentials;
  return (
    <Page view={view} title={roleId} layout="single">
      <p>
        <a class="back" href={PAGE_PATHS.roles}>
          <Icon of="back" />
          {words.back}
        </a>
      </p>
      <div class="heading">
        <h1>{roleId}</h1>
        <form method="post" action="/portal/credentials" id={REFRESH}>
          <FormToken view={view} />
          <button class="primary" name="role" value={roleId} type="submit">
            {words.refresh}
          </button>
        </form>
      </div>
      <Clock view={view} credentials={credentials} />
      <div
        data-credentials
        data-copied={words.copied}
        data-not-copied={words.notCopied}
        data-copy-failed={words.copyFailed}
        data-one={words.minutesLeft.one}
        data-other={words.minutesLeft.other}
      >
        <fieldset class="formats">
          <legend class="unseen">{words.format}</legend>
          {CREDENTIAL_FORMATS.map((format) => (
            <Format view={view} format={format} isShown={format === shown} text={texts[format]} />
          ))}
        </fieldset>
        <p class="small">{words.caution}</p>
      </div>
      <Ends view={view} />
      <WithoutCopying view={view} roleId={roleId} publicUrl={publicUrl} />
      <p class="unseen" role="status" data-says />
    </Page>
  );
};
