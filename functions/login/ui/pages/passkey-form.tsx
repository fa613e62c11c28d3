// A form that a script completes with the answer of a passkey (WebAuthn Level 3) and then submits. It is disabled until the
// script runs, and hidden where scripts or passkeys are missing.
import type { Child } from 'hono/jsx';
import type { View } from '../view.ts';
import { FormToken } from './form-token.tsx';

export interface PasskeyFormProps {
  readonly action: string;
  readonly kind: 'create' | 'get';
  /** The state of the ceremony, sealed by the server. */
  readonly sealed: string;
  /** The options for the authenticator, in WebAuthn's JSON form. */
  readonly options: object;
}

interface FormProps extends PasskeyFormProps {
  readonly view: View;
  readonly children?: Child;
}

export const PasskeyForm = ({ view, action, kind, sealed, options, children }: FormProps) => (
  <form
    method="post"
    action={action}
    class="ceremony needs-script"
    data-passkey={kind}
    data-options={JSON.stringify(options)}
  >
    {view.person && <FormToken view={view} />}
    <input type="hidden" name="ceremony" value={sealed} />
    <input type="hidden" name="answer" value="" />
    <fieldset disabled>{children}</fieldset>
    <p class="notice" data-passkey-fault hidden>
      {view.messages.passkeys.notDone}
    </p>
  </form>
);

const MAX_CHARACTERS = 60;

/** The name of a new passkey, by which its owner tells it from the others. */
export const PasskeyNameField = ({ view }: { view: View }) => {
  const { name, example } = view.messages.passkeys;
  return (
    <>
      <label class="small" for="new-passkey">
        {name}
      </label>
      <input
        class="field"
        id="new-passkey"
        name="name"
        maxlength={MAX_CHARACTERS}
        required
        autocomplete="off"
        placeholder={example}
      />
    </>
  );
};
