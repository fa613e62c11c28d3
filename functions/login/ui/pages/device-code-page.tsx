// Where somebody types the code that a machine without a browser shows them.
import type { View } from '../view.ts';
import { FormToken } from './form-token.tsx';
import { Page } from './page.tsx';

interface DeviceCodeProps {
  readonly view: View;
  /** From the address, as a proposal. */
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
        <form method="post" action="/login/device" class="code-form">
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
