// What one role needs of whoever wants it, and the ways to it: the shortest first.
import { RETURN_TO } from '../../paths/return-path.ts';
import { rolePath, stepUpPath } from '../../paths/role-paths.ts';
import type { PortalRole } from '../model/portal-role.ts';
import type { View } from '../view.ts';
import { CeremonyForm, type CeremonyProps } from './ceremony-form.tsx';
import { Icon } from './icons.tsx';
import { Needs } from './needs.tsx';
import { Page } from './page.tsx';
import { PasskeyName } from './passkey-name.tsx';
import { Said } from './said.tsx';
import type { ConnectionChoice } from './sign-in-page.tsx';

export interface StepUpProps {
  readonly view: View;
  readonly role: PortalRole;
  /** Undefined: there is no passkey, or it would not help. */
  readonly confirm: CeremonyProps | undefined;
  /** Undefined: not now. */
  readonly add: CeremonyProps | undefined;
  readonly company: ConnectionChoice;
}

const Passkey = ({ view, role, confirm, add }: Omit<StepUpProps, 'company'>) => {
  const { passkeys, stepUp } = view.messages;
  return (
    <>
      {confirm && (
        <CeremonyForm view={view} {...confirm}>
          <input type="hidden" name={RETURN_TO} value={rolePath(role.role)} />
          <button class="primary wide" type="submit">
            {passkeys.confirm}
          </button>
        </CeremonyForm>
      )}
      {add && (
        <CeremonyForm view={view} {...add}>
          <input type="hidden" name={RETURN_TO} value={stepUpPath(role.role)} />
          <p>{stepUp.addFirst}</p>
          <PasskeyName view={view} />
          <button class="primary wide" type="submit">
            {passkeys.add}
          </button>
        </CeremonyForm>
      )}
    </>
  );
};

export const StepUpPage = ({ view, role, confirm, add, company }: StepUpProps) => {
  const { stepUp, credentials } = view.messages;
  const hasPasskey = confirm !== undefined || add !== undefined;
  return (
    <Page view={view} title={stepUp.title} layout="single">
      <p>
        <a class="back" href={rolePath(role.role)}>
          <Icon of="back" />
          {credentials.back}
        </a>
      </p>
      <section class="card step-up">
        <h1>{stepUp.title}</h1>
        <p class="lead">{stepUp.lead(role.role)}</p>
        <Needs view={view} needs={role.needs} ways={{ passkey: hasPasskey }} />
        <Passkey view={view} role={role} confirm={confirm} add={add} />
        {hasPasskey && <p class="small needs-script">{stepUp.elsewise}</p>}
        <a class={hasPasskey ? 'button wide' : 'button primary wide'} href={company.href}>
          <Said name={company.name} in={stepUp.signInAgain} />
        </a>
      </section>
    </Page>
  );
};
