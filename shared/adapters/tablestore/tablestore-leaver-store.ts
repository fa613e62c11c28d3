// People who left, as rows of table `leavers`. A row is written only if it is still as it was read, so that of a leave and a
// reinstatement at one time neither is lost.
import { boundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';
import { readJson } from '../../kernel/read-json.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import { afterLeave, afterReinstatement, Leaver } from '../../people/leaver.ts';
import type { ChangedLeaver, LeaverStore } from '../../people/leaver-store.ts';
import { LEAVERS } from './tables.ts';
import { toStoreFault } from './tablestore-fault.ts';
import type { Row, RowWrite, TablestoreRows } from './tablestore-rows.ts';

const COLUMN = 'json';
/** The generation of the leaver, for optimistic locking. */
const VERSION = 'version';

/** After a conflict with another change the row is read and written again. */
const ATTEMPTS = 5;
/** After every name. */
const AFTER_ALL_NAMES = '\u{10ffff}';

const rowOf = (leaver: Leaver): RowWrite => ({
  table: LEAVERS,
  key: [leaver.name],
  columns: { [VERSION]: String(leaver.generation), [COLUMN]: JSON.stringify(leaver) },
});

const LEAVER_UNREADABLE = 'LeaverUnreadable';
const fault = (code: string): Result<never, StoreFault> => toStoreFault({ code, requestId: undefined });

function readLeavers(rows: readonly (Row | undefined)[]): Result<readonly Leaver[], StoreFault> {
  const there = rows.filter((row) => row !== undefined);
  const leavers = there.flatMap((row) => readJson(Leaver, row.columns[COLUMN]) ?? []);
  // A row under another name would keep another person out, and this one in.
  const areOwn = leavers.every(({ name }, i) => name === there[i]?.key[0]);
  return leavers.length === there.length && areOwn ? ok(leavers) : fault(LEAVER_UNREADABLE);
}

type Rows = Pick<TablestoreRows, 'getRows' | 'putRowIf' | 'getPage'>;

async function change(
  rows: Rows,
  name: string,
  changed: (before: Leaver | undefined) => Leaver | undefined,
): Promise<Result<ChangedLeaver | undefined, StoreFault>> {
  for (let i = 0; i < ATTEMPTS; i++) {
    const found = await rows.getRows(LEAVERS, [[name]]);
    if (!found.ok) return toStoreFault(found.error);
    const read = readLeavers(found.value);
    if (!read.ok) return read;
    const [before] = read.value;
    const after = changed(before);
    if (!after || after === before) return ok(after && { leaver: after, isChanged: false });
    const expected = before ? { column: VERSION, value: String(before.generation) } : 'absent';
    const put = await rows.putRowIf(rowOf(after), expected);
    if (!put.ok) return toStoreFault(put.error);
    if (put.value === 'written') return ok({ leaver: after, isChanged: true });
  }
  return fault('LeaverConflict');
}

/** The port to people who left. `LeaverUnreadable`: a row is damaged. `LeaverConflict`: others changed it each time. */
export function createLeaverStore(rows: Rows): LeaverStore {
  return {
    async find(names) {
      const found = await rows.getRows(
        LEAVERS,
        names.map((name) => [name]),
      );
      return found.ok ? readLeavers(found.value) : toStoreFault(found.error);
    },

    async mark(name, leave) {
      const marked = await change(rows, name, (before) => afterLeave(name, before, leave));
      if (!marked.ok) return marked;
      return marked.value ? ok(marked.value) : fault('LeaverConflict');
    },

    reinstate: (name, reinstatement) =>
      change(rows, name, (before) => before && afterReinstatement(before, reinstatement)),

    async page(from, limit) {
      const page = await rows.getPage(LEAVERS, {
        from: from === '' ? [] : [from],
        to: [AFTER_ALL_NAMES],
        limit,
      });
      if (!page.ok) return toStoreFault(page.error);
      const leavers = readLeavers(page.value.rows);
      return leavers.ok ? ok({ leavers: leavers.value, next: page.value.next?.[0] }) : leavers;
    },
  };
}

/** The rest of the 5 seconds within which a leave counts everywhere is for a slow answer. */
const REMEMBERED_MS = 2_000;
/** About 100 bytes each: most people have not left. */
const MAX_REMEMBERED = 10_000;
/** No name has one. */
const SEPARATOR = '\n';

interface Remembered {
  readonly leavers: readonly Leaver[];
  readonly readAt: number;
}

/** The port to people who left, at most 2 seconds old. A fault is not remembered. */
export function rememberLeavers(store: Pick<LeaverStore, 'find'>, clock: Clock): Pick<LeaverStore, 'find'> {
  const remembered = boundedCache<Remembered>(MAX_REMEMBERED);

  /** After the clock was set back an age is unknown, and counts as old. */
  const isFresh = ({ readAt }: Remembered): boolean => {
    const age = clock.now().getTime() - readAt;
    return age >= 0 && age < REMEMBERED_MS;
  };

  return {
    async find(names) {
      const key = names.join(SEPARATOR);
      const known = remembered.get(key);
      if (known && isFresh(known)) return ok(known.leavers);
      const readAt = clock.now().getTime();
      const found = await store.find(names);
      if (found.ok) remembered.set(key, { leavers: found.value, readAt });
      return found;
    },
  };
}
