// The history of issuers' keys on Tablestore keeps its contract, stays bounded, and denies where a decision cannot be
// read.
import { afterAll, describe, expect, it } from 'vitest';
import { CATALOG, KEYS } from '../../shared/adapters/tablestore/tables.ts';
import { createKeyHistory, writeDecisions } from '../../shared/adapters/tablestore/tablestore-issuer-keys.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { ProviderId } from '../../shared/kernel/names.ts';
import { NOW } from '../support/builders.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { FakeKeyHistory } from '../support/fakes.ts';
import { describeKeyHistory, type OpenHistory } from './key-history.contract.ts';
import { openLocalRows, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const instance = await startInstance();
const localRows = await openLocalRows(instance);
afterAll(() => instance.server.close());

const over = (rows: TablestoreRows): OpenHistory => ({
  history: createKeyHistory(rows),
  async decide(provider, thumbprint, decision) {
    must(await writeDecisions(rows, [{ provider, thumbprint, decision, decidedAt: NOW, decidedBy: 'ada' }]));
  },
});

async function emptied(rows: TablestoreRows): Promise<TablestoreRows> {
  for (const table of [KEYS, CATALOG]) {
    const keys = must(await rows.getRange(table, '0', '{')).map((row) => row.key);
    if (keys.length > 0) must(await rows.deleteRows(table, keys));
  }
  return rows;
}

describeKeyHistory('the fake', async () => {
  const history = new FakeKeyHistory();
  return {
    history,
    decide: async (provider, thumbprint, decision) => {
      history.decided.set(`${provider}|${thumbprint}`, decision);
    },
  };
});
describeKeyHistory('the adapter over fake rows', async () => over(new FakeRows()));
describeKeyHistory('the adapter over the local Tablestore', async () => over(await emptied(localRows)));

describe('the history of keys on Tablestore', () => {
  const APP = ProviderId.parse('app');
  const key = { thumbprint: 'a', kid: 'k'.repeat(1_000), alg: 'RS256' };

  it('keeps first and last sight, to the day, and the beginning of a long kid', async () => {
    const rows = new FakeRows();
    const { history } = over(rows);
    await history.see(APP, [key], NOW);
    await history.see(APP, [key], new Date(NOW.getTime() + 3_600_000));
    await history.see(APP, [key], new Date(NOW.getTime() + 2 * 86_400_000));
    expect(rows.rows(KEYS)).toEqual([
      {
        key: ['app', 'a'],
        columns: {
          kid: 'k'.repeat(255),
          alg: 'RS256',
          first_seen: '2026-03-01T12:00:00.000Z',
          last_seen: '2026-03-03',
        },
      },
    ]);
  });

  it('gives no decisions while one cannot be read: it may be the one that takes a key away', async () => {
    const rows = new FakeRows();
    const { history, decide } = over(rows);
    await decide('app', 'a', 'approved');
    must(await rows.putRows([{ table: CATALOG, key: ['key|app|', 'b'], columns: { decision: 'perhaps' } }]));
    expect(await history.decisions(APP)).toEqual({
      ok: false,
      error: { reason: 'rules-unreadable', cause: 'key-decision' },
    });
  });

  it('says as a value that it failed', async () => {
    const rows = new FakeRows();
    rows.intercept = () => ({ code: 'OTSServerBusy', requestId: undefined });
    const { history } = over(rows);
    expect(await history.decisions(APP)).toEqual({
      ok: false,
      error: { reason: 'store-failed', cause: 'OTSServerBusy' },
    });
    expect(await history.see(APP, [key], NOW)).toEqual([{ what: 'unrecorded', key, cause: 'OTSServerBusy' }]);
  });

  it('remembers no more than a thousand keys of one provider, and says so of the others', async () => {
    const rows = new FakeRows();
    const { history } = over(rows);
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => ({ thumbprint: `t${from + i}`, kid: '', alg: 'RS256' }));
    await history.see(APP, many(0, 1_000), NOW);
    expect(await history.see(APP, many(1_000, 1), NOW)).toEqual([
      { what: 'unrecorded', key: many(1_000, 1)[0], cause: 'too-many-keys' },
    ]);
    expect(rows.rows(KEYS)).toHaveLength(1_000);
  });
});
