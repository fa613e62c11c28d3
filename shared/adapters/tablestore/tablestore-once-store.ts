// What may be used once, as rows of table `once`: a put that expects no row is atomic in the service, so of all that
// come at one time, to any instance, one is first.

import type { OnceStore } from '../../kernel/consume-once.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import { ONCE } from './tables.ts';
import type { TablestoreRows } from './tablestore-rows.ts';

const failed = (cause: string): Result<never, StoreFault> => err({ reason: 'store-failed', cause });

export function createOnceStore(rows: Pick<TablestoreRows, 'putRowIf' | 'getRows'>): OnceStore {
  const stored = async (key: string): Promise<Result<string, StoreFault>> => {
    const found = await rows.getRows(ONCE, [[key]]);
    if (!found.ok) return failed(found.error.code);
    const value = found.value[0]?.columns['value'];
    return value === undefined ? failed('Unreadable') : ok(value);
  };

  return {
    async consume(key, expiresAt) {
      const columns = { expires_at: expiresAt.toISOString() };
      const put = await rows.putRowIf({ table: ONCE, key: [key], columns }, 'absent');
      if (!put.ok) return failed(put.error.code);
      return ok(put.value === 'written' ? 'first' : 'again');
    },
    async putIfAbsent(key, value, expiresAt) {
      const columns = { value, expires_at: expiresAt.toISOString() };
      const put = await rows.putRowIf({ table: ONCE, key: [key], columns }, 'absent');
      if (!put.ok) return failed(put.error.code);
      return put.value === 'written' ? ok(value) : stored(key);
    },
  };
}
