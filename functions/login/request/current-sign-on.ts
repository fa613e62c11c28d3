// The section `signOn` of the rules in force.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type {
  Connection,
  SignOn,
  SignOnInForce,
  SignOnStore,
} from '../../../shared/rules/sign-on/sign-on.ts';

/** Without rules, no one can sign in. */
const NO_SIGN_ON: SignOn = {
  connections: [],
  sessions: { idleSeconds: 0, absoluteSeconds: 0, commandLine: { idleSeconds: 0, absoluteSeconds: 0 } },
  passkeys: { maxSignOnAgeSeconds: 0 },
  blocked: [],
};

/** Fails with `store_unavailable`. */
export async function currentSignOn(store: SignOnStore): Promise<Result<SignOnInForce, SignOnFailure>> {
  const current = await store.current();
  return current.ok ? ok(current.value ?? NO_SIGN_ON) : err(storeUnavailable(current.error));
}

/** Fails with `not_found`, in the same way for a connection that does not exist and one of another kind. */
export function connectionOf<Kind extends Connection['kind']>(
  { connections }: SignOn,
  kind: Kind,
  id: string,
): Result<Extract<Connection, { kind: Kind }>, SignOnFailure> {
  const isWanted = (one: Connection): one is Extract<Connection, { kind: Kind }> =>
    one.kind === kind && one.id === id;
  const found = connections.find(isWanted);
  return found ? ok(found) : err({ code: 'not_found', reason: 'connection-unknown' });
}
