// GET /portal/activity: what was done in the name of whoever asks.
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { personKey } from '../../../shared/people/person.ts';
import { PAGE_PATHS } from '../paths/page-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { viewOf } from '../request/page-view.ts';
import { ActivityPage } from '../ui/pages/activity-page.tsx';
import { signInPage } from './show-sign-in.tsx';

export const showActivity = (deps: LoginDeps) => async (c: LoginContext) => {
  const session = c.get('signedIn')?.session;
  if (!session) return signInPage(c, { returnTo: PAGE_PATHS.activity }, deps);
  const recent = await deps.activities.recent(personKey(session.connection, session.subject));
  if (!recent.ok) return failurePage(c, storeUnavailable(recent.error), deps);
  return c.html(<ActivityPage view={viewOf(c, 'activity', deps)} activities={recent.value} />);
};
