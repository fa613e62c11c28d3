// GET /portal/passkeys: a person's own passkeys, with what a script needs to add one or to use one.

import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { passkeyId } from '../../../shared/people/passkey.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { PAGE_PATHS } from '../paths/page-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { viewOf } from '../request/page-view.ts';
import { toAdd, toConfirm } from '../sign-on-passkeys/offer-ceremonies.ts';
import { PasskeysPage, type PasskeysProps } from '../ui/pages/passkeys-page.tsx';
import { signInPage } from './show-sign-in.tsx';

async function gather(
  session: Session,
  now: Date,
  deps: LoginDeps,
): Promise<Result<Omit<PasskeysProps, 'view'>, SignOnFailure>> {
  const listed = await deps.passkeys.list(personKey(session.connection, session.subject));
  if (!listed.ok) return err(storeUnavailable(listed.error));
  const known = listed.value.toSorted((a, b) => a.addedAt.getTime() - b.addedAt.getTime());
  const add = await toAdd(session, known, now, deps);
  if (!add.ok) return add;
  const passkeys = known.map(({ credential, name, addedAt, usedAt }) => ({
    id: passkeyId(credential),
    name,
    addedAt,
    usedAt,
  }));
  return ok({ passkeys, add: add.value, confirm: await toConfirm(session, known, now, deps) });
}

export const showPasskeys = (deps: LoginDeps) => async (c: LoginContext) => {
  const session = c.get('signedIn')?.session;
  if (!session) return signInPage(c, { returnTo: PAGE_PATHS.passkeys }, deps);
  const gathered = await gather(session, c.get('now'), deps);
  if (!gathered.ok) return failurePage(c, gathered.error, deps);
  return c.html(<PasskeysPage view={viewOf(c, 'passkeys', deps)} {...gathered.value} />);
};
