// The ceremonies that a page offers: each has a challenge of its own and the options for the browser, for the script that
// completes its form. User verification is always required, so a passkey proves two factors: the device, and a PIN or a
// fingerprint.
import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { Passkey } from '../../../shared/people/passkey.ts';
import { personKey, personName } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { PASSKEY_ACTIONS } from '../paths/page-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { PasskeyFormProps } from '../ui/pages/passkey-form.tsx';
import { type RelyingParty, relyingParty, type StartedCeremony, startCeremony } from './ceremony.ts';
import { MAX_PASSKEYS, mayEnrol } from './enrol-passkey.ts';
import { ALGORITHMS } from './verify-passkey.ts';

/** For adding a passkey. Undefined if the person may not add one now, or has as many as they may. */
export async function offerEnrolment(
  session: Session,
  known: readonly Passkey[],
  now: Date,
  deps: LoginDeps,
): Promise<Result<PasskeyFormProps | undefined, SignOnFailure>> {
  const allowed = await mayEnrol(session, now, deps);
  if (!allowed.ok) return allowed;
  if (!allowed.value || known.length >= MAX_PASSKEYS) return ok(undefined);
  const started = await startCeremony('enrol', session.id, now, deps);
  const options = await creationOptions(started, session, known, relyingParty(deps.publicUrl));
  return ok({ action: PASSKEY_ACTIONS.enrol, kind: 'create', sealed: started.sealed, options });
}

/** For a step-up by one of the person's passkeys. Undefined if they have none. */
export async function offerConfirmation(
  session: Session,
  known: readonly Passkey[],
  now: Date,
  deps: LoginDeps,
) {
  if (known.length === 0) return undefined;
  const started = await startCeremony('step-up', session.id, now, deps);
  const options = await requestOptions(started, known, relyingParty(deps.publicUrl));
  return { action: PASSKEY_ACTIONS.confirm, kind: 'get', sealed: started.sealed, options } as const;
}

/** For a person who is not signed in: their authenticator offers every passkey that it has for this host. */
export async function offerSignIn(now: Date, deps: LoginDeps): Promise<PasskeyFormProps> {
  const started = await startCeremony('sign-in', undefined, now, deps);
  const options = await requestOptions(started, [], relyingParty(deps.publicUrl));
  return { action: PASSKEY_ACTIONS.signIn, kind: 'get', sealed: started.sealed, options };
}

/**
 * The user handle is the person's key, without their name: an authenticator may show it to its holder. The user name lets a
 * person tell their accounts apart (WebAuthn section 5.4.3).
 */
function creationOptions(
  { challenge }: StartedCeremony,
  { connection, subject }: Session,
  known: readonly Passkey[],
  { id, name: rpName }: RelyingParty,
) {
  return generateRegistrationOptions({
    rpID: id,
    rpName,
    challenge,
    userID: new Uint8Array(Buffer.from(personKey(connection, subject), 'hex')),
    userName: personName(connection, subject),
    attestationType: 'none',
    // A second passkey in the same authenticator would replace the first one.
    excludeCredentials: known.map(({ credential }) => ({ id: credential })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
  });
}

const requestOptions = ({ challenge }: StartedCeremony, own: readonly Passkey[], { id }: RelyingParty) =>
  generateAuthenticationOptions({
    rpID: id,
    challenge,
    userVerification: 'required',
    allowCredentials: own.map(({ credential }) => ({ id: credential })),
  });
