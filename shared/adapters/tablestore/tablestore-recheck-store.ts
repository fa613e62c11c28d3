// The provider's refresh token of each sign-on, as rows of table `people`. A row that is replaced must still be as it was read, so
// that of two requests one takes the token out.
import { readJson } from '../../kernel/read-json.ts';
import { ok } from '../../kernel/result.ts';
import { type PersonKey, personKey } from '../../people/person.ts';
import { Recheck, type RecheckStore } from '../../people/recheck.ts';
import type { RecheckId } from '../../people/session.ts';
import { personOwner } from './people-rows.ts';
import { PEOPLE } from './tables.ts';
import { toStoreFault } from './tablestore-fault.ts';
import type { RowWrite, TablestoreRows } from './tablestore-rows.ts';

export const RECHECK_ITEM = 'recheck/';

const keyOf = (person: PersonKey, id: RecheckId): readonly string[] => [
  personOwner(person),
  `${RECHECK_ITEM}${id}`,
];

const ownKey = ({ id, signedOn: { connection, subject } }: Recheck): readonly string[] =>
  keyOf(personKey(connection, subject), id);

const rowOf = (recheck: Recheck): RowWrite => ({
  table: PEOPLE,
  key: ownKey(recheck),
  columns: { version: String(recheck.version), json: JSON.stringify(recheck) },
});

export function createRecheckStore(rows: TablestoreRows): RecheckStore {
  return {
    async create(recheck) {
      const put = await rows.putRows([rowOf(recheck)]);
      return put.ok ? put : toStoreFault(put.error);
    },

    async find(person, id) {
      const found = await rows.getRows(PEOPLE, [keyOf(person, id)]);
      return found.ok ? ok(readJson(Recheck, found.value[0]?.columns['json'])) : toStoreFault(found.error);
    },

    async replace(before, after) {
      const put = await rows.putRowIf(rowOf(after), { column: 'version', value: String(before.version) });
      if (!put.ok) return toStoreFault(put.error);
      return ok(put.value === 'written' ? 'replaced' : 'changed');
    },

    async remove(recheck) {
      const deleted = await rows.deleteRows(PEOPLE, [ownKey(recheck)]);
      return deleted.ok ? deleted : toStoreFault(deleted.error);
    },
  };
}
