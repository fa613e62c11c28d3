// Where people begin: one button for each way to sign on.
import { RETURN_TO } from '../../paths/page-paths.ts';
import type { View } from '../view.ts';
import { Mark } from './icons.tsx';
import { Page } from './page.tsx';
import { PasskeyForm, type PasskeyFormProps } from './passkey-form.tsx';
import { Said } from './said.tsx';

export interface ConnectionChoice {
  readonly name: string;
  /** Where sign-on with it starts. */
  readonly href: string;
}

interface SignInProps {
  readonly view: View;
  readonly connections: readonly ConnectionChoice[];
  /** Undefined: passkeys alone sign nobody in. */
  readonly passkey: PasskeyFormProps | undefined;
  /** Where a passkey leads; the connections' addresses have it. */
  readonly returnTo?: string | undefined;
}

export const SignInPage = ({ view, connections, passkey, returnTo }: SignInProps) => {
  const { signIn } = view.messages;
  return (
    <Page view={view} title={signIn.title} layout="single">
      <section class="card sign-in">
        <Mark />
        <h1>{signIn.title}</h1>
        <p class="lead">{signIn.lead}</p>
        {connections.length === 0 && <p class="notice">{signIn.none}</p>}
        <div class="choices">
          {connections.map(({ name, href }) => (
            <a class="button wide" href={href}>
              <Said name={name} in={signIn.with} />
            </a>
          ))}
        </div>
        {passkey && connections.length > 0 && (
          <PasskeyForm view={view} {...passkey}>
            {returnTo !== undefined && <input type="hidden" name={RETURN_TO} value={returnTo} />}
            <button class="wide" type="submit">
              {view.messages.passkeys.signIn}
            </button>
          </PasskeyForm>
        )}
        {connections.length > 0 && <p class="small">{signIn.help}</p>}
      </section>
    </Page>
  );
};
