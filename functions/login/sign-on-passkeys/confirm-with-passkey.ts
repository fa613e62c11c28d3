// POST: step-up. A person who is signed on proves once more who they are, for grants that require a second factor or a recent
// proof.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { PORTAL_PATHS, returnPath } from '../paths/page-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { record } from '../request/record.ts';
import { sendForProof } from '../sessions/judge-cookie.ts';
import { newSecret, readSessionCookie, writeSessionCookie } from '../sessions/session-cookie.ts';
import { type CeremonyForm, consumeCeremony, readCeremonyForm, relyingParty } from './ceremony.ts';
import { PASSKEY_METHODS, usePasskey } from './verify-passkey.ts';

/** The session's new secret: what was proved counts once a browser shows it. */
async function confirm(
  c: LoginContext,
  session: Session,
  { sealed, answer }: CeremonyForm,
  deps: LoginDeps,
): Promise<Result<string, SignOnFailure>> {
  const now = c.get('now');
  const challenge = await consumeCeremony(sealed, { ceremony: 'step-up', session: session.id }, now, deps);
  if (!challenge.ok) return challenge;
  const owner = personKey(session.connection, session.subject);
  const expected = { challenge: challenge.value, owner };
  const used = await usePasskey(answer, expected, now, relyingParty(deps.publicUrl), deps);
  if (!used.ok) return used;
  const secret = newSecret();
  const methods = [...new Set([...session.methods, ...PASSKEY_METHODS])];
  const after = sendForProof(session, secret, { methods, authenticatedAt: now }, now);
  const replaced = await deps.sessions.replace(session, after);
  if (!replaced.ok) return err(storeUnavailable(replaced.error));
  if (replaced.value === 'changed') return err({ code: 'sign_on_ended', reason: 'state-used' });
  return ok(secret);
}

export const confirmWithPasskey = (deps: LoginDeps) => async (c: LoginContext) => {
  const session = c.get('signedIn')?.session;
  const handle = readSessionCookie(c);
  if (!session || !handle) return c.redirect(PORTAL_PATHS.roles, 303);
  const { connection, subject, id } = session;
  const form = await readCeremonyForm(c);
  const confirmed = await confirm(c, session, form, deps);
  const failure = confirmed.ok ? {} : { failure: confirmed.error };
  const recorded = await record(c, { action: 'step-up', connection, subject, session: id, ...failure }, deps);
  if (!confirmed.ok) return failurePage(c, confirmed.error, deps);
  // What was proved counts only with the new secret, which no browser has in this case.
  if (!recorded.ok) return failurePage(c, recorded.error, deps);
  writeSessionCookie(c, { ...handle, secret: confirmed.value });
  return c.redirect(returnPath(form.returnTo), 303);
};
