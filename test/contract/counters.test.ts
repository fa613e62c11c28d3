// What the limits rely on of their counters: one suite on the fake, on the adapter over fake rows, and over the local
// Tablestore.
import { afterAll, describe, expect, it } from 'vitest';
import { createCounters } from '../../shared/adapters/tablestore/tablestore-counters.ts';
import { err } from '../../shared/kernel/result.ts';
import type { Counters } from '../../shared/pipeline/limit/counters.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { FakeCounters } from '../support/fakes.ts';
import { startLocalStore } from './local-ports.ts';
import { must } from './must.ts';

const storeFailed = { reason: 'store-failed', cause: 'OTSServerBusy' } as const;

const local = await startLocalStore();
afterAll(() => local.close());

const COUNTERS: readonly (readonly [string, (broken: boolean) => Counters])[] = [
  ['the fake', (broken) => Object.assign(new FakeCounters(), { fault: broken ? storeFailed : undefined })],
  [
    'counters on rows',
    (broken) => {
      const rows = new FakeRows();
      rows.intercept = () => (broken ? { code: 'OTSServerBusy', requestId: undefined } : undefined);
      return createCounters(rows);
    },
  ],
  [
    'counters on the local Tablestore',
    (broken) => {
      local.faults.clear();
      if (broken) local.faults.add({ operation: '*', kind: 'busy', times: Number.POSITIVE_INFINITY });
      return local.counters();
    },
  ],
];

describe.each(COUNTERS)('Counters: %s', (name, open) => {
  /** Tables are shared by the tests: each keeps to counters of its own. */
  const own = (counter: string) => `${name} ${counter}`;

  it('count up from one, each alone', async () => {
    const counters = open(false);
    const counts = [];
    for (const counter of ['a', 'a', 'b', 'a']) counts.push(must(await counters.add(own(counter))));
    expect(counts).toEqual([1, 2, 1, 3]);
  });

  it('give no two of many callers the same number', async () => {
    const counters = open(false);
    const counts = await Promise.all(Array.from({ length: 20 }, () => counters.add(own('crowd'))));
    expect(new Set(counts.map(must)).size).toBe(20);
  });

  it('say as a value that they failed', async () => {
    expect(await open(true).add(own('a'))).toEqual(err(storeFailed));
  });
});

describe('a counter whose answer was lost', () => {
  it('may have counted twice, and never misses one', async () => {
    local.faults.clear();
    const counters = local.counters();
    must(await counters.add('lost'));
    local.faults.add({ operation: 'UpdateRow', kind: 'lost-after-commit', times: 1 });
    expect(must(await counters.add('lost'))).toBe(3);
  });
});
