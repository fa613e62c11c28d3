// The store of people's passkeys, and of the last sign-on of each person.
import type { ConnectionId } from '../kernel/names.ts';
import type { Result } from '../kernel/result.ts';
import type { StoreFault } from '../kernel/store-fault.ts';
import type { LastSignOn, Passkey, PasskeyId } from './passkey.ts';
import type { PersonKey } from './person.ts';

export interface PasskeyStore {
  list(person: PersonKey): Promise<Result<readonly Passkey[], StoreFault>>;
  find(person: PersonKey, id: PasskeyId): Promise<Result<Passkey | undefined, StoreFault>>;
  add(passkey: Passkey): Promise<Result<'added' | 'known', StoreFault>>;
  /** As in SessionStore. */
  replace(before: Passkey, after: Passkey): Promise<Result<'replaced' | 'changed', StoreFault>>;
  remove(person: PersonKey, id: PasskeyId): Promise<Result<void, StoreFault>>;
  lastSignOn(person: PersonKey): Promise<Result<LastSignOn | undefined, StoreFault>>;
  noteSignOn(last: LastSignOn): Promise<Result<void, StoreFault>>;
  /** The people whom the identity provider authenticated in one of its sessions. Their sessions here may be over. */
  vouchedFor(connection: ConnectionId, idpSession: string): Promise<Result<readonly PersonKey[], StoreFault>>;
  /** Keeps a sign-on that is later than `by`. */
  forgetSignOn(person: PersonKey, by: Date): Promise<Result<void, StoreFault>>;
}
