// POST: another name for one of one's own passkeys, or its end. An id of somebody else's changes nothing.

import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { type Passkey, PasskeyId, PasskeyName } from '../../../shared/people/passkey.ts';
import { type PersonKey, personKey } from '../../../shared/people/person.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { PAGE_PATHS } from '../paths/page-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { noteActivity } from '../request/note-activity.ts';
import { readForm } from '../request/read-form.ts';
import { record } from '../request/record.ts';

async function findOwn(
  person: PersonKey,
  asked: unknown,
  { passkeys }: LoginDeps,
): Promise<Result<Passkey | undefined, SignOnFailure>> {
  const id = PasskeyId.safeParse(asked);
  const found = id.success ? await passkeys.find(person, id.data) : ok(undefined);
  return found.ok ? found : err(storeUnavailable(found.error));
}

export const changePasskey = (deps: LoginDeps) => async (c: LoginContext) => {
  const session = c.get('signedIn')?.session;
  if (!session) return c.redirect(PAGE_PATHS.roles, 303);
  const { connection, subject, id: sessionId } = session;
  const person = personKey(connection, subject);
  const { rename, remove, name } = await readForm(c);
  const found = await findOwn(person, remove ?? rename, deps);
  if (!found.ok) return failurePage(c, found.error, deps);
  const passkey = found.value;
  if (!passkey) return c.redirect(PAGE_PATHS.passkeys, 303);
  const isRemoval = remove !== undefined;
  const newName = PasskeyName.safeParse(name).data ?? passkey.name;
  const action = isRemoval ? 'passkey-removed' : 'passkey-renamed';
  const recorded = await record(c, { action, connection, subject, session: sessionId }, deps);
  if (!recorded.ok) return failurePage(c, recorded.error, deps);
  const changed = isRemoval
    ? await deps.passkeys.remove(person, PasskeyId.parse(remove))
    : await deps.passkeys.replace(passkey, { ...passkey, name: newName, version: passkey.version + 1 });
  if (!changed.ok) return failurePage(c, storeUnavailable(changed.error), deps);
  if (isRemoval) await noteActivity(c, session, { kind: 'passkey_removed', subject: passkey.name }, deps);
  return c.redirect(PAGE_PATHS.passkeys, 303);
};
