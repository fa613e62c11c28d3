// Guarantees: the platform's timer starts a sweep that ends before the function's timeout; its outcome is in the log and in the
// answer; no other path does anything.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createSweepApp, RUN_MS, type SweepDeps } from '../../functions/sweep/app.ts';
import { parseSweepConfig } from '../../functions/sweep/sweep-config.ts';
import { err, ok } from '../../shared/kernel/result.ts';
import { NOW } from '../support/builders.ts';

type Line = readonly [level: string, event: string, fields: object];

function start(deleteExpired: SweepDeps['deleteExpired']) {
  const lines: Line[] = [];
  const logger = { log: (...line: Line) => void lines.push(line) };
  return { lines, app: createSweepApp({ deleteExpired, clock: { now: () => NOW }, logger }) };
}

const ROWS = { name: 'once', read: 3, deleted: 2, unreadable: 0 };

describe('POST /invoke', () => {
  it('sweeps until the run is over, and logs a line for each table', async () => {
    const asked: Date[] = [];
    const { app, lines } = start(async (until) => {
      asked.push(until);
      return ok({ rows: [ROWS], isFinished: true });
    });
    const answer = await app.request('/invoke', { method: 'POST' });
    expect([answer.status, await answer.json()]).toEqual([200, { done: true }]);
    expect(asked).toEqual([new Date(NOW.getTime() + RUN_MS)]);
    expect(lines).toEqual([['info', 'sweep-rows', ROWS]]);
  });

  it('warns of rows that it cannot read, and says when some are left for the next run', async () => {
    const rows = [{ ...ROWS, unreadable: 1 }];
    const { app, lines } = start(async () => ok({ rows, isFinished: false }));
    expect((await app.request('/invoke', { method: 'POST' })).status).toBe(200);
    expect(lines).toEqual([
      ['warn', 'sweep-rows', rows[0]],
      ['info', 'sweep-unfinished', {}],
    ]);
  });

  it.each([
    ['fails', async () => err({ reason: 'store-failed', cause: 'OTSServerBusy' } as const), 'sweep-failed'],
    ['has a bug', () => Promise.reject(new TypeError('secret')), 'bug'],
  ])('answers 500 and logs it where the sweep %s', async (_, deleteExpired, event) => {
    const { app, lines } = start(deleteExpired);
    expect((await app.request('/invoke', { method: 'POST' })).status).toBe(500);
    expect(lines.map(([level, logged]) => [level, logged])).toEqual([['error', event]]);
  });

  it('is the only way in', async () => {
    const { app, lines } = start(() => Promise.reject(new Error('called')));
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
  expect(RUN_MS).toBeLessThan(resources.sweep.props.timeout * 1000);
});

describe('the settings', () => {
  const GOOD = {
    STINT_REGION: 'cn-hangzhou',
    STINT_TABLESTORE_ENDPOINT: 'https://stint.cn-hangzhou.ots.aliyuncs.com',
    STINT_TABLESTORE_INSTANCE: 'stint',
  };

  it('are those of the store and of the log', () => {
    expect(parseSweepConfig(GOOD)).toEqual(
      ok({
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
