// What people did as rows of `people`, under owners of their own so that reading sessions does not read these.
import { randomUUID } from 'node:crypto';
import { readJson } from '../../kernel/read-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import { Activity } from '../../people/activity.ts';
import type { ActivityStore } from '../../people/activity-store.ts';
import type { PersonKey } from '../../people/person.ts';
import { PEOPLE } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Row, TablestoreRows } from './tablestore-rows.ts';

/** A page of it; what is older is in the audit log. */
const KEPT = 50;
/** Tablestore takes 200 deletes at once. */
const MAX_DELETED_AT_ONCE = 200;
/** Milliseconds until the year 2286, and as many digits as those until today. */
const LAST_MILLISECOND = 9_999_999_999_999;
const DIGITS = String(LAST_MILLISECOND).length;
/** The least text above the owner's own. */
const AFTER = '\u0000';

const ownerOf = (person: PersonKey): string => `activity/${person}`;

/** Counts down, so that a range from its start has the newest first. */
function itemOf(at: string): string {
  const left = LAST_MILLISECOND - new Date(at).getTime();
  return `${String(left).padStart(DIGITS, '0')}/${randomUUID()}`;
}

const fromRow = (row: Row): Activity | undefined => readJson(Activity, row.columns['json']);

const failed = ({ code }: TablestoreFault) => err({ reason: 'store-failed', cause: code } as const);

export function createActivityStore(rows: TablestoreRows): ActivityStore {
  /** Reading also forgets what is too old to be shown, so nobody's rows grow without end. */
  async function recent(person: PersonKey): Promise<Result<readonly Activity[], StoreFault>> {
    const owner = ownerOf(person);
    const found = await rows.getRange(PEOPLE, owner, `${owner}${AFTER}`);
    if (!found.ok) return failed(found.error);
    const old = found.value.slice(KEPT, KEPT + MAX_DELETED_AT_ONCE).map(({ key }) => key);
    const deleted = old.length > 0 ? await rows.deleteRows(PEOPLE, old) : ok(undefined);
    return deleted.ok
      ? ok(found.value.slice(0, KEPT).flatMap((row) => fromRow(row) ?? []))
      : failed(deleted.error);
  }

  return {
    recent,
    async note(person, activity) {
      const key = [ownerOf(person), itemOf(activity.at)];
      const columns = { json: JSON.stringify(activity) };
      const put = await rows.putRows([{ table: PEOPLE, key, columns }]);
      if (!put.ok) return failed(put.error);
      if (activity.kind !== 'signed_in') return ok(undefined);
      const kept = await recent(person);
      return kept.ok ? ok(undefined) : kept;
    },
  };
}
