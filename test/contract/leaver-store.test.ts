// People who left, on rows in memory, as the tests of the apps have them, and on the local Tablestore: one suite for both.
import { afterAll, describe, expect, it } from 'vitest';
import { LEAVERS } from '../../shared/adapters/tablestore/tables.ts';
import { createLeaverStore } from '../../shared/adapters/tablestore/tablestore-leaver-store.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { err, ok } from '../../shared/kernel/result.ts';
import { hasLeft, leaverState, type NewLeave, reasonToRefuse } from '../../shared/people/leaver.ts';
import { NOW } from '../support/builders.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { openLocalRows, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const instance = await startInstance();
afterAll(() => instance.server.close());

const LATER = new Date(NOW.getTime() + 1);
const ALICE = 'corporate:alice';
const leave = (parts: Partial<NewLeave> = {}): NewLeave => ({
  source: 'operator',
  by: 'ops (LTAI1)',
  reason: 'left, Ünïcode',
  at: NOW,
  ...parts,
});
const back = { source: undefined, by: 'ops', at: LATER } as const;

const ROWS: readonly (readonly [string, () => Promise<TablestoreRows>])[] = [
  ['rows in memory', async () => new FakeRows()],
  ['the local Tablestore', () => openLocalRows(instance)],
];

describe.each(ROWS)('LeaverStore on %s', (_, open) => {
  const start = async () => createLeaverStore(await open());

  it('finds those of several names that left, in one read', async () => {
    const store = await start();
    must(await store.mark(ALICE, leave()));
    must(await store.mark('person:p-1', leave()));
    const found = must(await store.find(['corporate:bob', ALICE, 'person:p-1']));
    expect(found.map(({ name }) => name)).toEqual([ALICE, 'person:p-1']);
    expect(found[0]?.leaves).toEqual([
      { source: 'operator', since: NOW, by: 'ops (LTAI1)', reason: 'left, Ünïcode', also: [] },
    ]);
  });

  it('marks once: a second mark changes neither the time nor the generation', async () => {
    const store = await start();
    must(await store.mark('corporate:twice', leave()));
    const again = must(await store.mark('corporate:twice', leave({ at: LATER, reason: 'again' })));
    expect(again.isChanged).toBe(false);
    expect(again.leaver).toMatchObject({ generation: NOW.getTime(), leaves: [{ since: NOW }] });
  });

  it('keeps the end, so that nothing from before counts again', async () => {
    const store = await start();
    const name = 'corporate:back';
    const state = async () => leaverState([name], must(await store.find([name])));
    const before = await state();
    must(await store.mark(name, leave()));
    const meanwhile = await state();
    must(await store.reinstate(name, back));
    const now = await state();
    expect(now.hasLeft).toBe(false);
    expect([undefined, before, meanwhile].map((then) => reasonToRefuse(now, then?.generations))).toEqual(
      Array(3).fill('signed-on-before-leaving'),
    );
    expect(reasonToRefuse(now, now.generations)).toBeUndefined();
  });

  it('counts on where a clock is behind, and above what was lost with a row', async () => {
    const rows = await open();
    const store = createLeaverStore(rows);
    const name = 'corporate:clocks';
    const first = must(await store.mark(name, leave({ at: LATER }))).leaver;
    const behind = must(await store.reinstate(name, { ...back, at: new Date(0) }));
    expect(behind?.leaver.generation).toBe(first.generation + 1);
    must(await rows.deleteRows(LEAVERS, [[name]]));
    const anew = must(await store.mark(name, leave({ at: new Date(LATER.getTime() + 60_000) }))).leaver;
    expect(anew.generation).toBeGreaterThan(first.generation + 1);
  });

  it('brings nobody back whom another source still names', async () => {
    const store = await start();
    const name = 'person:p-2';
    must(await store.mark(name, leave()));
    must(await store.mark(name, leave({ source: 'scim:corporate' })));
    const one = must(await store.reinstate(name, { ...back, source: 'scim:corporate' }));
    expect(one && hasLeft(one.leaver)).toBe(true);
    const other = must(await store.reinstate(name, { ...back, source: 'scim:partner' }));
    expect(other?.isChanged).toBe(false);
    const all = must(await store.reinstate(name, back));
    expect(all && hasLeft(all.leaver)).toBe(false);
  });

  it('reinstates nobody who has not left', async () => {
    const store = await start();
    expect(await store.reinstate('corporate:nobody', back)).toEqual(ok(undefined));
    expect(await store.find(['corporate:nobody'])).toEqual(ok([]));
  });

  it('loses none of several changes at one time', async () => {
    const store = await start();
    const name = 'corporate:crowd';
    const sources = ['operator', 'scim:a', 'scim:b', 'scim:c'] as const;
    await Promise.all(sources.map(async (source) => must(await store.mark(name, leave({ source })))));
    const [found] = must(await store.find([name]));
    expect(found?.leaves.map(({ source }) => source).toSorted()).toEqual([...sources]);
    expect(found?.generation).toBe(NOW.getTime() + sources.length - 1);
  });

  it('lists them a page at a time, by name', async () => {
    const rows = await open();
    const store = createLeaverStore(rows);
    const names = ['zz:1', 'zz:2', 'zz:3'];
    for (const name of names) must(await store.mark(name, leave()));
    const first = must(await store.page('zz:', 2));
    expect(first.leavers.map(({ name }) => name)).toEqual(['zz:1', 'zz:2']);
    const second = must(await store.page(first.next ?? '', 2));
    expect(second).toMatchObject({ leavers: [{ name: 'zz:3' }] });
    expect(must(await store.page('', 100)).leavers.map(({ name }) => name)).toEqual(
      expect.arrayContaining(names),
    );
  });

  it('says which row it cannot read, and takes none for a person who is in', async () => {
    const rows = await open();
    const store = createLeaverStore(rows);
    const unreadable = err({ reason: 'store-failed', cause: 'LeaverUnreadable' });
    must(
      await rows.putRows([
        { table: LEAVERS, key: ['corporate:damaged'], columns: { version: '1', json: '{"name":' } },
      ]),
    );
    expect(await store.find(['corporate:damaged'])).toEqual(unreadable);
    expect(await store.mark('corporate:damaged', leave())).toEqual(unreadable);
    const other = must(await store.mark('corporate:swapped', leave())).leaver;
    const columns = { version: '1', json: JSON.stringify({ ...other, name: 'corporate:mallory' }) };
    must(await rows.putRows([{ table: LEAVERS, key: ['corporate:swapped'], columns }]));
    expect(await store.find(['corporate:swapped'])).toEqual(unreadable);
  });
});
