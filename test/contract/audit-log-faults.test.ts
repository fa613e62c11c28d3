// An audit row, or a registered key, that is said to be durable is there, once, whatever fails on the way to
// Tablestore.
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { OtsFault } from '../../local/tablestore/ots-faults.ts';
import { AUDIT, ISSUED } from '../../shared/adapters/tablestore/tables.ts';
import type { Row } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { RequestId } from '../../shared/kernel/names.ts';
import { err, ok } from '../../shared/kernel/result.ts';
import type { AuditEvent } from '../../shared/pipeline/audit/audit-event.ts';
import { A_WHILE_MS, SOON_MS, someRecords, startLocalStore } from './local-ports.ts';
import { must } from './must.ts';

const local = await startLocalStore();
afterAll(() => local.close());
afterEach(() => local.faults.clear());

const { event, key } = await someRecords();
let made = 0;
/** Tests share the table: each has a request of its own. */
const newEvent = (): AuditEvent => {
  made += 1;
  return { ...event, requestId: RequestId.parse(`request-${made}`) };
};

const FIRST = '0';
const AFTER_LAST = 'g';
const rowsOf = async (requestId: string) =>
  must(await local.rows.getRange(AUDIT, FIRST, AFTER_LAST)).filter((row) => row.key[2] === requestId);
const asStored = (record: object): unknown => JSON.parse(JSON.stringify(record));
const recordIn = ({ columns }: Row): unknown => JSON.parse(columns['event'] ?? '');

const OPERATION = { operation: 'BatchWriteRow' } as const;

const PASSING: readonly (readonly [string, OtsFault])[] = [
  ['a busy server', { ...OPERATION, kind: 'busy' }],
  ['a row that somebody else writes', { ...OPERATION, kind: 'conflict' }],
  ['a batch that succeeds but for its row', { ...OPERATION, kind: 'rows-busy', rows: [0] }],
  ['a connection lost before the row was written', { ...OPERATION, kind: 'lost-before-commit' }],
  ['a connection lost after the row was written', { ...OPERATION, kind: 'lost-after-commit' }],
  ['an answer that is cut', { ...OPERATION, kind: 'cut-body' }],
  ['an answer that is garbage', { ...OPERATION, kind: 'garbage' }],
  ['a time-out of the service', { ...OPERATION, kind: 'refuse', code: 'OTSTimeout' }],
  ['no answer', { ...OPERATION, kind: 'hang' }],
];

describe('an audit row', () => {
  it.each(PASSING)('is there once, and said to be, after %s', async (_, fault) => {
    const own = newEvent();
    local.faults.add(fault);
    expect(await local.auditLog(A_WHILE_MS).record(own)).toEqual(ok(undefined));
    expect(local.faults.remaining()).toBe(0);
    expect((await rowsOf(own.requestId)).map(recordIn)).toEqual([asStored(own)]);
  });

  it.each([
    ['is busy', { ...OPERATION, kind: 'busy' }, 'OTSServerBusy', 4],
    ['drops every connection', { ...OPERATION, kind: 'lost-before-commit' }, 'Network', 4],
    ['never answers', { ...OPERATION, kind: 'hang' }, 'Network', 4],
    ['refuses', { ...OPERATION, kind: 'refuse', code: 'OTSNoPermissionAccess' }, 'OTSNoPermissionAccess', 1],
    [
      'has no such table',
      { ...OPERATION, kind: 'refuse', code: 'OTSObjectNotExist' },
      'OTSObjectNotExist',
      1,
    ],
  ] satisfies readonly (readonly [string, OtsFault, string, number])[])(
    'is said to be missing when Tablestore %s',
    async (_, fault, cause, attempts) => {
      const own = newEvent();
      local.faults.add({ ...fault, times: 100 });
      const patience = cause === 'Network' ? SOON_MS : A_WHILE_MS;
      expect(await local.auditLog(patience).record(own)).toEqual(err({ reason: 'store-failed', cause }));
      expect(local.faults.remaining()).toBe(100 - attempts);
      local.faults.clear();
      expect(await rowsOf(own.requestId)).toEqual([]);
    },
  );

  it('is there for each of many requests at once, however they share calls', async () => {
    const auditLog = local.auditLog();
    const events = Array.from({ length: 450 }, newEvent);
    local.faults.add({ ...OPERATION, kind: 'rows-busy', rows: [3] });
    for (const recorded of await Promise.all(events.map(auditLog.record))) must(recorded);
    const rows = must(await local.rows.getRange(AUDIT, FIRST, AFTER_LAST)).map((row) => row.key[2]);
    expect(rows.filter((id) => events.some(({ requestId }) => requestId === id))).toHaveLength(450);
  });
});

describe('a registered key', () => {
  it('says whose it is', async () => {
    must(await local.auditLog().register(key));
    const rows = must(await local.rows.getRows(ISSUED, [[key.accessKeyId]]));
    expect(rows.map((row) => row && recordIn(row))).toEqual([asStored(key)]);
    expect(key).toMatchObject({ requestId: event.requestId, subject: 'alice', grant: 'own-prefix' });
  });
});
