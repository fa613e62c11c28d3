// Callers in many groups: only rows of groups that a grant of their provider names are read, and every one of those is.
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRulesStore } from '../../../shared/adapters/tablestore/access-store.ts';
import { readCurrentAccess, writeAccess } from '../../../shared/adapters/tablestore/applied-access.ts';
import { NAMED_GROUPS, providerKind } from '../../../shared/adapters/tablestore/catalog-keys.ts';
import { ACCESS, CATALOG } from '../../../shared/adapters/tablestore/tables.ts';
import type { TablestoreRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { ProviderId, Revision } from '../../../shared/kernel/names.ts';
import {
  MAX_NAMED_GROUPS,
  readNamedGroups,
  writeNamedGroups,
} from '../../../shared/rules/document/named-groups.ts';
import { must } from '../../contract/must.ts';
import { FakeRows } from '../../support/fake-rows.ts';
import { FakeClock } from '../../support/fakes.ts';
import { accepted, edited, VALID } from '../rules/documents.ts';
import '../../support/fast-check-seed.ts';

const PROVIDER = ProviderId.parse('app-users');
const NAMED = 'staff';

async function applied(text = VALID, rows = new FakeRows()) {
  const order = { appliedBy: 'test', documentSha256: 'f'.repeat(64), onProgress: () => undefined };
  const base = must(await readCurrentAccess(rows));
  must(await writeAccess(rows, { ...order, base, access: accepted(text), now: new Date() }));
  return rows;
}

/** The rows of `access` that each read asked for. */
function countReads(rows: FakeRows, getRange = rows.getRange) {
  const reads: number[] = [];
  const counting: Pick<TablestoreRows, 'getRows' | 'getRange'> = {
    getRange,
    getRows: (table, keys) => {
      if (table === ACCESS) reads.push(keys.length);
      return rows.getRows(table, keys);
    },
  };
  const store = createRulesStore(counting, new FakeClock());
  const readOf = async (groups: readonly string[], of: Revision) => {
    const found = must(
      await store.grantRows(of, PROVIDER, [
        { kind: 'sub', name: 'nobody' },
        ...groups.map((name) => ({ kind: 'group', name }) as const),
        { kind: 'any' },
      ]),
    );
    return found.slice(1, -1).map((row) => Object.keys(row).length);
  };
  return { reads, store, readOf };
}

async function start(rows: FakeRows) {
  const { reads, store, readOf } = countReads(rows);
  const { revision } = must(await store.current());
  const read = (groups: readonly string[], of: Revision = revision) => readOf(groups, of);
  return { reads, read };
}

/** `count` of them, the last one named by a grant. */
const groupsOf = (count: number): readonly string[] => [
  ...Array.from({ length: count - 1 }, (_, i) => `team-${i}`),
  NAMED,
];

describe('rules that arrive after their load was given up', () => {
  afterEach(() => void vi.useRealTimers());

  it('leave what is known of the groups of the rules in force', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const rows = await applied();
    let arrive = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    let late: ReturnType<TablestoreRows['getRange']> | undefined;
    const { reads, store, readOf } = countReads(rows, (...asked) => {
      if (late) return rows.getRange(...asked);
      const answer = rows.getRange(...asked);
      late = held.then(() => answer);
      return late;
    });
    const givenUp = store.current();
    await vi.advanceTimersByTimeAsync(20_000);
    expect((await givenUp).ok).toBe(false);
    await applied(edited('Seconds: 1800', 'Seconds: 900'), rows);
    const { revision } = must(await store.current());
    arrive();
    await late;
    await vi.advanceTimersByTimeAsync(0);
    await readOf(groupsOf(1_000), revision);
    expect(reads).toEqual([3]);
  });
});

describe('a caller in many groups', () => {
  it.each([1, 98, 99, 200, 201, 1_000])(
    'of %i has the rows of those that grants name, and no others read',
    async (count) => {
      const { reads, read } = await start(await applied());
      const columns = await read(groupsOf(count));
      expect(columns.at(-1)).toBeGreaterThan(0);
      expect(columns.slice(0, -1).every((held) => held === 0)).toBe(true);
      expect(reads).toEqual([3]);
    },
  );

  it('has all looked up, a hundred at a time, under rules of which nobody noted the names', async () => {
    const rows = await applied();
    for (const { key, columns } of rows.rows(CATALOG)) {
      const { [NAMED_GROUPS]: noted, ...others } = columns;
      if (noted !== undefined) must(await rows.putRows([{ table: CATALOG, key, columns: others }]));
    }
    const { reads, read } = await start(rows);
    expect((await read(groupsOf(1_000))).at(-1)).toBeGreaterThan(0);
    expect(reads).toEqual([...Array(10).fill(100), 2]);
  });

  it('has all looked up under another revision than the one whose names are known', async () => {
    const { reads, read } = await start(await applied());
    await read(groupsOf(99), Revision.parse('rev00000099'));
    expect(reads).toEqual([100, 1]);
  });

  it('is told of a store that fails in the last of several reads', async () => {
    const rows = await applied();
    let left = 1;
    const failing = {
      getRange: rows.getRange,
      getRows: (...[table, keys]: Parameters<FakeRows['getRows']>) => {
        left -= table === ACCESS ? 1 : 0;
        return left < 0
          ? Promise.resolve({ ok: false, error: { code: 'OTSServerBusy', requestId: undefined } } as const)
          : rows.getRows(table, keys);
      },
    };
    const store = createRulesStore(failing, new FakeClock());
    const selectors = groupsOf(150).map((name) => ({ kind: 'group', name }) as const);
    const read = await store.grantRows(Revision.parse('rev00000099'), PROVIDER, selectors);
    expect(read).toEqual({ ok: false, error: { reason: 'store-failed', cause: 'OTSServerBusy' } });
  });
});

describe('the names that grants have', () => {
  it('are noted for every provider, also for one of which no grant names a group', async () => {
    const rows = await applied();
    const { head } = must(await readCurrentAccess(rows));
    const kind = head && providerKind(head.revision);
    const noted = rows.rows(CATALOG).filter(({ key, columns }) => key[0] === kind && NAMED_GROUPS in columns);
    expect(noted).toHaveLength(accepted(VALID).providers.length);
  });

  it('are each found again, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 200 }),
        (names) => {
          const mayName = readNamedGroups(writeNamedGroups(new Set(names)) ?? '');
          expect(names.every(mayName)).toBe(true);
        },
      ),
    );
  });

  it('are few of all that there are: of 100,000, in under 2 MB, one other name in a thousand at most is taken', () => {
    const names = new Set(Array.from({ length: 100_000 }, (_, i) => `group-${i}`));
    const text = writeNamedGroups(names) ?? '';
    const mayName = readNamedGroups(text);
    const others = Array.from({ length: 10_000 }, (_, i) => `other-${i}`).filter(mayName);
    expect(text.length).toBeLessThan(2_000_000);
    expect(others.length).toBeLessThanOrEqual(10);
  });

  it('are not noted when they are too many for a row, nor believed when they cannot be read', () => {
    const many = new Set(Array.from({ length: MAX_NAMED_GROUPS + 1 }, (_, i) => String(i)));
    expect(writeNamedGroups(many)).toBeUndefined();
    expect(['AAA', 'AAAAAAA=', '!!!!'].map((text) => readNamedGroups(text)('any'))).toEqual([
      true,
      true,
      true,
    ]);
  });
});
