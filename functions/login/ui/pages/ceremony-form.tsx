// A form that a script completes with a passkey, and that cannot be sent before. Without scripts, or where the browser
// has no passkeys, it is not shown.
import type { Child } from 'hono/jsx';
import type { View } from '../view.ts';
import { FormToken } from './form-token.tsx';

export interface CeremonyProps {
  readonly action: string;
  readonly kind: 'create' | 'get';
  readonly sealed: string;
  /** WebAuthn's own JSON form of what to ask the authenticator. */
  readonly options: object;
}

interface FormProps extends CeremonyProps {
  readonly view: View;
  readonly children?: Child;
}

export const CeremonyForm = ({ view, action, kind, sealed, options, children }: FormProps) => (
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
