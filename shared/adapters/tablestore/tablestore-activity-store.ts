// People's recent activity, as rows of table `people`, the newest first.

import { randomUUID } from 'node:crypto';
import { readJson } from '../../kernel/read-json.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import { Activity } from '../../people/activity.ts';
import type { ActivityStore } from '../../people/activity-store.ts';
import type { PersonKey } from '../../people/person.ts';
import { rowsOf } from './people-rows.ts';
import { PEOPLE } from './tables.ts';
import { toStoreFault } from './tablestore-fault.ts';
import type { Row, TablestoreRows } from './tablestore-rows.ts';

/** One page; older activity is in the audit log. */
const KEPT_ACTIVITIES = 50;
/** Tablestore takes 200 deletes at once. */
const MAX_DELETED_AT_ONCE = 200;
/** Milliseconds until the year 2286, and as many digits as those until today. */
const LAST_MILLISECOND = 9_999_999_999_999;
const DIGITS = String(LAST_MILLISECOND).length;

const activityOwner = (person: PersonKey): string => `activity/${person}`;

/** Counts down, so that a range read from its start gives the newest first. */
function activityItem(at: string): string {
  const left = LAST_MILLISECOND - new Date(at).getTime();
  return `${String(left).padStart(DIGITS, '0')}/${randomUUID()}`;
}

/** The time that an item names. */
export const activityTime = (item: string): Date =>
  new Date(LAST_MILLISECOND - Number(item.slice(0, DIGITS) || Number.NaN));

const readActivity = (row: Row): Activity | undefined => readJson(Activity, row.columns['json']);

/** The recent activity of each person. */
export function createActivityStore(rows: TablestoreRows): ActivityStore {
  /** Reading also deletes what is too old to be shown, so that a person's rows stay bounded. */
  async function recent(person: PersonKey): Promise<Result<readonly Activity[], StoreFault>> {
    const owner = activityOwner(person);
    const found = await rowsOf(rows, owner);
    if (!found.ok) return toStoreFault(found.error);
    const old = found.value
      .slice(KEPT_ACTIVITIES, KEPT_ACTIVITIES + MAX_DELETED_AT_ONCE)
      .map(({ key }) => key);
    const deleted = old.length > 0 ? await rows.deleteRows(PEOPLE, old) : ok(undefined);
    return deleted.ok
      ? ok(found.value.slice(0, KEPT_ACTIVITIES).flatMap((row) => readActivity(row) ?? []))
      : toStoreFault(deleted.error);
  }

  return {
    recent,
    async note(person, activity) {
      const key = [activityOwner(person), activityItem(activity.at)];
      const columns = { json: JSON.stringify(activity) };
      const put = await rows.putRows([{ table: PEOPLE, key, columns }]);
      if (!put.ok) return toStoreFault(put.error);
      if (activity.kind !== 'signed_in') return ok(undefined);
      const kept = await recent(person);
      return kept.ok ? ok(undefined) : kept;
    },
  };
}
