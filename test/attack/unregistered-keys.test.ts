// A key leaves only when its row of `issued` and the request's audit row are durable. Both go in one call, of which either row may be
// lost.
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUDIT, ISSUED } from '../../shared/adapters/tablestore/tables.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { ok } from '../../shared/kernel/result.ts';
import { startLocalStore } from '../contract/local-ports.ts';
import { must } from '../contract/must.ts';
import { gate } from '../support/catalog-rows.ts';
import { startVend, type Vend } from '../support/vend-app.ts';

/** A write is tried so often. */
const ATTEMPTS = 4;
const FIRST = '0';
const AFTER_LAST = 'g';

describe('the rows of a key and of its request', () => {
  let local: Awaited<ReturnType<typeof startLocalStore>>;
  let app: Vend;
  let writes: string[];
  beforeEach(async () => {
    local = await startLocalStore();
    await local.applyRules();
    writes = [];
    const putRows: TablestoreRows['putRows'] = (asked) => {
      writes.push(asked.map(({ table }) => table.name).join(' '));
      return local.rows.putRows(asked);
    };
    app = startVend({ rows: { ...local.rows, putRows } });
  });
  afterEach(() => local.close());

  const lose = (row: number) =>
    local.faults.add({ operation: 'BatchWriteRow', kind: 'rows-busy', rows: [row], times: ATTEMPTS });
  const keys = async () =>
    must(await local.rows.getRange(ISSUED, 'STS', 'STT')).map(({ key: [accessKeyId] }) => accessKeyId);
  const events = async (): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    must(await local.rows.getRange(AUDIT, FIRST, AFTER_LAST)).map(({ columns }) =>
      JSON.parse(columns['event'] ?? ''),
    );
  const lost = { outcome: 'refused', stage: 'assume', code: 'audit_unavailable', reason: 'audit-lost' };

  it('go in one call', async () => {
    expect((await app.vend()).status).toBe(200);
    expect(writes).toEqual(['issued audit']);
    expect([await keys(), await events()]).toEqual([
      ['STS.key1'],
      [expect.objectContaining({ outcome: 'granted', accessKeyId: 'STS.key1' })],
    ]);
  });

  /**
   * @attack A key without an owner: its row is lost in the call that writes the audit row
   * @removed the failure of the registration in `recordWithKey`; the drop of the kept credentials in `assume-role`
   * @failed 3; 2 of 7: are both there, or the key is given to nobody: the row of the key is lost: `expected
   *   [ { …(18) }, [] ] to deeply equal [ ObjectContaining{…}, [] ]`
   */
  it.each([
    ['the key', 0],
    ['the request', 1],
  ])('are both there, or the key is given to nobody: the row of %s is lost', async (_, row) => {
    lose(row);
    const refused = await app.vend();
    expect([refused.status, refused.body['code']]).toEqual([503, 'audit_unavailable']);
    const [event, ...others] = await events();
    expect([event, others]).toEqual([expect.objectContaining(lost), []]);
    expect(event).not.toHaveProperty('accessKeyId');
    expect((await app.vend()).text).toContain('STS.key2');
    expect(await keys()).toContain('STS.key2');
  });

  it('are there for each of several requests that share a key, or all of these are refused', async () => {
    lose(0);
    const refused = await Promise.all([app.vend(), app.vend()]);
    expect(refused.map(({ status }) => status)).toEqual([503, 503]);
    expect(app.assumer.orders).toHaveLength(1);
    expect(await events()).toEqual([expect.objectContaining(lost), expect.objectContaining(lost)]);
  });

  it('are there once when the answer to their call is lost', async () => {
    local.faults.add({ operation: 'BatchWriteRow', kind: 'lost-after-commit' });
    expect((await app.vend()).status).toBe(200);
    expect([await keys(), (await events()).length]).toEqual([['STS.key1'], 1]);
  });
});

describe('a key whose row is not durable yet', () => {
  const turns = async () => {
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  };

  function holdRegistrations(app: Vend) {
    const held = gate();
    const { auditLog } = app;
    auditLog.register = async (key) => {
      await held.closed;
      auditLog.keys.push(key);
      return ok(undefined);
    };
    return held;
  }

  /**
   * @attack A key without an owner: it is handed out, or handed out again, while its row is being written
   * @removed the wait for the registration in `recordWithKey`
   * @failed 4 of 7: is given to nobody, neither to the first request nor to one that is to have it again:
   *   `expected [ 2, [ 'first', 'second' ] ] to deeply equal [ 2, [] ]`
   */
  it('is given to nobody, neither to the first request nor to one that is to have it again', async () => {
    const app = startVend();
    const held = holdRegistrations(app);
    const answered: string[] = [];
    const first = app.vend().then(() => answered.push('first'));
    await turns();
    const second = app.vend().then(() => answered.push('second'));
    await turns();
    expect([app.auditLog.events.length, answered]).toEqual([2, []]);
    held.open();
    await Promise.all([first, second]);
    expect([answered.toSorted(), app.auditLog.keys.length]).toEqual([['first', 'second'], 1]);
  });

  /**
   * @attack A key that STS gave and nobody finds: its request is refused, and the platform freezes the instance with its row unwritten
   * @removed `keyRow` in `repeatIfRulesChange`
   * @failed 1 of 7: is registered before its request is refused by rules that changed meanwhile: `expected
   *   [ 1, true ] to deeply equal [ 1, false ]`
   */
  it('is registered before its request is refused by rules that changed meanwhile', async () => {
    const app = startVend();
    const held = holdRegistrations(app);
    const sts = gate();
    app.assumer.gate = sts.closed;
    let isAnswered = false;
    const refused = app.vend().finally(() => {
      isAnswered = true;
    });
    await turns();
    app.store.grants = [];
    app.store.flushes = { caches: 1, signIns: 0 };
    sts.open();
    await turns();
    expect([app.assumer.orders.length, isAnswered]).toEqual([1, false]);
    held.open();
    expect((await refused).status).toBe(403);
    expect(app.auditLog.keys).toHaveLength(1);
  });
});
