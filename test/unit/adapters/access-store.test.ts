import { describe, expect, it } from 'vitest';
import { principalKey } from '../../../shared/access/principal-key.ts';
import { createRulesStore } from '../../../shared/adapters/access-store.ts';
import { ProviderId, Revision } from '../../../shared/kernel/names.ts';
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

describe('the rules in force', () => {
  it('are read once and kept while they are young', async () => {
    const world = start();
    expect(await world.revision()).toBe(FIRST);
    expect(calls(world)).toBe('head, catalog');
    world.clock.advance(1_999);
    await world.revision();
    expect(calls(world)).toBe('');
  });

  it('are never older than the bound that is promised', async () => {
    const world = start();
    await world.revision();
    world.rows.apply(SECOND, [provider()], []);
    world.clock.advance(RULES_BOUND_MS);
    expect(await world.revision()).toBe(SECOND);
  });

  it('are renewed in time by a request that need not wait for it', async () => {
    const world = start();
    await world.revision();
    world.rows.apply(SECOND, [provider()], []);
    world.clock.advance(RULES_BOUND_MS - 1);
    const held = gate();
    world.rows.gate = held.closed;
    expect(await world.revision()).toBe(FIRST);
    held.open();
    await world.store.current();
    world.clock.advance(1);
    expect(await world.revision()).toBe(SECOND);
  });

  it('cost one small read when nothing changed', async () => {
    const world = start();
    await world.revision();
    world.clock.advance(RULES_BOUND_MS);
    calls(world);
    await world.revision();
    expect(calls(world)).toBe('head');
  });

  it('are read once for all requests that wait', async () => {
    const world = start();
    await Promise.all([world.revision(), world.revision(), world.revision()]);
    expect(calls(world)).toBe('head, catalog');
  });

  it('are not believed from a renewal that was begun before the instance was frozen', async () => {
    const world = start();
    await world.revision();
    world.clock.advance(2_000);
    const held = gate();
    world.rows.gate = held.closed;
    await world.revision(); // begins a renewal that reads the first revision, and is frozen with it
    world.rows.gate = undefined;
    world.rows.apply(SECOND, [provider()], []);
    world.clock.advance(3_600_000);
    const thawed = world.revision();
    held.open();
    expect(await thawed).toBe(SECOND);
  });
});

describe('rules that cannot be read give nothing', () => {
  it.each<[string, string, (rows: CatalogRows) => unknown]>([
    [
      'a failing store',
      'OTSServerBusy',
      (rows) => Object.assign(rows, { fault: { code: 'OTSServerBusy', requestId: undefined } }),
    ],
    ['no head', 'no-revision', (rows) => Object.assign(rows, { head: undefined })],
    ['a head that is no revision', 'no-revision', (rows) => Object.assign(rows, { head: '../x' })],
    [
      'a provider that is not JSON',
      'catalog-row',
      (rows) => rows.catalog.push({ key: [`${FIRST}/provider`, 'x'], columns: { json: '{' } }),
    ],
    [
      'a provider without its column',
      'catalog-row',
      (rows) => rows.catalog.push({ key: [`${FIRST}/provider`, 'x'], columns: {} }),
    ],
    [
      'a provider with a symmetric algorithm',
      'catalog-row',
      (rows) =>
        rows.catalog.push({
          key: [`${FIRST}/provider`, 'x'],
          columns: { json: JSON.stringify({ ...provider({ id: 'x' }), algorithms: ['HS256'] }) },
        }),
    ],
    [
      'a provider with a field of the future',
      'catalog-row',
      (rows) =>
        rows.catalog.push({
          key: [`${FIRST}/provider`, 'x'],
          columns: { json: JSON.stringify({ ...provider({ id: 'x' }), only: 'some' }) },
        }),
    ],
    [
      'a role that is no role',
      'catalog-row',
      (rows) => rows.catalog.push({ key: [`${FIRST}/role`, 'x'], columns: { json: '{"id":"x"}' } }),
    ],
    [
      'two providers of one issuer',
      'issuer-twice',
      (rows) => rows.apply(FIRST, [provider({ id: 'second' })], []),
    ],
  ])('%s: %s', async (_, cause, breakIt) => {
    const world = start();
    breakIt(world.rows);
    expect(await world.revision()).toBe(cause);
  });

  it('even when good ones were held, once those are too old', async () => {
    const world = start();
    await world.revision();
    world.rows.fault = { code: 'OTSTimeout', requestId: undefined };
    world.clock.advance(RULES_BOUND_MS - 1);
    expect(await world.revision()).toBe(FIRST);
    world.clock.advance(1);
    expect(await world.revision()).toBe('OTSTimeout');
    world.rows.fault = undefined;
    expect(await world.revision()).toBe(FIRST);
  });

  it('and of another revision nothing is read', async () => {
    const world = start();
    world.rows.catalog.push({ key: [`${SECOND}/role`, 'x'], columns: { json: '{' } });
    expect(await world.revision()).toBe(FIRST);
  });
});

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

  it('are a failure when the store fails, and not kept as empty', async () => {
    const world = withRows();
    world.rows.fault = { code: 'OTSServerBusy', requestId: undefined };
    expect(await world.read(FIRST, SUB)).toEqual({ reason: 'store-failed', cause: 'OTSServerBusy' });
    world.rows.fault = undefined;
    expect(await world.read(FIRST, SUB)).toEqual([{ g_a: 'first' }]);
  });

  it('are whole although the rules change while one is read', async () => {
    const world = withRows();
    await world.revision();
    await world.read(FIRST, SUB);
    const held = gate();
    world.rows.gate = held.closed;
    const reading = world.read(FIRST, SUB, ANY);
    world.rows.gate = undefined;
    world.rows.apply(SECOND, [provider()], []);
    world.clock.advance(RULES_BOUND_MS);
    expect(await world.revision()).toBe(SECOND);
    held.open();
    expect(await reading).toEqual([{ g_a: 'first' }, { g_b: 'any' }]);
  });
});
