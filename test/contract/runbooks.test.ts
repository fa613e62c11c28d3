// The runbooks of docs/operations.md do what they say: each incident is made on the local cloud, and the commands of its runbook end it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRulesStore } from '../../shared/adapters/tablestore/access-store.ts';
import { createAuditLog } from '../../shared/adapters/tablestore/tablestore-audit-log.ts';
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { inlineCodeOf } from '../architecture/markdown.ts';
import { ROOT } from '../architecture/source-files.ts';
import { startVend, type Vend } from '../support/vend-app.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { edited, VALID } from '../unit/rules/documents.ts';
import { commandEnvironment, startInstance } from './local-tablestore-rows.ts';

const { server, options } = await startInstance();
afterAll(() => server.close());
const env = { ...commandEnvironment(options), USER: 'operator' };
const folder = testFolder();
const stint = (...argv: readonly string[]) => folder.stint(argv, env);
const rowsWithin = (attemptDeadlineMs: number) =>
  openRows(openTablestore({ ...options, timing: { attemptDeadlineMs, firstRetryMs: 0 } }));

/** An instance that has just started. */
const newInstance = (): Vend => startVend({ rules: (clock) => createRulesStore(rowsWithin(5_000), clock) });
const statusNow = async () => (await newInstance().vend()).status;
const succeeds = async (...argv: readonly string[]) => {
  const { exitCode, out, notes } = await stint(...argv);
  expect([argv, exitCode, notes]).toEqual([argv, 0, notes]);
  return out;
};

folder.write('access.yaml', VALID);
folder.write('wrong.yaml', edited('anyone: true', 'subject: no-one-of-this-name'));

beforeAll(async () => {
  await succeeds('tables', 'create');
  await succeeds('apply', '--yes', 'access.yaml');
});

const [, page = ''] = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8').split('## Runbooks');
const runbook = (heading: string): readonly string[] => {
  const [, text = ''] = (page.split('\n## ')[0] ?? '').split(`### ${heading}\n`);
  return inlineCodeOf(text.split('\n### ')[0] ?? '').filter((code) => code.startsWith('stint '));
};

describe('an operator is locked out', () => {
  const commands = runbook('An operator is locked out');

  it('by rules that refuse too much: the revision before comes back', async () => {
    expect(commands).toEqual(expect.arrayContaining(['stint history', 'stint rollback 11']));
    expect(await statusNow()).toBe(200);
    await succeeds('apply', '--yes', 'wrong.yaml');
    expect(await statusNow()).toBe(403);
    const [, before] = JSON.parse(await succeeds('history', '--json')).revisions;
    await succeeds('rollback', '--yes', String(before.number));
    expect(await statusNow()).toBe(200);
  });

  it('by a block: it is found, and ends', async () => {
    expect(commands).toEqual(expect.arrayContaining(['stint blocks', 'stint unblock b-1a2b3c4d']));
    await succeeds('block', 'app-users', '--for', '4h', '--reason', 'by mistake', '--yes');
    expect(await statusNow()).toBe(403);
    const [id = ''] = /b-[0-9a-f]{8}/.exec(await succeeds('blocks')) ?? [];
    await succeeds('unblock', id);
    expect(await statusNow()).toBe(200);
  });
});

describe('restore', () => {
  it('after a change by mistake: what changed is seen, and goes back', async () => {
    expect(runbook('Restore')).toEqual(
      expect.arrayContaining([
        'stint history',
        'stint diff 11 12',
        'stint rollback 11',
        'stint apply access.yaml',
      ]),
    );
    await succeeds('apply', '--yes', 'wrong.yaml');
    const [now, before] = JSON.parse(await succeeds('history', '--json')).revisions;
    const { out } = await stint('diff', String(before.number), String(now.number));
    expect(out).toContain('own-prefix');
    await succeeds('rollback', '--yes', String(before.number));
    expect(await statusNow()).toBe(200);
  });
});

describe('a key has leaked', () => {
  it('its owner is kept out, and others are not', async () => {
    expect(runbook('A key has leaked').some((command) => command.startsWith('stint block '))).toBe(true);
    await succeeds('block', 'app-users:alice', '--for', '4h', '--reason', 'key leaked');
    expect(await statusNow()).toBe(403);
    const [id = ''] = /b-[0-9a-f]{8}/.exec(await succeeds('blocks')) ?? [];
    await succeeds('unblock', id);
    expect(await statusNow()).toBe(200);
  });
});

describe('Tablestore is down', () => {
  it('nothing is issued, and it goes on by itself when Tablestore answers again', async () => {
    const app = startVend({ rules: (clock) => createRulesStore(rowsWithin(200), clock) });
    server.faults.add({ operation: '*', kind: 'busy', times: Number.POSITIVE_INFINITY });
    const { status, body } = await app.vend();
    expect([status, body['code']]).toEqual([503, 'store_unavailable']);
    expect(app.assumer.orders).toEqual([]);
    server.faults.clear();
    app.clock.advance(5_000);
    expect((await app.vend()).status).toBe(200);
  });

  it('no audit row is written until it answers again', async () => {
    const app = newInstance();
    expect((await app.vend()).status).toBe(200);
    server.faults.add({ operation: '*', kind: 'busy', times: Number.POSITIVE_INFINITY });
    const { events } = app.auditLog;
    const [event] = events;
    if (!event) throw new Error('no event');
    expect((await createAuditLog(rowsWithin(200)).record(event)).ok).toBe(false);
    server.faults.clear();
    expect((await createAuditLog(rowsWithin(5_000)).record(event)).ok).toBe(true);
  });
});

describe('STS throttles', () => {
  it('new sessions wait, and credentials that were issued are handed out again', async () => {
    const app = newInstance();
    expect((await app.vend()).status).toBe(200);
    app.assumer.fault = { kind: 'throttled', cause: 'Throttling.User' };
    expect((await app.vend()).status).toBe(200);
    const { status, body } = await app.vend({ durationSeconds: 120 });
    expect([status, body['code']]).toEqual([429, 'rate_limited']);
  });
});

describe('an issuer is down', () => {
  it('callers whose proofs were verified go on, and new ones are refused for that reason', async () => {
    const app = newInstance();
    expect((await app.vend()).status).toBe(200);
    app.keys.fault = { reason: 'keys-unreachable', cause: 'of-the-test' };
    expect((await app.vend()).status).toBe(200);
    const other = newInstance();
    other.keys.fault = { reason: 'keys-unreachable', cause: 'of-the-test' };
    const { status, body } = await other.vend();
    expect([status, body['code']]).toEqual([503, 'keys_unavailable']);
  });
});
