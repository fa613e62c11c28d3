// What may be used once, as rows of table `once`: a put that expects no row is atomic in the service, so of all that
// come at one time, to any instance, one is first.
import { err, ok } from '../kernel/result.ts';
import type { OnceStore } from '../ports.ts';
import { ONCE } from './tables.ts';
import type { TablestoreRows } from './tablestore-rows.ts';

export function createOnceStore(rows: Pick<TablestoreRows, 'putRowIf'>): OnceStore {
  return {
    async spend(key, expiresAt) {
      const columns = { expires_at: expiresAt.toISOString() };
      const put = await rows.putRowIf({ table: ONCE, key: [key], columns }, 'absent');
      if (!put.ok) return err({ reason: 'store-failed', cause: put.error.code });
      return ok(put.value === 'written' ? 'first' : 'again');
    },
  };
}
