// POST: a sign-on by a passkey alone, in place of the identity provider's.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { finishSignOn, type Verified } from '../sign-on/finish-sign-on.ts';
import { consumeCeremony } from './ceremony.ts';
import { readCeremonyForm } from './own-form.ts';
import { relyingParty } from './relying-party.ts';
import { recallSignOn, usePasskey } from './use-passkey.ts';

async function verify(
  c: LoginContext,
  signOn: SignOnInForce,
  deps: LoginDeps,
): Promise<Result<Verified, SignOnFailure>> {
  const now = c.get('now');
  const { sealed, answer, returnTo } = await readCeremonyForm(c);
  const challenge = await consumeCeremony(sealed, { ceremony: 'sign-in', session: undefined }, now, deps);
  if (!challenge.ok) return challenge;
  const asked = { challenge: challenge.value, owner: undefined };
  const used = await usePasskey(answer, asked, now, relyingParty(deps.publicUrl), deps);
  if (!used.ok) return used;
  const { connection, subject } = used.value;
  // Where people no longer sign on, a passkey is no way around.
  if (!signOn.connections.some(({ id }) => id === connection))
    return err({ code: 'sign_on_refused', reason: 'connection-unknown' });
  const signedOn = await recallSignOn(personKey(connection, subject), now, signOn, deps);
  return signedOn.ok ? ok({ signedOn: signedOn.value, returnTo, byPasskey: true }) : signedOn;
}

export const signInWithPasskey = (deps: LoginDeps) => async (c: LoginContext) => {
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return failurePage(c, signOn.error, deps);
  const verified = await verify(c, signOn.value, deps);
  const connection = verified.ok ? verified.value.signedOn.connection : undefined;
  return finishSignOn(c, connection, verified, signOn.value, deps);
};
