// POST: a sign-on by a passkey alone, instead of one at the identity provider. The person may have left the company since, so
// the identity provider must have vouched for them lately, at a connection that is still in force.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { type PersonKey, personKey } from '../../../shared/people/person.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { isOfGeneration } from '../sessions/session-limits.ts';
import { finishSignOn, type VerifiedSignOn } from '../sign-on/finish-sign-on.ts';
import { consumeCeremony, readCeremonyForm, relyingParty } from './ceremony.ts';
import { PASSKEY_METHODS, usePasskey } from './verify-passkey.ts';

export const signInWithPasskey = (deps: LoginDeps) => async (c: LoginContext) => {
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return failurePage(c, signOn.error, deps);
  const verified = await verify(c, signOn.value, deps);
  const connection = verified.ok ? verified.value.signedOn.connection : undefined;
  return finishSignOn(c, connection, verified, signOn.value, deps);
};

async function verify(
  c: LoginContext,
  signOn: SignOnInForce,
  deps: LoginDeps,
): Promise<Result<VerifiedSignOn, SignOnFailure>> {
  const now = c.get('now');
  const { sealed, answer, returnTo } = await readCeremonyForm(c);
  const challenge = await consumeCeremony(sealed, { ceremony: 'sign-in', session: undefined }, now, deps);
  if (!challenge.ok) return challenge;
  const expected = { challenge: challenge.value, owner: undefined };
  const used = await usePasskey(answer, expected, now, relyingParty(deps.publicUrl), deps);
  if (!used.ok) return used;
  const { connection, subject } = used.value;
  // A passkey is no way around a connection that was removed.
  if (!signOn.connections.some(({ id }) => id === connection))
    return err({ code: 'sign_on_refused', reason: 'connection-unknown' });
  const last = await signOnOf(personKey(connection, subject), now, signOn, deps);
  return last.ok ? ok({ ...last.value, returnTo, byPasskey: true }) : last;
}

/**
 * The person's last sign-on at the identity provider, for which the passkey stands. Its session ends when the passkey would
 * no longer begin one, or when the identity provider wanted its own session to end: only another sign-on there renews what
 * it said of the person (saml-profiles section 4.1.4.3).
 */
async function signOnOf(
  person: PersonKey,
  now: Date,
  signOn: SignOnInForce,
  { passkeys }: Pick<LoginDeps, 'passkeys'>,
): Promise<Result<Pick<VerifiedSignOn, 'signedOn' | 'leaverGenerations' | 'recheck'>, SignOnFailure>> {
  const tooOld = err({ code: 'sign_on_refused', reason: 'sign-on-too-old' } as const);
  const last = await passkeys.lastSignOn(person);
  if (!last.ok) return err(storeUnavailable(last.error));
  if (!last.value || !isOfGeneration(last.value, signOn)) return tooOld;
  const { signedOn, at, leaverGenerations, recheck } = last.value;
  const latest = new Date(at.getTime() + signOn.passkeys.maxSignOnAgeSeconds * 1000);
  const endsBy = signedOn.endsBy !== undefined && signedOn.endsBy < latest ? signedOn.endsBy : latest;
  if (now >= endsBy) return tooOld;
  const renewed = { ...signedOn, authenticatedAt: now, methods: [...PASSKEY_METHODS], endsBy };
  // The company's word is as old as that sign-on. Where it can be asked again, the first use of the session does so.
  const confirmed = recheck === undefined ? { confirmedAt: at } : { recheck };
  return ok({ signedOn: renewed, leaverGenerations, recheck: confirmed });
}
