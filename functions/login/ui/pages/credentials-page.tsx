// Credentials, once, in the formats that people paste. The one page that holds a secret: it must be answered to a POST
// and never be stored.
import {
  CREDENTIAL_FORMATS,
  type CredentialFormat,
  formatCredentials,
  type ShownCredentials,
} from '../../../../shared/people/credential-formats.ts';
import { PAGE_PATHS } from '../../paths/page-paths.ts';
import { CREDENTIALS_PATH } from '../../paths/role-paths.ts';
import { formatTime } from '../model/format-time.ts';
import type { View } from '../view.ts';
import { Clock } from './clock.tsx';
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
  /** How long these have been there when they are handed out again, if that is known. */
  readonly ageMs?: number;
  /** The page showed the same ones before. */
  readonly isSame?: boolean;
  /** From when on there are others. */
  readonly renewedFrom?: Date | undefined;
  /** Where `stint login` leads. */
  readonly publicUrl: string;
}

interface FormatProps {
  readonly view: View;
  readonly format: CredentialFormat;
  readonly isShown: boolean;
  readonly text: string;
}

/** Tells the form for new credentials which format is shown, so that they come in it again. */
const REFRESH = 'refresh';

/** The field by which the page knows whether a refresh brought others. An AccessKeyId is no secret. */
export const SHOWN_BEFORE = 'shown';

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
      <p>
        <a class="back" href={PAGE_PATHS.roles}>
          <Icon of="back" />
          {words.back}
        </a>
      </p>
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
      <Clock view={view} credentials={credentials} ageMs={ageMs} />
      {isSame && (
        <p class="notice" role="status">
          {words.same(renewedFrom && formatTime(renewedFrom, view.language))}
        </p>
      )}
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
