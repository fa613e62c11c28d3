// What may be used once, as rows of table `once`: a put that expects no row is atomic in the service, so of all that
// come at one time, to any instance, one is first.

import type { OnceStore } from '../../kernel/consume-once.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import { ONCE } from './tables.ts';
import { toStoreFault } from './tablestore-fault.ts';
import type { TablestoreRows } from './tablestore-rows.ts';

/** The port to values that may be used once, for all instances. Times are those of the caller's clock. */
export function createOnceStore(rows: Pick<TablestoreRows, 'putRowIf' | 'getRows'>): OnceStore {
  const stored = async (key: string): Promise<Result<string, StoreFault>> => {
    const found = await rows.getRows(ONCE, [[key]]);
    if (!found.ok) return toStoreFault(found.error);
    const value = found.value[0]?.columns['value'];
    return value === undefined ? toStoreFault({ code: 'Unreadable', requestId: undefined }) : ok(value);
  };

  return {
    async consume(key, expiresAt) {
      const columns = { expires_at: expiresAt.toISOString() };
      const put = await rows.putRowIf({ table: ONCE, key: [key], columns }, 'absent');
      if (!put.ok) return toStoreFault(put.error);
      return ok(put.value === 'written' ? 'first' : 'again');
    },
    async putIfAbsent(key, value, expiresAt) {
      const columns = { value, expires_at: expiresAt.toISOString() };
      const put = await rows.putRowIf({ table: ONCE, key: [key], columns }, 'absent');
      if (!put.ok) return toStoreFault(put.error);
      return put.value === 'written' ? ok(value) : stored(key);
    },
  };
}
