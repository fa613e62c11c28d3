// What the fake of the HTTP tests promises is what the adapter does: one suite runs on both.
import { afterAll, describe, expect, it } from 'vitest';
import { ONCE } from '../../shared/adapters/tablestore/tables.ts';
import { createOnceStore } from '../../shared/adapters/tablestore/tablestore-once-store.ts';
import type { OnceStore } from '../../shared/kernel/consume-once.ts';
import { err, ok } from '../../shared/kernel/result.ts';
import { NOW } from '../support/builders.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { FakeOnceStore } from '../support/fakes.ts';
import { startLocalStore } from './local-ports.ts';

const MANY = 20;
const local = await startLocalStore();
afterAll(() => local.close());

/** Two instances of the function on one table. */
type Open = (broken: boolean) => readonly [OnceStore, OnceStore];

const both = (store: OnceStore): readonly [OnceStore, OnceStore] => [store, store];

const STORES: readonly (readonly [string, string, Open])[] = [
  [
    'the fake',
    'OTSServerBusy',
    (broken) => {
      const fault = broken ? ({ reason: 'store-failed', cause: 'OTSServerBusy' } as const) : undefined;
      return both(Object.assign(new FakeOnceStore(), { fault }));
    },
  ],
  [
    'the store on rows in memory',
    'OTSServerBusy',
    (broken) => {
      const rows = new FakeRows();
      rows.intercept = () => (broken ? { code: 'OTSServerBusy', requestId: undefined } : undefined);
      return [createOnceStore(rows), createOnceStore(rows)];
    },
  ],
  [
    'the store on the local Tablestore',
    'OTSServerBusy',
    (broken) => {
      local.faults.clear();
      if (broken) local.faults.add({ operation: '*', kind: 'busy', times: Number.POSITIVE_INFINITY });
      return [local.onceStore(), local.onceStore()];
    },
  ],
];

describe.each(STORES)('OnceStore: %s', (name, cause, open) => {
  const key = (id: string): string => `${name}-${id}`;

  /**
   * @attack Replay of a one-time token, at many instances together
   * @removed the put that expects no row
   * @failed 5 of 14: lets a key be first once, at whichever instance it comes: `expected { ok: true, value:
   *   'first' } to deeply equal { ok: true, value: 'again' }`
   */
  it('lets a key be first once, at whichever instance it comes', async () => {
    const [one, other] = open(false);
    expect(await one.consume(key('a'), NOW)).toEqual(ok('first'));
    expect(await other.consume(key('a'), NOW)).toEqual(ok('again'));
    expect(await one.consume(key('a'), NOW)).toEqual(ok('again'));
    expect(await one.consume(key('b'), NOW)).toEqual(ok('first'));
  });

  it('lets one of many that come together be first', async () => {
    const stores = open(false);
    const spent = await Promise.all(
      Array.from({ length: MANY }, (_, i) => stores[i % 2 === 0 ? 0 : 1].consume(key('together'), NOW)),
    );
    const answers = spent.map((result) => (result.ok ? result.value : result.error.cause));
    expect(answers.sort()).toEqual([...Array.from({ length: MANY - 1 }, () => 'again'), 'first']);
  });

  it('keeps a key beyond its expiry: a row that is old is no row that may be used', async () => {
    const [one] = open(false);
    await one.consume(key('old'), new Date(0));
    expect(await one.consume(key('old'), NOW)).toEqual(ok('again'));
  });

  it('says as a value that it failed', async () => {
    expect(await open(true)[0].consume(key('c'), NOW)).toEqual(err({ reason: 'store-failed', cause }));
    expect(await open(true)[0].putIfAbsent(key('c'), 'mine', NOW)).toEqual(
      err({ reason: 'store-failed', cause }),
    );
  });

  it('settles a key on the value of the first who comes, for all instances', async () => {
    const [one, other] = open(false);
    expect(await one.putIfAbsent(key('owner'), 'one', NOW)).toEqual(ok('one'));
    expect(await other.putIfAbsent(key('owner'), 'other', NOW)).toEqual(ok('one'));
    expect(await one.putIfAbsent(key('owner'), 'third', NOW)).toEqual(ok('one'));
    expect(await other.putIfAbsent(key('another'), 'other', NOW)).toEqual(ok('other'));
  });

  it('settles a key on one value for many that come together', async () => {
    const stores = open(false);
    const settled = await Promise.all(
      Array.from({ length: MANY }, (_, i) =>
        stores[i % 2 === 0 ? 0 : 1].putIfAbsent(key('contested'), String(i), NOW),
      ),
    );
    const values = new Set(settled.map((result) => (result.ok ? result.value : result.error.cause)));
    expect([values.size, [...values].every((value) => /^\d+$/.test(value))]).toEqual([1, true]);
  });
});

describe('the store on the local Tablestore', () => {
  it('writes when the row is of no more use, as of the first who came', async () => {
    local.faults.clear();
    await local.onceStore().consume('expiring', NOW);
    await local.onceStore().consume('expiring', new Date(0));
    const rows = await local.rows.getRows(ONCE, [['expiring']]);
    expect(rows).toEqual(ok([{ key: ['expiring'], columns: { expires_at: '2026-03-01T12:00:00.000Z' } }]));
  });

  it('finds nobody settled on a key that was spent', async () => {
    local.faults.clear();
    await local.onceStore().consume('spent', NOW);
    expect((await local.onceStore().putIfAbsent('spent', 'mine', NOW)).ok).toBe(false);
  });

  it('does not say first when the answer was lost after the row was written', async () => {
    local.faults.clear();
    local.faults.add({ operation: 'PutRow', kind: 'lost-after-commit', times: 1 });
    const lost = await local.onceStore().consume('lost', NOW);
    expect(lost.ok && lost.value).not.toBe('first');
    expect(await local.onceStore().consume('lost', NOW)).toEqual(ok('again'));
  });
});
