// The section signOn in force, or why there is none to go by.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type {
  Connection,
  SignOn,
  SignOnInForce,
  SignOnStore,
} from '../../../shared/rules/sign-on/sign-on.ts';

const NOBODY: SignOn = {
  connections: [],
  sessions: { idleSeconds: 0, absoluteSeconds: 0, commandLine: { idleSeconds: 0, absoluteSeconds: 0 } },
  passkeys: { maxSignOnAgeSeconds: 0 },
  blocked: [],
};

export async function currentSignOn(store: SignOnStore): Promise<Result<SignOnInForce, SignOnFailure>> {
  const current = await store.current();
  return current.ok ? ok(current.value ?? NOBODY) : err(storeUnavailable(current.error));
}

/** Whether a connection of that name does not exist, or is of another kind, is nobody's business. */
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
