// POST: a new passkey for the person who is signed on, and only soon after the identity provider vouched for them: a thief with
// a stolen session must not make a key that outlives it.

import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { type Passkey, PasskeyName } from '../../../shared/people/passkey.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { PORTAL_PATHS, returnPath } from '../paths/page-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { noteActivity, record } from '../request/record.ts';
import { type CeremonyForm, consumeCeremony, readCeremonyForm, relyingParty } from './ceremony.ts';
import { verifyRegistration } from './verify-passkey.ts';

/** Enough to read the page and find the key, and too short for a stranger at an unlocked desk after lunch. */
const ENROL_WITHIN_MS = 900_000;
/** A person's devices and spare keys. */
export const MAX_PASSKEYS = 10;
const UNNAMED = 'Passkey';

const refuse = (reason: 'sign-on-too-old' | 'passkey-limit' | 'passkey-refused') =>
  err({ code: 'sign_on_refused', reason } as const);

/** Whether the identity provider vouched for the person just now, and in this session. */
export async function mayEnrol(
  { connection, subject, signedOnAt, byPasskey }: Session,
  now: Date,
  { passkeys }: Pick<LoginDeps, 'passkeys'>,
): Promise<Result<boolean, SignOnFailure>> {
  if (byPasskey) return ok(false);
  const last = await passkeys.lastSignOn(personKey(connection, subject));
  if (!last.ok) return err(storeUnavailable(last.error));
  const isRecent = (at: Date) => now.getTime() - at.getTime() < ENROL_WITHIN_MS;
  return ok(last.value !== undefined && isRecent(last.value.at) && isRecent(signedOnAt));
}

async function makePasskey(
  c: LoginContext,
  session: Session,
  { sealed, answer, name }: CeremonyForm,
  deps: LoginDeps,
): Promise<Result<Passkey, SignOnFailure>> {
  const now = c.get('now');
  const allowed = await mayEnrol(session, now, deps);
  if (!allowed.ok) return allowed;
  if (!allowed.value) return refuse('sign-on-too-old');
  const challenge = await consumeCeremony(sealed, { ceremony: 'enrol', session: session.id }, now, deps);
  if (!challenge.ok) return challenge;
  const enrolled = await verifyRegistration(answer, challenge.value, relyingParty(deps.publicUrl));
  if (!enrolled.ok) return refuse(enrolled.error);
  const { connection, subject, person, leaverGenerations } = session;
  const known = await deps.passkeys.list(personKey(connection, subject));
  if (!known.ok) return err(storeUnavailable(known.error));
  if (known.value.length >= MAX_PASSKEYS) return refuse('passkey-limit');
  const named = PasskeyName.safeParse(name).data ?? UNNAMED;
  return ok({
    ...{ connection, subject, ...enrolled.value, name: named, addedAt: now, version: 1 },
    ...(person !== undefined && { person }),
    ...(leaverGenerations !== undefined && { leaverGenerations }),
  });
}

export const enrolPasskey = (deps: LoginDeps) => async (c: LoginContext) => {
  const session = c.get('signedIn')?.session;
  if (!session) return c.redirect(PORTAL_PATHS.roles, 303);
  const { connection, subject, id } = session;
  const form = await readCeremonyForm(c);
  const made = await makePasskey(c, session, form, deps);
  const failure = made.ok ? {} : { failure: made.error };
  const entry = { action: 'passkey-added', connection, subject, session: id, ...failure } as const;
  // The audit row comes first: without it no passkey is stored.
  const recorded = await record(c, entry, deps);
  if (!made.ok) return failurePage(c, made.error, deps);
  if (!recorded.ok) return failurePage(c, recorded.error, deps);
  const added = await deps.passkeys.add(made.value);
  if (!added.ok) return failurePage(c, storeUnavailable(added.error), deps);
  await noteActivity(c, session, { kind: 'passkey_added', subject: made.value.name }, deps);
  return c.redirect(returnPath(form.returnTo || PORTAL_PATHS.passkeys), 303);
};
