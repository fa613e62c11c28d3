// Whom the identity provider vouched for in one of its sessions, by name: the audit trail shall say whom an order meant whose
// session here is over.
import type { ConnectionId } from '../../../shared/kernel/names.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import type { PasskeyStore } from '../../../shared/people/passkey-store.ts';
import type { Person } from '../../../shared/people/person.ts';

export async function vouchedFor(
  connection: ConnectionId,
  idpSession: string,
  passkeys: Pick<PasskeyStore, 'vouchedFor' | 'lastSignOn'>,
): Promise<Result<readonly Person[], StoreFault>> {
  const keys = await passkeys.vouchedFor(connection, idpSession);
  if (!keys.ok) return keys;
  const people: Person[] = [];
  for (const key of keys.value) {
    const last = await passkeys.lastSignOn(key);
    if (!last.ok) return last;
    // Otherwise it was forgotten just now, and nothing is left to forget.
    if (last.value) people.push(last.value.signedOn);
  }
  return ok(people);
}
