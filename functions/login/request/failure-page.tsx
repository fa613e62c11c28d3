// A failure, said to a person. The words are constant for each code: nothing of the request comes back, and nothing of
// why an identity provider's answer was refused.
import type { RoleId } from '../../../shared/kernel/names.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { FAULT_STATUS, pageFaultOf } from '../ui/model/page-fault.ts';
import { ErrorPage } from '../ui/pages/error-page.tsx';
import type { LoginDeps } from './deps.ts';
import type { LoginContext } from './login-env.ts';
import { viewOf } from './page-view.ts';

/** Seconds; a fail-over takes about this long. */
const RETRY_AFTER = 5;

/** After these, one can go on to the role that was wanted; other pages have nothing of the request in them. */
const LEAD_ON: ReadonlySet<SignOnFailure['code']> = new Set(['step_up_required', 'session_ended']);

export function failurePage(c: LoginContext, failure: SignOnFailure, deps: LoginDeps, role?: RoleId) {
  const { code, reason, cause = '' } = failure;
  const status = FAULT_STATUS[code];
  const requestId = c.get('requestId');
  const said = 'providerError' in failure ? { providerError: failure.providerError } : {};
  deps.logger.log(status >= 500 ? 'error' : 'info', 'refused', { requestId, code, reason, cause, ...said });
  const known = 'retryAfterSeconds' in failure ? failure.retryAfterSeconds : undefined;
  if (status === 503 || status === 429) c.header('retry-after', String(known ?? RETRY_AFTER));
  const view = viewOf(c, c.get('signedIn') ? 'roles' : 'sign-in', deps);
  return c.html(
    <ErrorPage
      view={view}
      fault={pageFaultOf(failure)}
      requestId={requestId}
      role={LEAD_ON.has(code) ? role : undefined}
    />,
    status,
  );
}
