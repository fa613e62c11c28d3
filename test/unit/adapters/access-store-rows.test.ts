// Guarantees: vend reads a caller's rows once for each revision, and never mistakes a failure for an absent row.
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createRulesStore } from '../../../shared/adapters/tablestore/access-store.ts';
import { ProviderId, Revision } from '../../../shared/kernel/names.ts';
import { principalKey } from '../../../shared/rules/values/principal-key.ts';
import { provider, role } from '../../support/builders.ts';
import { CatalogRows, gate } from '../../support/catalog-rows.ts';
import { FakeClock } from '../../support/fakes.ts';

const FIRST = Revision.parse('rev00000001');
const SECOND = Revision.parse('rev00000002');
/** What is promised, and so not read from the code. */
const RULES_BOUND_MS = 5_000;
const APP_USERS = ProviderId.parse('app-users');

function start() {
  const rows = new CatalogRows();
  rows.apply(FIRST, [provider()], [role()]);
  const clock = new FakeClock();
  const store = createRulesStore(rows, clock);
  const revision = async () => {
    const rules = await store.current();
    return rules.ok ? rules.value.revision : rules.error.cause;
  };
  return { rows, clock, store, revision };
}

const calls = ({ rows }: ReturnType<typeof start>) => rows.calls.splice(0).join(', ');

describe("a caller's rows", () => {
  const selectors = [{ kind: 'sub', name: 'alice' }, { kind: 'any' }] as const;
  const [SUB, ANY] = selectors;

  function withRows() {
    const world = start();
    world.rows.access.set(principalKey(FIRST, APP_USERS, SUB), { g_a: 'first' });
    world.rows.access.set(principalKey(FIRST, APP_USERS, ANY), { g_b: 'any' });
    world.rows.access.set(principalKey(SECOND, APP_USERS, SUB), { g_a: 'second' });
    const read = async (revision: Revision, ...asked: (typeof selectors)[number][]) => {
      const rows = await world.store.grantRows(revision, APP_USERS, asked);
      return rows.ok ? rows.value : rows.error;
    };
    return { ...world, read };
  }

  it('come in the order asked, and a missing row is empty', async () => {
    const { read } = withRows();
    expect(await read(FIRST, ANY, SUB)).toEqual([{ g_b: 'any' }, { g_a: 'first' }]);
    expect(await read(SECOND, SUB, ANY)).toEqual([{ g_a: 'second' }, {}]);
  });

  it('are read once a revision, and only those that are missing', async () => {
    const world = withRows();
    await world.read(FIRST, SUB);
    await world.read(FIRST, SUB);
    await world.read(FIRST, SUB, ANY);
    await world.read(SECOND, SUB);
    expect(calls(world)).toBe('access 1, access 1, access 1');
  });

  it('are read again after a flush', async () => {
    const world = withRows();
    await world.revision();
    await world.read(FIRST, SUB);
    world.rows.flush = { caches: '1', sign_ins: '0' };
    world.clock.advance(RULES_BOUND_MS);
    await world.revision();
    calls(world);
    await world.read(FIRST, SUB);
    expect(calls(world)).toBe('access 1');
  });

  it('are a failure when the store fails, and not kept as empty', async () => {
    const world = withRows();
    world.rows.fault = { code: 'OTSServerBusy', requestId: undefined };
    expect(await world.read(FIRST, SUB)).toEqual({ reason: 'store-failed', cause: 'OTSServerBusy' });
    world.rows.fault = undefined;
    expect(await world.read(FIRST, SUB)).toEqual([{ g_a: 'first' }]);
  });

  it('are read together with those of others, and a row that several need, once', async () => {
    const world = withRows();
    const read = await Promise.all([world.read(FIRST, SUB, ANY), world.read(FIRST, ANY)]);
    expect(read).toEqual([[{ g_a: 'first' }, { g_b: 'any' }], [{ g_b: 'any' }]]);
    expect(calls(world)).toBe('access 2');
  });

  it('are not asked for one by one of a store that is not reached', async () => {
    const world = withRows();
    world.rows.fault = { code: 'Network', requestId: undefined };
    const failed = { reason: 'store-failed', cause: 'Network' };
    expect(await Promise.all([world.read(FIRST, SUB), world.read(FIRST, ANY)])).toEqual([failed, failed]);
    expect(calls(world)).toBe('access 2');
  });

  it('are whole although the rules change while one is read', async () => {
    const world = withRows();
    await world.revision();
    await world.read(FIRST, SUB);
    const held = gate();
    world.rows.gate = held.closed;
    const reading = world.read(FIRST, SUB, ANY);
    // Reads begin after the turn, so that they can share a call.
    await setImmediate();
    world.rows.gate = undefined;
    world.rows.apply(SECOND, [provider()], []);
    world.clock.advance(RULES_BOUND_MS);
    expect(await world.revision()).toBe(SECOND);
    held.open();
    expect(await reading).toEqual([{ g_a: 'first' }, { g_b: 'any' }]);
  });
});
