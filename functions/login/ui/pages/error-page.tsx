// The page for a failure: what went wrong, and what to do. It repeats nothing of the request except its id, which Stint made.
import type { RoleId } from '../../../../shared/kernel/names.ts';
import { PORTAL_PATHS, rolePath, signInPath, stepUpPath } from '../../paths/page-paths.ts';
import type { PageFault } from '../model/page-fault.ts';
import type { View } from '../view.ts';
import { Alert } from './icons.tsx';
import { Page } from './page.tsx';

interface ErrorProps {
  readonly view: View;
  readonly fault: PageFault;
  readonly requestId: string;
  /** The role of the request, if the page can lead on to it. */
  readonly role?: RoleId | undefined;
}

/** The failures after which the page offers to sign in. After others it leads back to the roles. */
const HELPED_BY_SIGN_IN: ReadonlySet<PageFault> = new Set([
  'idp_unavailable',
  'sign_on_refused',
  'too_many_groups',
  'company_first',
  'sign_on_misconfigured',
  'sign_on_ended',
  'session_ended',
]);

/** The failures after which the page suggests to try again. */
const PASSING: ReadonlySet<PageFault> = new Set([
  'idp_unavailable',
  'vend_unavailable',
  'store_unavailable',
  'audit_unavailable',
  'keys_unavailable',
  'rate_limited',
]);

interface Remedy {
  readonly href: string;
  readonly text: string;
}

function remedyOf({ view, fault, role }: ErrorProps): Remedy {
  const { fault: words, home } = view.messages;
  if (fault === 'step_up_required' && role) return { href: stepUpPath(role), text: home.stepUp };
  const again = PASSING.has(fault) ? words.tryAgain : undefined;
  if (!HELPED_BY_SIGN_IN.has(fault)) return { href: PORTAL_PATHS.roles, text: again ?? words.toPortal };
  return { href: signInPath(role && rolePath(role)), text: again ?? words.signInAgain };
}

export const ErrorPage = (props: ErrorProps) => {
  const { view, fault, requestId } = props;
  const { title, text } = view.messages.faults[fault];
  const remedy = remedyOf(props);
  return (
    <Page view={view} title={title} layout="single">
      <section class="card fault">
        <Alert />
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        <a class="button" href={remedy.href}>
          {remedy.text}
        </a>
        <p class="small">
          {view.messages.fault.requestId} <code>{requestId}</code>
        </p>
      </section>
    </Page>
  );
};
