// The three pages of the device flow (RFC 8628): enter the user code, approve or deny the machine, and the result. The
// person confirms that the machine is their own, because a stranger may have sent them the code (section 5.4).
import { DEVICE_ANSWER_PATH, DEVICE_PATH } from '../../paths/oauth-paths.ts';
import { PORTAL_PATHS, signInPath } from '../../paths/page-paths.ts';
import { formatTime } from '../model/format.ts';
import type { View } from '../view.ts';
import { FactList, type ShownFact } from './fact-list.tsx';
import { FormToken } from './form-token.tsx';
import { Alert, Mark } from './icons.tsx';
import { Page } from './page.tsx';
import { ShownName } from './shown-name.tsx';

interface DeviceCodeProps {
  readonly view: View;
  /** From the URL, to fill in the field with. */
  readonly code: string | undefined;
  readonly isUnknown: boolean;
}

export const DeviceCodePage = ({ view, code, isUnknown }: DeviceCodeProps) => {
  const { device: words } = view.messages;
  return (
    <Page view={view} title={words.title} layout="single">
      <section class="card ask">
        <h1>{words.title}</h1>
        <p class="lead">{words.lead}</p>
        {isUnknown && (
          <p class="need" role="alert" id="code-fault">
            {words.unknown}
          </p>
        )}
        <form method="post" action={DEVICE_PATH} class="code-form">
          <FormToken view={view} />
          <label class="small whole-line" for="user-code">
            {words.code}
          </label>
          <input
            class="field code wide-code"
            id="user-code"
            name="user_code"
            value={code ?? ''}
            required
            maxlength={12}
            size={10}
            placeholder="BCDF-GHJK"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            aria-invalid={isUnknown ? 'true' : undefined}
            aria-describedby={isUnknown ? 'code-fault' : undefined}
          />
          <button class="primary" type="submit">
            {words.goOn}
          </button>
        </form>
      </section>
    </Page>
  );
};

/** The machine that asks, as the confirmation page describes it. */
export interface AskingDevice {
  /** The user code. */
  readonly code: string;
  /** The name that a client of the CloudSSO dialect gives itself. Undefined: the request is of a `stint` command. */
  readonly cloudSsoClient: string | undefined;
  /** The name that the machine gives itself. Not verified. */
  readonly device: string | undefined;
  /** The IP address that its request came from. */
  readonly address: string | undefined;
  readonly askedAt: Date;
  /** The IP address of this browser, to compare with. */
  readonly yourAddress: string | undefined;
}

interface ConfirmDeviceProps {
  readonly view: View;
  /** The request, sealed. */
  readonly request: string;
  readonly about: AskingDevice;
  /** When the session of the command line would end at the latest. */
  readonly endsAt: Date;
}

const DeviceFacts = ({ view, about }: { view: View; about: AskingDevice }) => {
  const { device: words } = view.messages;
  const { code, cloudSsoClient, device, address, askedAt, yourAddress } = about;
  const facts: readonly ShownFact[] = [
    [words.code, <code class="shown-code">{code}</code>],
    cloudSsoClient === undefined
      ? [words.callsItself, device === undefined ? words.notSaid : <ShownName name={device} />]
      : [words.asker, words.cloudSso(cloudSsoClient)],
    [words.askedAt, <time datetime={askedAt.toISOString()}>{formatTime(askedAt, view.language)}</time>],
    [words.address, address ?? words.notKnown],
    ...(yourAddress === undefined ? [] : [[words.yourAddress, yourAddress] as const]),
  ];
  return <FactList facts={facts} />;
};

export const ConfirmDevicePage = ({ view, request, about, endsAt }: ConfirmDeviceProps) => {
  const { device: words, commandLine } = view.messages;
  return (
    <Page view={view} title={words.confirmTitle} layout="single">
      <section class="card ask">
        <Alert />
        <h1>{words.confirmTitle}</h1>
        <p>
          <ShownName name={view.person?.name ?? ''} in={words.asks} />
        </p>
        <DeviceFacts view={view} about={about} />
        <p>{commandLine.gets(formatTime(endsAt, view.language))}</p>
        <p class="need">{words.phishing}</p>
        <form method="post" action={DEVICE_ANSWER_PATH}>
          <FormToken view={view} />
          <input type="hidden" name="request" value={request} />
          <label class="sure">
            <input type="checkbox" name="sure" value="yes" required />
            <span>{words.sure(about.code)}</span>
          </label>
          <div class="actions">
            <button class="primary" name="answer" value="yes" type="submit">
              {words.approve}
            </button>
            <button name="answer" value="no" type="submit" formnovalidate>
              {words.deny}
            </button>
          </div>
        </form>
        <a class="small" href={signInPath(view.here, true)}>
          {commandLine.asSomebodyElse}
        </a>
      </section>
    </Page>
  );
};

/** After the answer. The machine learns of it with its next poll. */
export const DeviceAnsweredPage = ({ view, isYes }: { view: View; isYes: boolean }) => {
  const { device: words } = view.messages;
  const { title, text } = isYes ? words.approved : words.denied;
  return (
    <Page view={view} title={title} layout="single">
      <section class="card">
        <Mark />
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        <a class="button" href={PORTAL_PATHS.sessions}>
          {words.toSessions}
        </a>
      </section>
    </Page>
  );
};
