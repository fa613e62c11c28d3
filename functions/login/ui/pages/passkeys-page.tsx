// The page of a person's own passkeys: add, confirm, rename, remove.
import { showable } from '../../../../shared/kernel/showable.ts';
import { PORTAL_PATHS } from '../../paths/page-paths.ts';
import { formatTime } from '../model/format.ts';
import type { View } from '../view.ts';
import { FormToken } from './form-token.tsx';
import { Page } from './page.tsx';
import { PasskeyForm, type PasskeyFormProps, PasskeyNameField } from './passkey-form.tsx';
import { ShownName } from './shown-name.tsx';

export interface ListedPasskey {
  readonly id: string;
  readonly name: string;
  readonly addedAt: Date;
  readonly usedAt: Date | undefined;
}

export interface PasskeysProps {
  readonly view: View;
  readonly passkeys: readonly ListedPasskey[];
  /** Undefined: adding one needs a more recent sign-on. */
  readonly add: PasskeyFormProps | undefined;
  readonly confirm: PasskeyFormProps | undefined;
}

interface PasskeyProps {
  readonly view: View;
  readonly passkey: ListedPasskey;
}

const RenameForm = ({ view, passkey: { id, name } }: PasskeyProps) => {
  const { passkeys: words } = view.messages;
  const field = `name-${id}`;
  return (
    <form method="post" action={PORTAL_PATHS.passkeys} class="naming">
      <FormToken view={view} />
      <label class="small" for={field}>
        {words.name}
      </label>
      <input
        class="field"
        id={field}
        name="name"
        value={showable(name)}
        maxlength={60}
        required
        autocomplete="off"
      />
      <button name="rename" value={id} type="submit">
        {words.rename}
        <span class="unseen">
          {' '}
          <ShownName name={name} />
        </span>
      </button>
    </form>
  );
};

const PasskeyRow = ({ view, passkey }: PasskeyProps) => {
  const { passkeys: words } = view.messages;
  const { id, name, addedAt, usedAt } = passkey;
  return (
    <li class="session">
      <div class="about">
        <h2>
          <ShownName name={name} />
        </h2>
        <dl>
          <div>
            <dt>{words.addedAt}</dt>
            <dd>
              <time datetime={addedAt.toISOString()}>{formatTime(addedAt, view.language)}</time>
            </dd>
          </div>
          <div>
            <dt>{words.usedAt}</dt>
            <dd>{usedAt ? formatTime(usedAt, view.language) : words.neverUsed}</dd>
          </div>
        </dl>
        <RenameForm view={view} passkey={passkey} />
      </div>
      <form method="post" action={PORTAL_PATHS.passkeys}>
        <FormToken view={view} />
        <button name="remove" value={id} type="submit">
          {words.remove}
          <span class="unseen">
            {' '}
            <ShownName name={name} />
          </span>
        </button>
      </form>
    </li>
  );
};

export const PasskeysPage = ({ view, passkeys, add, confirm }: PasskeysProps) => {
  const { passkeys: words } = view.messages;
  return (
    <Page view={view} title={words.title} layout="single">
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      {passkeys.length === 0 && <p class="notice">{words.none}</p>}
      {passkeys.length > 0 && (
        <ul class="rows">
          {passkeys.map((passkey) => (
            <PasskeyRow view={view} passkey={passkey} />
          ))}
        </ul>
      )}
      <noscript>
        <p class="notice">{words.needsScripts}</p>
      </noscript>
      {confirm && (
        <PasskeyForm view={view} {...confirm}>
          <p>{words.confirmWhy}</p>
          <button type="submit">{words.confirm}</button>
        </PasskeyForm>
      )}
      {add ? (
        <PasskeyForm view={view} {...add}>
          <PasskeyNameField view={view} />
          <button type="submit">{words.add}</button>
        </PasskeyForm>
      ) : (
        <p class="notice">{words.addLater}</p>
      )}
    </Page>
  );
};
