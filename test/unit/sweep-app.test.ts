// Guarantees: the platform's timer starts a sweep that ends before the function's timeout; its outcome is in the log and in the
// answer; no other path does anything.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CHECKS_MS, createSweepApp, RUN_MS, type SweepDeps } from '../../functions/sweep/app.ts';
import { parseSweepConfig } from '../../functions/sweep/sweep-config.ts';
import { err, ok } from '../../shared/kernel/result.ts';
import { NOW } from '../support/builders.ts';

type Line = readonly [level: string, event: string, fields: object];

const ENDED = ['info', 'sweep-ended', { done: 1 }] as const;

/** Finds and deletes nothing, but for the parts that are given. */
function start(parts: Partial<SweepDeps>) {
  const lines: Line[] = [];
  const app = createSweepApp({
    deleteExpired: async () => ({ rows: [], failed: [], isFinished: true }),
    deleteOldRevisions: async () => ok({ revisions: 0, deleted: 0, isFinished: true }),
    probe: undefined,
    findDrift: async () => [],
    findMetadataFaults: async () => [],
    clock: { now: () => NOW },
    logger: { log: (...line: Line) => void lines.push(line) },
    ...parts,
  });
  return { lines, app };
}

const ROWS = { name: 'once', read: 3, deleted: 2, unreadable: 0 };

describe('POST /invoke', () => {
  it('sweeps until the run is over, and logs a line for each table', async () => {
    const asked: Date[] = [];
    const deleteExpired = async (until: Date) => {
      asked.push(until);
      return { rows: [ROWS], failed: [], isFinished: true };
    };
    const { app, lines } = start({ deleteExpired });
    const answer = await app.request('/invoke', { method: 'POST' });
    expect([answer.status, await answer.json()]).toEqual([200, { done: true }]);
    expect(asked).toEqual([new Date(NOW.getTime() + RUN_MS)]);
    expect(lines).toEqual([['info', 'sweep-rows', ROWS], ENDED]);
  });

  it('warns of rows that it cannot read, and says when some are left for the next run', async () => {
    const rows = [{ ...ROWS, unreadable: 1 }];
    const { app, lines } = start({ deleteExpired: async () => ({ rows, failed: [], isFinished: false }) });
    expect((await app.request('/invoke', { method: 'POST' })).status).toBe(200);
    expect(lines).toEqual([['warn', 'sweep-rows', rows[0]], ['info', 'sweep-unfinished', {}], ENDED]);
  });

  it('tells of the rows that were deleted and of those that failed', async () => {
    const failed = [{ name: 'keys', cause: 'OTSNoPermissionAccess' }];
    const { app, lines } = start({
      deleteExpired: async () => ({ rows: [ROWS], failed, isFinished: true }),
    });
    expect((await app.request('/invoke', { method: 'POST' })).status).toBe(500);
    expect(lines).toEqual([
      ['info', 'sweep-rows', ROWS],
      ['error', 'sweep-failed', failed[0]],
      ['info', 'sweep-ended', { done: 0 }],
    ]);
  });

  const busy = async () => err({ reason: 'store-failed', cause: 'OTSServerBusy' } as const);
  it.each<[string, Partial<SweepDeps>, string]>([
    ['fails', { deleteOldRevisions: busy }, 'sweep-failed'],
    ['has a bug', { deleteExpired: () => Promise.reject(new TypeError('secret')) }, 'bug'],
  ])('answers 500 and logs it where the sweep %s', async (_, parts, event) => {
    const { app, lines } = start(parts);
    expect((await app.request('/invoke', { method: 'POST' })).status).toBe(500);
    expect(lines.map(([level, logged]) => [level, logged])).toEqual([
      ['error', event],
      ['info', 'sweep-ended'],
    ]);
  });

  it('logs one line a finding, by its severity, and does not fail for it', async () => {
    const { app, lines } = start({
      probe: async () => [{ name: 'probe-refused', subject: 'p', detail: '503 store_unavailable' }],
      findDrift: async () => [{ name: 'pin-changed', subject: 'a', detail: 'd' }],
    });
    expect((await app.request('/invoke', { method: 'POST' })).status).toBe(200);
    expect(lines).toEqual([
      [
        'error',
        'finding',
        { name: 'probe-refused', severity: 'error', subject: 'p', detail: '503 store_unavailable' },
      ],
      ['warn', 'finding', { name: 'pin-changed', severity: 'warning', subject: 'a', detail: 'd' }],
      ENDED,
    ]);
  });

  it('runs every part, whichever of them fails', async () => {
    const ran: string[] = [];
    const failing = (name: string) => async () => {
      ran.push(name);
      throw new TypeError(name);
    };
    const { app, lines } = start({
      deleteExpired: failing('expired'),
      deleteOldRevisions: failing('revisions'),
      probe: failing('probe'),
      findDrift: failing('drift'),
    });
    expect((await app.request('/invoke', { method: 'POST' })).status).toBe(500);
    expect(ran).toEqual(['expired', 'revisions', 'probe', 'drift']);
    expect(lines.map(([, event]) => event)).toEqual(['bug', 'bug', 'bug', 'bug', 'sweep-ended']);
  });

  it('is the only way in', async () => {
    const { app, lines } = start({ deleteExpired: () => Promise.reject(new Error('called')) });
    for (const [method, path] of [
      ['GET', '/invoke'],
      ['POST', '/'],
      ['POST', '/v1/credentials'],
    ] as const)
      expect((await app.request(path, { method })).status).toBe(404);
    expect(lines).toEqual([]);
  });
});

it('ends its run before the timeout that s.yaml gives the function', () => {
  const { resources } = parse(readFileSync(join(import.meta.dirname, '../../s.yaml'), 'utf8'));
  expect(RUN_MS).toBeLessThan(CHECKS_MS);
  expect(CHECKS_MS).toBeLessThan(resources.sweep.props.timeout * 1000);
});

describe('the settings', () => {
  const GOOD = {
    STINT_PUBLIC_URL: 'https://vend.example.com',
    STINT_ACCOUNT_ID: '1234567890123456',
    STINT_REGION: 'cn-hangzhou',
    STINT_TABLESTORE_ENDPOINT: 'https://stint.cn-hangzhou.ots.aliyuncs.com',
    STINT_TABLESTORE_INSTANCE: 'stint',
  };

  it('have the defaults of vend', () => {
    expect(parseSweepConfig(GOOD)).toEqual(
      ok({
        publicUrl: 'https://vend.example.com',
        audience: 'https://vend.example.com',
        region: 'cn-hangzhou',
        accountId: '1234567890123456',
        ramEndpoint: 'https://ram.aliyuncs.com',
        stsEndpoint: 'https://sts.cn-hangzhou.aliyuncs.com',
        hubRoles: [],
        probeRole: undefined,
        tablestoreEndpoint: GOOD.STINT_TABLESTORE_ENDPOINT,
        tablestoreInstance: 'stint',
        logLevel: 'info',
      }),
    );
  });

  it('are refused with every fault at once', () => {
    expect(parseSweepConfig({ STINT_REGION: '!', STINT_SESSION_KEYS: '[]' })).toMatchObject({
      ok: false,
      error: expect.arrayContaining(['STINT_SESSION_KEYS: no such setting']),
    });
  });
});
