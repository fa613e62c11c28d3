// The page to sign in: a button for each connection, and a passkey.
import { RETURN_TO } from '../../paths/page-paths.ts';
import type { View } from '../view.ts';
import { Mark } from './icons.tsx';
import { Page } from './page.tsx';
import { PasskeyForm, type PasskeyFormProps } from './passkey-form.tsx';
import { ShownName } from './shown-name.tsx';

export interface ConnectionChoice {
  readonly name: string;
  /** The path that starts a sign-on with it. */
  readonly href: string;
}

interface SignInProps {
  readonly view: View;
  readonly connections: readonly ConnectionChoice[];
  /** Undefined: a passkey alone is not enough to sign in. */
  readonly passkey: PasskeyFormProps | undefined;
  /** The path to return to after a passkey. The URLs of the connections contain it already. */
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
              <ShownName name={name} in={signIn.with} />
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
