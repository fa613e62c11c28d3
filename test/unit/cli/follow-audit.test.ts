// `stint audit --follow` shows every row once, although rows arrive late and their writers' clocks differ.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followAudit } from '../../../clients/cli/audit/follow-audit.ts';
import { createAuditLog } from '../../../shared/adapters/tablestore/tablestore-audit-log.ts';
import type { TablestoreFault } from '../../../shared/adapters/tablestore/tablestore-fault.ts';
import { RequestId } from '../../../shared/kernel/names.ts';
import { FakeRows } from '../../support/fake-rows.ts';

const START = Date.parse('2026-03-02T09:00:00Z');
const LOOK_MS = 2_000;
const MINUTE_MS = 60_000;

interface Written {
  /** The look before which the row is there. */
  readonly look: number;
  /** How far its time is behind the reader's clock; negative: ahead. */
  readonly behindMs: number;
}

/** Runs so many looks, two seconds apart, while rows are written; gives the requests in the order in which they were shown. */
async function follow(written: readonly Written[], looks: number, failing: ReadonlySet<number> = new Set()) {
  const rows = new FakeRows();
  const log = createAuditLog(rows);
  const [shown, faults]: [string[], TablestoreFault[]] = [[], []];
  let look = 0;
  let now = START;
  const write = async () => {
    for (const [i, { look: due, behindMs }] of written.entries())
      if (due === look)
        await log.record({
          requestId: RequestId.parse(`request-${i}`),
          at: new Date(now - behindMs),
          action: 'credentials',
          stage: 'respond',
          outcome: 'granted',
        });
  };
  rows.intercept = (operation) =>
    operation === 'getPage' && failing.has(look)
      ? { code: 'OTSServerBusy', requestId: undefined }
      : undefined;
  await write();
  await followAudit({
    rows,
    range: { since: new Date(START - 60 * MINUTE_MS) },
    clock: { now: () => new Date(now) },
    show: ({ request }) => shown.push(request),
    onFault: (fault) => faults.push(fault),
    pause: async () => {
      look += 1;
      now += LOOK_MS;
      await write();
      return look < looks;
    },
  });
  return { shown, faults };
}

const namesOf = (written: readonly Written[]) => written.map((_, i) => `request-${i}`).sort();

describe('stint audit --follow', () => {
  it('shows a row that arrives 20 seconds after its time with the next look', async () => {
    expect((await follow([{ look: 4, behindMs: 20_000 }], 5)).shown).toEqual(['request-0']);
  });

  it('shows each row once', async () => {
    const { shown } = await follow(
      [
        { look: 0, behindMs: 0 },
        { look: 1, behindMs: 0 },
      ],
      70,
    );
    expect(shown).toEqual(['request-0', 'request-1']);
  });

  it('goes on after Tablestore failed, and loses what was written meanwhile no more than before', async () => {
    const { shown, faults } = await follow(
      [
        { look: 0, behindMs: 0 },
        { look: 5, behindMs: 0 },
      ],
      60,
      new Set(Array.from({ length: 40 }, (_, i) => i + 3)),
    );
    expect(shown).toEqual(['request-0', 'request-1']);
    expect(faults.length).toBe(40);
  });

  it('repeats nothing after the first look failed', async () => {
    expect((await follow([{ look: 0, behindMs: 0 }], 3, new Set([0]))).shown).toEqual(['request-0']);
  });

  it('loses and repeats no row of a writer whose clock Tablestore accepts', async () => {
    const row = fc.record({
      look: fc.nat(60),
      behindMs: fc.integer({ min: -15 * MINUTE_MS, max: 30 * MINUTE_MS }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 12 }), async (written) => {
        const { shown } = await follow(written, 100);
        expect([...shown].sort()).toEqual(namesOf(written));
      }),
      { numRuns: 15 },
    );
  });
});
