// Credentials in the formats that people paste. This is the only page that contains a secret, so it is the answer to a POST
// and no cache may store it.
import {
  CREDENTIAL_FORMATS,
  type CredentialFormat,
  formatCredentials,
  type ShownCredentials,
} from '../../../../shared/people/credential-formats.ts';
import { COMMAND_LINE_PATH, CREDENTIALS_PATH, PORTAL_PATHS, SHOWN_BEFORE } from '../../paths/page-paths.ts';
import { formatTime, timeLeft } from '../model/format.ts';
import type { View } from '../view.ts';
import { BackToRoles } from './back-to-roles.tsx';
import { FormToken } from './form-token.tsx';
import { Page } from './page.tsx';

interface CredentialsProps {
  readonly view: View;
  readonly roleId: string;
  readonly region: string;
  readonly credentials: ShownCredentials;
  /** The format to show first. */
  readonly format: CredentialFormat;
  /** How long ago the credentials were issued, in milliseconds. Absent: not known. */
  readonly ageMs?: number;
  /** The page showed the same credentials before. */
  readonly isSame?: boolean;
  /** When a refresh starts to return new credentials. */
  readonly renewedFrom?: Date | undefined;
  /** The URL for `stint login`. */
  readonly publicUrl: string;
}

interface FormatProps {
  readonly view: View;
  readonly format: CredentialFormat;
  readonly isShown: boolean;
  readonly text: string;
}

/** The id of the form for new credentials. The format's radio buttons belong to it, so that the answer keeps the format. */
const REFRESH = 'refresh';

/** A radio button and its panel. The stylesheet shows the panel of the checked button. */
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

interface FormatsProps {
  readonly view: View;
  readonly texts: Readonly<Record<CredentialFormat, string>>;
  readonly shown: CredentialFormat;
}

/** The element that the script removes, with the texts that the script needs. */
const Formats = ({ view, texts, shown }: FormatsProps) => {
  const { credentials: words } = view.messages;
  return (
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
  );
};

/** The texts that the script shows in place of the credentials, in the language of the page. */
const EndNotices = ({ view }: { view: View }) => {
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

const CommandLineHint = ({
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
      >{`npm install -g ${publicUrl}${COMMAND_LINE_PATH}\nstint login --url ${publicUrl}\neval "$(stint credentials ${roleId})"`}</pre>
    </details>
  );
};

interface CountdownProps {
  readonly view: View;
  readonly credentials: ShownCredentials;
  /** How long ago the credentials were issued, in milliseconds. */
  readonly ageMs: number;
}

/** The time that is left of the lifetime of the credentials. A script counts it down. */
const Countdown = ({ view, credentials, ageMs }: CountdownProps) => {
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
      <progress
        class="needs-script"
        max={leftMs + ageMs}
        value={leftMs}
        aria-labelledby="time-left"
        data-progress
      />
      <p class="small">
        <time datetime={credentials.expiration}>{words.validUntil(formatTime(end, view.language))}</time>
      </p>
    </div>
  );
};

export const CredentialsPage = (props: CredentialsProps) => {
  const {
    view,
    roleId,
    region,
    credentials,
    format: shown,
    ageMs = 0,
    isSame = false,
    renewedFrom,
    publicUrl,
  } = props;
  const { messages } = view;
  const texts = formatCredentials(credentials, { role: roleId, region });
  const words = messages.credentials;
  return (
    <Page view={view} title={roleId} layout="single" again={REFRESH}>
      <BackToRoles view={view} href={PORTAL_PATHS.roles} />
      <div class="heading">
        <h1>{roleId}</h1>
        <form method="post" action={CREDENTIALS_PATH} id={REFRESH}>
          <FormToken view={view} />
          <input type="hidden" name="role" value={roleId} />
          <input type="hidden" name={SHOWN_BEFORE} value={credentials.accessKeyId} />
          <button class="primary" type="submit">
            {words.refresh}
          </button>
        </form>
      </div>
      <Countdown view={view} credentials={credentials} ageMs={ageMs} />
      {isSame && (
        <p class="notice" role="status">
          {words.same(renewedFrom && formatTime(renewedFrom, view.language))}
        </p>
      )}
      <Formats view={view} texts={texts} shown={shown} />
      <EndNotices view={view} />
      <CommandLineHint view={view} roleId={roleId} publicUrl={publicUrl} />
      <p class="unseen" role="status" data-says />
    </Page>
  );
};

/** For a browser that returns to the page. The page explains that copied credentials still work, and offers new ones. */
export const CredentialsGonePage = ({ view, roleId }: { view: View; roleId: string }) => {
  const { refresh, removed } = view.messages.credentials;
  return (
    <Page view={view} title={roleId} layout="single">
      <BackToRoles view={view} href={PORTAL_PATHS.roles} />
      <div class="heading">
        <h1>{roleId}</h1>
        <form method="post" action={CREDENTIALS_PATH}>
          <FormToken view={view} />
          <button class="primary" name="role" value={roleId} type="submit">
            {refresh}
          </button>
        </form>
      </div>
      <div class="empty">
        <h2>{removed.title}</h2>
        <p>{removed.text}</p>
      </div>
    </Page>
  );
};
