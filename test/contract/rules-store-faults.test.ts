// Rules and grants are read in spite of passing faults; what cannot be read is a fault and never an empty list.
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { OtsFault } from '../../local/tablestore/ots-faults.ts';
import { err } from '../../shared/kernel/result.ts';
import { REVISION } from '../support/builders.ts';
import { FakeClock } from '../support/fakes.ts';
import { A_WHILE_MS, ALICE, APP_USERS, SOON_MS, startLocalStore } from './local-ports.ts';
import { must } from './must.ts';

const local = await startLocalStore();
await local.applyRules();
afterAll(() => local.close());
afterEach(() => local.faults.clear());

const PASSING: readonly (readonly [string, OtsFault])[] = [
  ['a busy server', { operation: 'BatchGetRow', kind: 'busy' }],
  ['a batch that succeeds but for its row', { operation: 'BatchGetRow', kind: 'rows-busy', rows: [0] }],
  ['a lost connection', { operation: 'BatchGetRow', kind: 'lost-before-commit' }],
  ['an answer that is cut', { operation: 'BatchGetRow', kind: 'cut-body' }],
  ['an answer that is garbage', { operation: 'BatchGetRow', kind: 'garbage' }],
  ['no answer', { operation: 'BatchGetRow', kind: 'hang' }],
  ['a busy server in the middle', { operation: 'GetRange', kind: 'busy' }],
  ['an answer that is cut in the middle', { operation: 'GetRange', kind: 'cut-body' }],
];

/** With the deadline of an attempt: long where an answer comes, so that a busy machine does not turn it into none. */
const LASTING: readonly (readonly [string, OtsFault, string, number])[] = [
  ['is busy', { operation: '*', kind: 'busy' }, 'OTSServerBusy', A_WHILE_MS],
  ['never answers', { operation: '*', kind: 'hang' }, 'Network', SOON_MS],
  ['cuts every answer', { operation: '*', kind: 'cut-body' }, 'Network', SOON_MS],
  [
    'refuses',
    { operation: '*', kind: 'refuse', code: 'OTSNoPermissionAccess' },
    'OTSNoPermissionAccess',
    A_WHILE_MS,
  ],
];

describe('the rules in force', () => {
  it.each(PASSING)('are read in spite of %s', async (_, fault) => {
    local.faults.add(fault);
    const rules = must(await local.rulesStore(new FakeClock(), A_WHILE_MS).current());
    expect(local.faults.remaining()).toBe(0);
    expect([rules.revision, rules.rolesById.size]).toEqual([REVISION, 1]);
  });

  it.each(LASTING)(
    'are a fault, and nothing is guessed, while Tablestore %s',
    async (_, fault, cause, deadlineMs) => {
      const store = local.rulesStore(new FakeClock(), deadlineMs);
      local.faults.add({ ...fault, times: Number.POSITIVE_INFINITY });
      expect(await store.current()).toEqual(err({ reason: 'store-failed', cause }));
      expect(await store.grantRows(REVISION, APP_USERS, [ALICE])).toEqual(
        err({ reason: 'store-failed', cause }),
      );
    },
  );
});

describe('the grants of a caller', () => {
  const rowsAfter = (store: ReturnType<typeof local.rulesStore>) =>
    store.grantRows(REVISION, APP_USERS, [{ kind: 'any' }, ALICE]);

  it.each(PASSING.filter(([, { operation }]) => operation === 'BatchGetRow'))(
    'are read in spite of %s',
    async (_, fault) => {
      local.faults.add(fault);
      const [any, alice] = must(await rowsAfter(local.rulesStore(new FakeClock(), A_WHILE_MS)));
      expect([any, Object.keys(alice ?? {})]).toEqual([{}, ['g_own_prefix']]);
    },
  );

  it('that could not be read are not remembered as none', async () => {
    const store = local.rulesStore(new FakeClock(), SOON_MS);
    local.faults.add({ operation: 'BatchGetRow', kind: 'rows-busy', rows: [1], times: 4 });
    expect(await rowsAfter(store)).toMatchObject({ ok: false });
    const patient = must(await rowsAfter(local.rulesStore(new FakeClock())));
    expect(must(await rowsAfter(store))).toEqual(patient);
  });
});
