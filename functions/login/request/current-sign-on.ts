// The section `signOn` of the rules in force.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { SignOn, SignOnInForce, SignOnStore } from '../../../shared/rules/sign-on/sign-on.ts';

/** Without rules, no one can sign in. */
const NO_SIGN_ON: SignOn = {
  connections: [],
  sessions: { idleSeconds: 0, absoluteSeconds: 0, commandLine: { idleSeconds: 0, absoluteSeconds: 0 } },
  passkeys: { maxSignOnAgeSeconds: 0 },
  blocked: [],
  directories: [],
};

/** Fails with `store_unavailable`. */
export async function currentSignOn(store: SignOnStore): Promise<Result<SignOnInForce, SignOnFailure>> {
  const current = await store.current();
  return current.ok ? ok(current.value ?? NO_SIGN_ON) : err(storeUnavailable(current.error));
}
