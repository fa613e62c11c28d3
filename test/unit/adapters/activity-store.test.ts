// Guarantees: a person's recent activity is complete, bounded, and not shown to another person.
import { beforeEach, describe, expect, it } from 'vitest';
import { PEOPLE } from '../../../shared/adapters/tablestore/tables.ts';
import { createActivityStore } from '../../../shared/adapters/tablestore/tablestore-activity-store.ts';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import type { Activity } from '../../../shared/people/activity.ts';
import type { ActivityStore } from '../../../shared/people/activity-store.ts';
import { personKey } from '../../../shared/people/person.ts';
import { FakeRows } from '../../support/fake-rows.ts';

const CORPORATE = ConnectionId.parse('corporate');
const ALICE = personKey(CORPORATE, 'alice');
const BOB = personKey(CORPORATE, 'bob');

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 22, 9, minute)).toISOString();
const took = (role: string, minute: number): Activity => ({
  kind: 'credentials',
  subject: role,
  at: at(minute),
});

let rows: FakeRows;
let store: ActivityStore;
beforeEach(() => {
  rows = new FakeRows();
  store = createActivityStore(rows);
});

const recent = async (person = ALICE): Promise<readonly Activity[]> => {
  const found = await store.recent(person);
  if (!found.ok) throw new Error(found.error.cause);
  return found.value;
};

describe('the activities of a person', () => {
  it('come newest first, and are nobody else’s', async () => {
    for (const minute of [2, 1, 3]) await store.note(ALICE, took(`role-${minute}`, minute));
    await store.note(BOB, took('bobs', 4));
    expect((await recent()).map(({ subject }) => subject)).toEqual(['role-3', 'role-2', 'role-1']);
    expect((await recent(BOB)).map(({ subject }) => subject)).toEqual(['bobs']);
  });

  it('are both there when two are of the same moment', async () => {
    await store.note(ALICE, took('one', 1));
    await store.note(ALICE, took('two', 1));
    expect(await recent()).toHaveLength(2);
  });

  it('are the last fifty; older rows go when the person signs on or looks', async () => {
    for (let minute = 0; minute < 60; minute++) await store.note(ALICE, took(`role-${minute}`, minute));
    expect(rows.rows(PEOPLE)).toHaveLength(60);
    await store.note(ALICE, { kind: 'signed_in', subject: 'corporate', at: at(60) });
    expect(rows.rows(PEOPLE)).toHaveLength(50);
    const kept = await recent();
    expect([kept[0]?.kind, kept.at(-1)?.subject]).toEqual(['signed_in', 'role-11']);
  });

  it('leave out a row that cannot be read', async () => {
    await rows.putRows([
      { table: PEOPLE, key: [`activity/${ALICE}`, '0'], columns: { json: '{"kind":"other"}' } },
    ]);
    expect(await recent()).toEqual([]);
  });

  it('are a store fault when the store does not answer', async () => {
    rows.intercept = () => ({ code: 'OTSServerBusy', requestId: undefined });
    const fault = { ok: false, error: { reason: 'store-failed', cause: 'OTSServerBusy' } };
    expect(await store.recent(ALICE)).toEqual(fault);
    expect(await store.note(ALICE, took('role', 1))).toEqual(fault);
  });
});
