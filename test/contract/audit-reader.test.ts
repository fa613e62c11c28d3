// The audit trail is read in the order of time, whole and once, from all shards: on the fake rows and on the local Tablestore.
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type AuditRange, type AuditRow, readAudit } from '../../shared/adapters/tablestore/audit-reader.ts';
import { AUDIT } from '../../shared/adapters/tablestore/tables.ts';
import { createAuditLog } from '../../shared/adapters/tablestore/tablestore-audit-log.ts';
import type { TablestoreFault } from '../../shared/adapters/tablestore/tablestore-fault.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { RequestId } from '../../shared/kernel/names.ts';
import type { AuditEvent } from '../../shared/pipeline/audit/audit-event.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { openLocalRows, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const instance = await startInstance();
afterAll(() => instance.server.close());
const localRows = await openLocalRows(instance);

const START = Date.parse('2026-03-02T09:00:00Z');
const event = (id: string, at: number, outcome: AuditEvent['outcome'] = 'granted'): AuditEvent => ({
  requestId: RequestId.parse(id),
  at: new Date(at),
  action: 'credentials',
  stage: 'respond',
  outcome,
});

async function collect(
  rows: Pick<TablestoreRows, 'getPage'>,
  range: AuditRange,
): Promise<{ readonly read: readonly AuditRow[]; readonly fault: TablestoreFault | undefined }> {
  const read: AuditRow[] = [];
  for await (const row of readAudit(rows, range)) {
    if (!row.ok) return { read, fault: row.error };
    read.push(row.value);
  }
  return { read, fault: undefined };
}

const STORES: readonly (readonly [string, TablestoreRows])[] = [
  ['the fake', new FakeRows()],
  ['the local Tablestore', localRows],
];

describe.each(STORES)('The audit trail on %s', (name, rows) => {
  const own = (i: number) => `${name.replaceAll(' ', '-')}-${i}`;

  it('is read in the order of time through several pages of each shard', async () => {
    const log = createAuditLog(rows);
    const events = Array.from({ length: 1_500 }, (_, i) =>
      event(own(i), START + ((i * 7_919) % 1_500), i % 3 === 0 ? 'refused' : 'granted'),
    );
    for (const written of await Promise.all(events.map((one) => log.record(one)))) must(written);

    const { read } = await collect(rows, { since: new Date(START), until: new Date(START + 1_500) });
    const expected = events.map(({ at, requestId }) => `${at.toISOString()} ${requestId}`).sort();
    expect(read.map(({ at, request }) => `${at} ${request}`)).toEqual(expected);

    const part = await collect(rows, {
      since: new Date(START + 100),
      until: new Date(START + 200),
      outcome: 'refused',
    });
    const wanted = expected.filter(
      (line) => line >= `2026-03-02T09:00:00.100Z` && line < '2026-03-02T09:00:00.200Z',
    );
    const refused = new Set<string>(
      events.flatMap(({ outcome, requestId }) => (outcome === 'refused' ? [requestId] : [])),
    );
    expect(part.read.map(({ at, request }) => `${at} ${request}`)).toEqual(
      wanted.filter((line) => refused.has(line.split(' ')[1] ?? '')),
    );
  });

  it('is empty where the range is', async () => {
    expect(await collect(rows, { since: new Date(START), until: new Date(START) })).toEqual({ read: [] });
    expect(await collect(rows, { since: new Date(START + 9e9) })).toEqual({ read: [] });
  });

  it('shows a row that cannot be read, so that it hides nothing', async () => {
    const at = new Date(START - 1_000).toISOString();
    must(await rows.putRows([{ table: AUDIT, key: ['3', at, 'damaged'], columns: { event: '{' } }]));
    const { read } = await collect(rows, { since: new Date(START - 1_000), until: new Date(START) });
    expect(read).toEqual([{ id: `3|${at}|damaged`, at, request: 'damaged', event: undefined }]);
  });
});

describe('The reader', () => {
  it('asks for nothing outside the range, and for a few rows first', async () => {
    const asked: string[] = [];
    const watched: Pick<TablestoreRows, 'getPage'> = {
      getPage: async (table, range) => {
        asked.push(`${table.name} ${range.from.join(' ')} to ${range.to.join(' ')} ${range.limit}`);
        return localRows.getPage(table, range);
      },
    };
    await collect(watched, { since: new Date('2031-01-01'), until: new Date('2031-01-02') });
    expect(asked).toHaveLength(16);
    expect(asked[10]).toBe('audit a 2031-01-01T00:00:00.000Z to a 2031-01-02T00:00:00.000Z 16');
  });

  it('gives the first row before it asks for a second page, and then one page of each shard ahead', async () => {
    const rows = new FakeRows();
    for (let n = 0; n < 1_000; n += 1)
      must(await createAuditLog(rows).record(event(`request-${n}`, START + n)));
    let asked = 0;
    const watched: Pick<TablestoreRows, 'getPage'> = {
      getPage: (table, range) => {
        asked += 1;
        return rows.getPage(table, range);
      },
    };
    const read = readAudit(watched, { since: new Date(START) });
    await read.next();
    expect(asked).toBe(16);
    let count = 1;
    for await (const row of read) count += Number(row.ok);
    // Each shard has some 63 rows: a small page, and one with the rest.
    expect([count, asked]).toEqual([1_000, 32]);
  });

  it('ends with the fault of a page, after the rows before it', async () => {
    const rows = new FakeRows();
    must(await createAuditLog(rows).record(event('request-one', START)));
    const { read, fault } = await collect(
      {
        getPage: async (table, range) =>
          range.from[0] === '0' && range.from.length === 2
            ? { ok: false, error: { code: 'OTSServerBusy', requestId: undefined } }
            : rows.getPage(table, range),
      },
      { since: new Date(START) },
    );
    expect([read, fault?.code]).toEqual([[], 'OTSServerBusy']);
  });

  it('merges any rows as a sort would', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(400), { maxLength: 60 }), async (offsets) => {
        const rows = new FakeRows();
        const log = createAuditLog(rows);
        await Promise.all(
          offsets.map((offset) => log.record(event(`request-${offset}`, START + (offset % 50)))),
        );
        const { read } = await collect(rows, { since: new Date(START) });
        const lines = read.map(({ at, request }) => `${at} ${request}`);
        expect(lines).toEqual([...lines].sort());
        expect(lines).toHaveLength(offsets.length);
      }),
      { numRuns: 30 },
    );
  });
});
