// Callers that are counted at the same time share a call, and what a batch cannot do, calls of their own do.
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { OtsFault } from '../../local/tablestore/ots-faults.ts';
import { createCounters } from '../../shared/adapters/tablestore/tablestore-counters.ts';
import { err } from '../../shared/kernel/result.ts';
import { startLocalStore } from './local-ports.ts';
import { must } from './must.ts';

const local = await startLocalStore();
afterAll(() => local.close());
afterEach(() => local.faults.clear());

const OPERATION = 'BatchWriteRow';
let made = 0;
const names = (count: number) => {
  made += 1;
  return Array.from({ length: count }, (_, i) => `${made}-${i}`);
};
type Counters = ReturnType<typeof local.counters>;
const addAll = async (counters: Counters, asked: readonly string[]) =>
  (await Promise.all(asked.map((counter) => counters.add(counter)))).map(must);

describe('counters that are asked for at the same time', () => {
  it('share a call, each with its own count', async () => {
    const counters = local.counters();
    const [a = '', b = '', c = ''] = names(3);
    await addAll(counters, [a, a, b]);
    // Each strikes one UpdateRow, of which a batch has none.
    local.faults.add({ operation: 'UpdateRow', kind: 'refuse', code: 'OTSParameterInvalid' });
    expect(await addAll(counters, [a, b, c, a, a])).toEqual([3, 2, 1, 4, 5]);
    expect(local.faults.remaining()).toBe(1);
  });

  it.each<[string, OtsFault, number]>([
    [
      'a batch that the role may not send',
      { operation: OPERATION, kind: 'refuse', code: 'OTSNoPermissionAccess' },
      1,
    ],
    ['a batch of which one row fails', { operation: OPERATION, kind: 'rows-busy', rows: [1] }, 1],
    ['a batch that is lost', { operation: OPERATION, kind: 'lost-before-commit' }, 1],
    ['a batch whose answer is lost', { operation: OPERATION, kind: 'lost-after-commit' }, 2],
    ['a batch whose answer is cut', { operation: OPERATION, kind: 'cut-body' }, 2],
  ])('are counted in spite of %s', async (_, fault, expected) => {
    local.faults.add(fault);
    expect(await addAll(local.counters(), names(3))).toEqual([expected, expected, expected]);
    expect(local.faults.remaining()).toBe(0);
  });

  it('are not sent in a batch again that the role may not send', async () => {
    const counters = local.counters();
    const refusal = { operation: OPERATION, kind: 'refuse', code: 'OTSNoPermissionAccess' } as const;
    local.faults.add({ ...refusal, times: 2 });
    for (let round = 0; round < 3; round += 1) await addAll(counters, names(2));
    expect(local.faults.remaining()).toBe(1);
  });

  it('are not sent in a batch again whose answer has no counts', async () => {
    let batches = 0;
    const { increment } = local.rows;
    const counters = createCounters({
      increment,
      async incrementEach(_, increments) {
        batches += 1;
        return increments.map(() => err({ code: 'CountUnreadable', requestId: undefined }));
      },
    });
    for (let round = 0; round < 3; round += 1) expect(await addAll(counters, names(2))).toEqual([1, 1]);
    expect(batches).toBe(1);
  });
});
