// What went wrong and what to do. Reflects nothing of the request; the request id is the service's own.
import { FRESH } from '../../sign-on/fresh.ts';
import type { PageFault } from '../page-fault.ts';
import { PAGE_PATHS, type View } from '../view.ts';
import { Alert } from './icons.tsx';
import { Page } from './page.tsx';

interface ErrorProps {
  readonly view: View;
  readonly fault: PageFault;
  readonly requestId: string;
}

/** Where signing in is what helps; elsewhere it is going back. */
const HELPED_BY_SIGN_IN: ReadonlySet<PageFault> = new Set([
  'idp_unavailable',
  'sign_on_refused',
  'sign_on_misconfigured',
  'sign_on_ended',
  'step_up_required',
]);

const Remedy = ({ view, fault }: Omit<ErrorProps, 'requestId'>) => {
  const words = view.messages.fault;
  const signIn = PAGE_PATHS['sign-in'];
  if (!HELPED_BY_SIGN_IN.has(fault)) {
    return (
      <a class="button" href={PAGE_PATHS.roles}>
        {words.toPortal}
      </a>
    );
  }
  return (
    <a class="button" href={fault === 'step_up_required' ? `${signIn}?${FRESH}` : signIn}>
      {fault === 'idp_unavailable' ? words.tryAgain : words.signInAgain}
    </a>
  );
};

export const ErrorPage = ({ view, fault, requestId }: ErrorProps) => {
  const { title, text } = view.messages.faults[fault];
  return (
    <Page view={view} title={title} layout="single">
      <section class="card fault">
        <Alert />
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        <Remedy view={view} fault={fault} />
        <p class="small">
          {view.messages.fault.requestId} <code>{requestId}</code>
        </p>
      </section>
    </Page>
  );
};
