// Asks somebody whether the machine that shows a code may sign in as them. They must say that it is their own: the code
// may have come from a stranger.
import { signInPath } from '../../paths/return-path.ts';
import { formatTime } from '../model/format-time.ts';
import type { View } from '../view.ts';
import { FormToken } from './form-token.tsx';
import { Alert } from './icons.tsx';
import { Page } from './page.tsx';
import { Said } from './said.tsx';

export interface AskingDevice {
  readonly code: string;
  /** What it says of itself. */
  readonly device: string | undefined;
  readonly address: string | undefined;
  readonly askedAt: Date;
  readonly yourAddress: string | undefined;
}

interface ConfirmDeviceProps {
  readonly view: View;
  /** What is asked, sealed. */
  readonly request: string;
  readonly about: AskingDevice;
  readonly endsAt: Date;
}

const About = ({ view, about }: { view: View; about: AskingDevice }) => {
  const { device: words } = view.messages;
  const { code, device, address, askedAt, yourAddress } = about;
  const facts = [
    [words.code, <code class="shown-code">{code}</code>],
    [words.callsItself, device === undefined ? words.notSaid : <Said name={device} />],
    [words.askedAt, <time datetime={askedAt.toISOString()}>{formatTime(askedAt, view.language)}</time>],
    [words.address, address ?? words.notKnown],
    ...(yourAddress === undefined ? [] : ([[words.yourAddress, yourAddress]] as const)),
  ] as const;
  return (
    <dl class="facts">
      {facts.map(([name, fact]) => (
        <div class="fact">
          <dt>{name}</dt>
          <dd class="fact-said">{fact}</dd>
        </div>
      ))}
    </dl>
  );
};

export const ConfirmDevicePage = ({ view, request, about, endsAt }: ConfirmDeviceProps) => {
  const { device: words, commandLine } = view.messages;
  return (
    <Page view={view} title={words.confirmTitle} layout="single">
      <section class="card ask">
        <Alert />
        <h1>{words.confirmTitle}</h1>
        <p>
          <Said name={view.person?.name ?? ''} in={words.asks} />
        </p>
        <About view={view} about={about} />
        <p>{commandLine.gets(formatTime(endsAt, view.language))}</p>
        <p class="need">{words.phishing}</p>
        <form method="post" action="/login/device/answer">
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
