// Where people's passkeys are kept, and when each person last signed on.
import type { ConnectionId } from '../kernel/names.ts';
import type { Result } from '../kernel/result.ts';
import type { StoreFault } from '../kernel/store-fault.ts';
import type { LastSignOn, Passkey, PasskeyId } from './passkey.ts';
import type { PersonKey } from './person.ts';

export interface PasskeyStore {
  list(person: PersonKey): Promise<Result<readonly Passkey[], StoreFault>>;
  find(person: PersonKey, id: PasskeyId): Promise<Result<Passkey | undefined, StoreFault>>;
  add(passkey: Passkey): Promise<Result<'added' | 'known', StoreFault>>;
  /** As SessionStore's. */
  replace(before: Passkey, after: Passkey): Promise<Result<'replaced' | 'changed', StoreFault>>;
  remove(person: PersonKey, id: PasskeyId): Promise<Result<void, StoreFault>>;
  lastSignOn(person: PersonKey): Promise<Result<LastSignOn | undefined, StoreFault>>;
  noteSignOn(last: LastSignOn): Promise<Result<void, StoreFault>>;
  /** Whom the identity provider vouched for in one of its sessions; what came of it here may be over. */
  vouchedFor(connection: ConnectionId, idpSession: string): Promise<Result<readonly PersonKey[], StoreFault>>;
  /** Of a sign-on after `by` nothing is forgotten. */
  forgetSignOn(person: PersonKey, by: Date): Promise<Result<void, StoreFault>>;
}
