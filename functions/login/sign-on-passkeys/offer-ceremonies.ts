// The ceremonies that a page offers: each with a challenge of its own, for the script that may complete its form.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { Passkey } from '../../../shared/people/passkey.ts';
import { personKey, personName } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { PASSKEY_ACTIONS } from '../paths/page-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { PasskeyFormProps } from '../ui/pages/passkey-form.tsx';
import { startCeremony } from './ceremony.ts';
import { MAX_PASSKEYS, mayEnrol } from './enrol-passkey.ts';
import { creationOptions, requestOptions } from './passkey-options.ts';
import { relyingParty } from './relying-party.ts';

/** Undefined: not now. */
export async function toAdd(
  session: Session,
  known: readonly Passkey[],
  now: Date,
  deps: LoginDeps,
): Promise<Result<PasskeyFormProps | undefined, SignOnFailure>> {
  const allowed = await mayEnrol(session, now, deps);
  if (!allowed.ok) return allowed;
  if (!allowed.value || known.length >= MAX_PASSKEYS) return ok(undefined);
  const started = await startCeremony('enrol', session.id, now, deps);
  const { connection, subject } = session;
  const owner = { person: personKey(connection, subject), name: personName(connection, subject) };
  const options = await creationOptions(started, owner, known, relyingParty(deps.publicUrl));
  return ok({ action: PASSKEY_ACTIONS.enrol, kind: 'create', sealed: started.sealed, options });
}

export async function toConfirm(session: Session, known: readonly Passkey[], now: Date, deps: LoginDeps) {
  if (known.length === 0) return undefined;
  const started = await startCeremony('step-up', session.id, now, deps);
  const options = await requestOptions(started, known, relyingParty(deps.publicUrl));
  return { action: PASSKEY_ACTIONS.confirm, kind: 'get', sealed: started.sealed, options } as const;
}

/** For somebody who is yet to say who they are: their authenticator offers what it has for this host. */
export async function toSignIn(now: Date, deps: LoginDeps): Promise<PasskeyFormProps> {
  const started = await startCeremony('sign-in', undefined, now, deps);
  const options = await requestOptions(started, [], relyingParty(deps.publicUrl));
  return { action: PASSKEY_ACTIONS.signIn, kind: 'get', sealed: started.sealed, options };
}
