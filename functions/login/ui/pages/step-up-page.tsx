// The page with the needs of a role, and the ways to satisfy them, the shortest first.
import { RETURN_TO, rolePath } from '../../paths/page-paths.ts';
import type { PortalRole } from '../model/role-list.ts';
import type { View } from '../view.ts';
import { BackToRoles } from './back-to-roles.tsx';
import { Needs } from './needs.tsx';
import { Page } from './page.tsx';
import { PasskeyForm, type PasskeyFormProps, PasskeyNameField } from './passkey-form.tsx';
import { ShownName } from './shown-name.tsx';
import type { ConnectionChoice } from './sign-in-page.tsx';

export interface StepUpProps {
  readonly view: View & { readonly here: string };
  readonly role: PortalRole;
  /** Undefined: the person has no passkey, or it would not help. */
  readonly confirm: PasskeyFormProps | undefined;
  /** Undefined: no passkey can be added now. */
  readonly add: PasskeyFormProps | undefined;
  readonly company: ConnectionChoice;
  /** Where the page leads afterwards. */
  readonly back: string;
}

const Passkey = ({ view, confirm, add, back }: Omit<StepUpProps, 'company' | 'role'>) => {
  const { passkeys, stepUp } = view.messages;
  return (
    <>
      {confirm && (
        <PasskeyForm view={view} {...confirm}>
          <input type="hidden" name={RETURN_TO} value={back} />
          <button class="primary wide" type="submit">
            {passkeys.confirm}
          </button>
        </PasskeyForm>
      )}
      {add && (
        <PasskeyForm view={view} {...add}>
          <input type="hidden" name={RETURN_TO} value={view.here} />
          <p>{stepUp.addFirst}</p>
          <PasskeyNameField view={view} />
          <button class="primary wide" type="submit">
            {passkeys.add}
          </button>
        </PasskeyForm>
      )}
    </>
  );
};

export const StepUpPage = ({ view, role, confirm, add, company, back }: StepUpProps) => {
  const { stepUp } = view.messages;
  const hasPasskey = confirm !== undefined || add !== undefined;
  return (
    <Page view={view} title={stepUp.title} layout="single">
      <BackToRoles view={view} href={rolePath(role.role)} />
      <section class="card step-up">
        <h1>{stepUp.title}</h1>
        <p class="lead">{stepUp.lead(role.role)}</p>
        <Needs view={view} needs={role.needs} ways={{ passkey: hasPasskey }} />
        <Passkey view={view} confirm={confirm} add={add} back={back} />
        {hasPasskey && <p class="small needs-script">{stepUp.elsewise}</p>}
        <a class={hasPasskey ? 'button wide' : 'button primary wide'} href={company.href}>
          <ShownName name={company.name} in={stepUp.signInAgain} />
        </a>
      </section>
    </Page>
  );
};
