// An apply that fails half-way changes no rule and leaves no row behind; one that took effect is never reported as
// failed.
import { describe, expect, it, vi } from 'vitest';
import {
  type CurrentAccess,
  readCurrentAccess,
  writeAccess,
} from '../../shared/adapters/tablestore/applied-access.ts';
import {
  deletableRevisions,
  KEPT_REVISIONS,
  readRecord,
} from '../../shared/adapters/tablestore/revision-history.ts';
import { ACCESS, CATALOG } from '../../shared/adapters/tablestore/tables.ts';
import { Revision } from '../../shared/kernel/names.ts';
import { FakeRows, type Interception } from '../support/fake-rows.ts';
import { accepted, edited, VALID } from '../unit/rules/documents.ts';
import { must } from './must.ts';

const OLD = accepted(VALID);
const NEW = accepted(edited('Seconds: 1800', 'Seconds: 900'));
const HOUR = 60;
const NETWORK = { code: 'Network', requestId: undefined };

const current = async (rows: FakeRows) => must(await readCurrentAccess(rows));
const order = (read: CurrentAccess, access = NEW, minute = HOUR) => ({
  base: read,
  access,
  appliedBy: 'test',
  documentSha256: '',
  now: new Date(Date.UTC(2026, 0, 1, 0, minute)),
  onProgress: () => undefined,
});

async function rowsWith(access = OLD): Promise<FakeRows> {
  const rows = new FakeRows();
  must(await writeAccess(rows, order(await current(rows), access, 0)));
  return rows;
}

const snapshot = (rows: FakeRows) => JSON.stringify([rows.rows(ACCESS), rows.rows(CATALOG)]);

/** From the n-th call of the operation on, it fails. */
function failing(operation: Parameters<Interception>[0], nth = 1): Interception {
  let calls = 0;
  return (called) => {
    if (called === operation) calls += 1;
    return called === operation && calls >= nth ? NETWORK : undefined;
  };
}

describe('writeAccess, when something fails', () => {
  it('changes nothing and leaves nothing when a row cannot be written', async () => {
    const rows = await rowsWith();
    const before = snapshot(rows);
    rows.intercept = failing('putRows');
    expect(await writeAccess(rows, order(await current(rows)))).toEqual({
      ok: false,
      error: { kind: 'not-written', fault: NETWORK },
    });
    expect(snapshot(rows)).toBe(before);
  });

  it('changes nothing and leaves nothing when a later batch cannot be written', async () => {
    const many = Array.from(
      { length: 450 },
      (_, i) =>
        `  - { id: g${i}, to: { provider: app-users, subject: s${i} }, role: media-uploader, sessionPolicy: inherit }\n`,
    );
    const rows = await rowsWith();
    const before = snapshot(rows);
    rows.intercept = failing('putRows', 3);
    const written = await writeAccess(rows, order(await current(rows), accepted(`${VALID}${many.join('')}`)));
    expect(written).toMatchObject({ error: { kind: 'not-written' } });
    expect(snapshot(rows)).toBe(before);
  });

  it('stays invisible after a crash before the head changes, and the next apply removes what was left', async () => {
    const rows = await rowsWith();
    rows.intercept = (operation) => {
      if (operation === 'putRowIf' || operation === 'deleteRows') throw new Error('crash');
      return undefined;
    };
    await expect(writeAccess(rows, order(await current(rows)))).rejects.toThrow('crash');
    rows.intercept = () => undefined;
    const read = await current(rows);
    expect(read.access).toEqual(OLD);
    expect(read.others).not.toEqual([]);

    must(await writeAccess(rows, order(read)));
    const after = await current(rows);
    expect(after.access).toEqual(NEW);
    expect(revisionsOf(after)).toEqual(new Set([read.head?.revision]));
  });

  it('succeeds when the answer to the head change was lost but the change took place', async () => {
    const rows = await rowsWith();
    const put = rows.putRowIf;
    rows.putRowIf = async (...args) => {
      await put(...args);
      return { ok: false, error: NETWORK };
    };
    expect(await writeAccess(rows, order(await current(rows)))).toMatchObject({ ok: true });
    expect((await current(rows)).access).toEqual(NEW);
  });

  it('keeps its rows when the head change may still take place, since it would make them visible', async () => {
    const rows = await rowsWith();
    const read = await current(rows);
    let late: (() => Promise<unknown>) | undefined;
    const put = rows.putRowIf;
    rows.putRowIf = async (...args) => {
      late = () => put(...args);
      return { ok: false, error: NETWORK };
    };
    expect(await writeAccess(rows, order(read))).toMatchObject({ error: { kind: 'unknown' } });
    expect((await current(rows)).access).toEqual(OLD);
    await late?.();
    expect((await current(rows)).access).toEqual(NEW);
  });

  it('reports a conflict when the lost answer was that someone else had applied', async () => {
    const rows = await rowsWith();
    const mine = await current(rows);
    must(await writeAccess(rows, order(mine, NEW)));
    const before = snapshot(rows);
    rows.intercept = failing('putRowIf');
    expect(await writeAccess(rows, order(mine, OLD))).toMatchObject({ error: { kind: 'conflict' } });
    expect(snapshot(rows)).toBe(before);
  });

  it('does not undo a change whose answer was lost and which someone else has since replaced', async () => {
    const rows = await rowsWith();
    const put = rows.putRowIf;
    rows.putRowIf = async (...args) => {
      await put(...args);
      rows.putRowIf = put;
      must(await writeAccess(rows, order(await current(rows), OLD)));
      return { ok: false, error: NETWORK };
    };
    const written = must(await writeAccess(rows, order(await current(rows))));
    const read = await current(rows);
    expect(read.access).toEqual(OLD);
    expect(read.others.map(({ key }) => revisionIn(key))).toContain(written.head.revision);
  });

  it('is applied all the same when old rows cannot be deleted, and says so', async () => {
    const rows = await rowsWith();
    must(await rows.putRows([{ table: ACCESS, key: ['00000000|0123456789|app-users|any'], columns: {} }]));
    rows.intercept = failing('deleteRows');
    const written = must(await writeAccess(rows, order(await current(rows), OLD, 2 * HOUR)));
    expect(written.cleanup).toEqual(NETWORK);
    expect((await current(rows)).access).toEqual(OLD);
  });
});

describe('rows of old revisions', () => {
  const applyOften = async (rows: FakeRows, times: number) => {
    for (let i = 1; i <= times; i += 1)
      must(await writeAccess(rows, order(await current(rows), i % 2 ? NEW : OLD, i * HOUR)));
    return current(rows);
  };

  it('are kept for a stated number of revisions, and every row of older ones is deleted', async () => {
    const rows = await rowsWith();
    const first = (await current(rows)).head?.revision;
    const full = await applyOften(rows, KEPT_REVISIONS - 1);
    expect(full.history).toHaveLength(KEPT_REVISIONS);
    expect(revisionsOf(full)).toContain(first);
    const after = await applyOften(rows, 1);
    expect(after.history.map(({ number }) => number)).toEqual(
      Array.from({ length: KEPT_REVISIONS }, (_, i) => KEPT_REVISIONS + 1 - i),
    );
    expect(revisionsOf(after)).not.toContain(first);
    expect(revisionsOf(after).size).toBe(KEPT_REVISIONS - 1);
  });

  it('go with their record last, so that a deletion that broke off is known for what it is', async () => {
    const rows = await rowsWith();
    const first = (await current(rows)).head?.revision ?? '';
    await applyOften(rows, KEPT_REVISIONS - 1);
    rows.intercept = failing('deleteRows', 2);
    const broken = await applyOften(rows, 1);
    expect(rows.rows(CATALOG).filter(({ key: [kind = ''] }) => kind.startsWith(first))).toHaveLength(1);
    const deletable = (now: number) =>
      deletableRevisions(storedRevisions(rows), broken.head, recordsIn(rows), new Date(now));
    expect(deletable(0)).toEqual([first]);
    rows.intercept = () => undefined;
    expect(revisionsOf(await applyOften(rows, 1))).not.toContain(first);
  });

  it('of a revision that never came into force go with the next apply, and by a sweep after a week', async () => {
    const rows = await rowsWith();
    const read = await current(rows);
    rows.intercept = (operation) => {
      if (operation === 'putRowIf' || operation === 'deleteRows') throw new Error('crash');
      return undefined;
    };
    await expect(writeAccess(rows, order(read))).rejects.toThrow('crash');
    rows.intercept = () => undefined;
    const { head, history } = await current(rows);
    expect(history).toHaveLength(1);
    const at = (days: number) =>
      deletableRevisions(
        storedRevisions(rows),
        head,
        recordsIn(rows),
        new Date(Date.UTC(2026, 0, 1 + days, 2)),
      );
    expect(at(6)).toEqual([]);
    expect(at(8)).toHaveLength(1);
    expect(at(8)).not.toContain(head?.revision);
  });

  it('are not put in force any more by a machine that slept for over an hour while it wrote them', async () => {
    const rows = await rowsWith();
    const before = snapshot(rows);
    const clock = vi.spyOn(Date, 'now').mockReturnValueOnce(0).mockReturnValue(3_600_001);
    const written = await writeAccess(rows, order(await current(rows)));
    clock.mockRestore();
    expect(written).toMatchObject({ error: { kind: 'not-written', fault: { code: 'WriteTooLate' } } });
    expect(snapshot(rows)).toBe(before);
  });

  it('of an earlier version of Stint, which wrote no records, are in the history as far as the head says', async () => {
    const rows = await rowsWith();
    must(await writeAccess(rows, order(await current(rows))));
    for (const { key } of rows.rows(CATALOG))
      if (key[0]?.endsWith('+record')) must(await rows.deleteRows(CATALOG, [key]));
    const read = await current(rows);
    expect(read).toMatchObject({ access: NEW, unreadable: 0 });
    expect(read.history.map(({ number, record }) => [number, record])).toEqual([
      [2, undefined],
      [1, undefined],
    ]);
    const written = must(await writeAccess(rows, order(read, OLD)));
    expect(written.number).toBe(3);
    expect((await current(rows)).history.map(({ number }) => number)).toEqual([3, 2]);
  });

  it('that appear after the head was read are kept: they may belong to an apply that will succeed', async () => {
    const rows = await rowsWith();
    const mine = await current(rows);
    must(await writeAccess(rows, order(mine, NEW)));
    const next = await current(rows);
    const late = { table: ACCESS, key: ['00000000|0123456789|app-users|any'], columns: { g_x: '{}' } };
    must(await rows.putRows([late]));
    must(await writeAccess(rows, order(next, OLD, 2 * HOUR)));
    expect(rows.rows(ACCESS)).toContainEqual({ key: late.key, columns: late.columns });
  });

  it('that are not of the access rules are left alone', async () => {
    const rows = await rowsWith();
    const foreign = { table: CATALOG, key: ['notes', 'x'], columns: { json: '1' } };
    must(await rows.putRows([foreign]));
    must(await writeAccess(rows, order(await current(rows), NEW)));
    expect(rows.rows(CATALOG)).toContainEqual({ key: foreign.key, columns: foreign.columns });
  });
});

describe('readCurrentAccess', () => {
  it('counts what it cannot read, and reads the rest', async () => {
    const rows = await rowsWith();
    const [row] = rows.rows(ACCESS);
    if (!row) throw new Error('no row was written');
    must(
      await rows.putRows([{ table: ACCESS, key: row.key, columns: { g_x: '{"id":"x"}', g_y: 'not JSON' } }]),
    );
    const read = await current(rows);
    expect(read.unreadable).toBe(2);
    expect(read.access.grants).toHaveLength(OLD.grants.length - 1);
  });

  it('does not take a head that it cannot read for no head', async () => {
    const rows = await rowsWith();
    must(await rows.putRows([{ table: CATALOG, key: ['head', 'current'], columns: { revision: 'X' } }]));
    expect(await readCurrentAccess(rows)).toMatchObject({ error: { code: 'HeadUnreadable' } });
  });
});

const revisionsOf = (read: CurrentAccess) => new Set(read.others.map(({ key }) => revisionIn(key)));
const storedRevisions = (rows: FakeRows) =>
  [...rows.rows(ACCESS), ...rows.rows(CATALOG)].flatMap(
    ({ key }) => Revision.safeParse(revisionIn(key)).data ?? [],
  );
const recordsIn = (rows: FakeRows) =>
  new Map(
    rows.rows(CATALOG).flatMap((row) => {
      const record = row.key[0]?.endsWith('+record') ? readRecord(row) : undefined;
      return record ? [[revisionIn(row.key) ?? '', record] as const] : [];
    }),
  );

function revisionIn([first = '']: readonly string[]): string | undefined {
  return first.includes('|') ? first.split('|')[1] : first.split(/[/+]/)[0];
}
