// The page of a person's own passkeys: list, add, rename and remove.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { type Passkey, PasskeyId, PasskeyName, passkeyId } from '../../../shared/people/passkey.ts';
import { type PersonKey, personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { PORTAL_PATHS } from '../paths/page-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { viewOf } from '../request/page-view.ts';
import { noteActivity, record } from '../request/record.ts';
import { readForm } from '../request/request-parts.ts';
import { offerConfirmation, offerEnrolment } from '../sign-on-passkeys/offer-ceremonies.ts';
import { PasskeysPage, type PasskeysProps } from '../ui/pages/passkeys-page.tsx';
import { signInPage } from './show-sign-in.tsx';

async function listPasskeys(
  session: Session,
  now: Date,
  deps: LoginDeps,
): Promise<Result<Omit<PasskeysProps, 'view'>, SignOnFailure>> {
  const listed = await deps.passkeys.list(personKey(session.connection, session.subject));
  if (!listed.ok) return err(storeUnavailable(listed.error));
  const known = listed.value.toSorted((a, b) => a.addedAt.getTime() - b.addedAt.getTime());
  const add = await offerEnrolment(session, known, now, deps);
  if (!add.ok) return add;
  const passkeys = known.map(({ credential, name, addedAt, usedAt }) => ({
    id: passkeyId(credential),
    name,
    addedAt,
    usedAt,
  }));
  return ok({ passkeys, add: add.value, confirm: await offerConfirmation(session, known, now, deps) });
}

/** GET /portal/passkeys: the person's passkeys, and the forms to add one and to confirm with one. */
export const showPasskeys = (deps: LoginDeps) => async (c: LoginContext) => {
  const session = c.get('signedIn')?.session;
  if (!session) return signInPage(c, { returnTo: PORTAL_PATHS.passkeys }, deps);
  const listed = await listPasskeys(session, c.get('now'), deps);
  if (!listed.ok) return failurePage(c, listed.error, deps);
  return c.html(<PasskeysPage view={viewOf(c, 'passkeys', deps)} {...listed.value} />);
};

/** Undefined: the id is not one of the person's own passkeys. */
async function findOwnPasskey(
  person: PersonKey,
  id: unknown,
  { passkeys }: LoginDeps,
): Promise<Result<Passkey | undefined, SignOnFailure>> {
  const passkeyId = PasskeyId.safeParse(id).data;
  const found = passkeyId ? await passkeys.find(person, passkeyId) : ok(undefined);
  return found.ok ? found : err(storeUnavailable(found.error));
}

/** POST /portal/passkeys: renames or removes one of the person's own passkeys. Any other id changes nothing. */
export const changePasskey = (deps: LoginDeps) => async (c: LoginContext) => {
  const session = c.get('signedIn')?.session;
  if (!session) return c.redirect(PORTAL_PATHS.roles, 303);
  const { connection, subject, id: sessionId } = session;
  const person = personKey(connection, subject);
  const { rename, remove, name } = await readForm(c);
  const found = await findOwnPasskey(person, remove ?? rename, deps);
  if (!found.ok) return failurePage(c, found.error, deps);
  const passkey = found.value;
  if (!passkey) return c.redirect(PORTAL_PATHS.passkeys, 303);
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
  return c.redirect(PORTAL_PATHS.passkeys, 303);
};
