// The page for a failure. Its text is constant for each code: it repeats nothing of the request, and does not say why the
// response of an identity provider was refused.
import type { RoleId } from '../../../shared/kernel/names.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { FAULT_STATUS, pageFaultOf } from '../ui/model/page-fault.ts';
import { ErrorPage } from '../ui/pages/error-page.tsx';
import type { LoginDeps } from './deps.ts';
import type { LoginContext } from './login-env.ts';
import { viewOf } from './page-view.ts';
import { logRefusal } from './trace-request.ts';

/** Seconds. A fail-over takes about this long. */
const RETRY_AFTER = 5;

/** For these failures the page leads on to the role of the request. */
const LEAD_ON: ReadonlySet<SignOnFailure['code']> = new Set(['step_up_required', 'session_ended']);

/** Logs the failure and answers with its page. `role`: the role of the request. */
export function failurePage(c: LoginContext, failure: SignOnFailure, deps: LoginDeps, role?: RoleId) {
  const { code } = failure;
  const status = FAULT_STATUS[code];
  logRefusal(c, status >= 500 ? 'error' : 'info', failure, deps);
  const known = 'retryAfterSeconds' in failure ? failure.retryAfterSeconds : undefined;
  if (status === 503 || status === 429) c.header('retry-after', String(known ?? RETRY_AFTER));
  const view = viewOf(c, c.get('signedIn') ? 'roles' : 'sign-in', deps);
  return c.html(
    <ErrorPage
      view={view}
      fault={pageFaultOf(failure)}
      requestId={c.get('requestId')}
      role={LEAD_ON.has(code) ? role : undefined}
    />,
    status,
  );
}
