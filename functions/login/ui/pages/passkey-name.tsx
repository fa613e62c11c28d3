// How a new passkey is to be called, so that its owner tells it from the others.
import type { View } from '../view.ts';

const MAX_CHARACTERS = 60;

export const PasskeyName = ({ view }: { view: View }) => {
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
