// What version 0.1.0 left in its tables is taken over: rules, revisions, sessions, passkeys, keys and the audit trail. The rows were
// written by the code of that version: test/support/record-earlier-rows.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createRulesStore } from '../../shared/adapters/tablestore/access-store.ts';
import { readAudit } from '../../shared/adapters/tablestore/audit-reader.ts';
import { createDeleteExpired } from '../../shared/adapters/tablestore/delete-expired.ts';
import { createDeleteOldRevisions } from '../../shared/adapters/tablestore/delete-old-revisions.ts';
import { findIssuedKey } from '../../shared/adapters/tablestore/find-issued-key.ts';
import { createTable, deleteTable } from '../../shared/adapters/tablestore/manage-tables.ts';
import { TABLES } from '../../shared/adapters/tablestore/tables.ts';
import { createActivityStore } from '../../shared/adapters/tablestore/tablestore-activity-store.ts';
import { createKeyHistory, readKeys } from '../../shared/adapters/tablestore/tablestore-issuer-keys.ts';
import { createPasskeyStore } from '../../shared/adapters/tablestore/tablestore-passkey-store.ts';
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { createSessionStore } from '../../shared/adapters/tablestore/tablestore-session-store.ts';
import { createSignOnStore } from '../../shared/adapters/tablestore/tablestore-sign-on-store.ts';
import { ProviderId } from '../../shared/kernel/names.ts';
import { NOW } from '../support/builders.ts';
import { FakeClock } from '../support/fakes.ts';
import { PORTAL, SESSION_COOKIE } from '../support/login-app.ts';
import { startPortal } from '../support/portal-app.ts';
import { startVend } from '../support/vend-app.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { commandEnvironment, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const Recorded = z.object({
  cookie: z.string(),
  tables: z.record(
    z.string(),
    z.array(z.object({ key: z.array(z.string()), columns: z.record(z.string(), z.string()) })),
  ),
});
const recorded = Recorded.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '../data/rows-of-0.1.0.json'), 'utf8')),
);

const { server, options } = await startInstance();
afterAll(() => server.close());
const sdk = openTablestore(options);
const rows = openRows(sdk);
const env = { ...commandEnvironment(options), USER: 'operator' };
const folder = testFolder();
const stint = (...argv: readonly string[]) => folder.stint(argv, env);

const ofThatVersion = TABLES.filter(({ name }) => name in recorded.tables);

/** The tables and rows of version 0.1.0, and then what an operator runs first: `stint tables create`. */
beforeEach(async () => {
  for (const { name } of TABLES) await deleteTable(sdk, name);
  for (const table of ofThatVersion) {
    must(await createTable(sdk, table));
    const own = recorded.tables[table.name] ?? [];
    if (own.length > 0) must(await rows.putRows(own.map((row) => ({ table, ...row }))));
  }
  expect((await stint('tables', 'create')).exitCode).toBe(0);
});

describe('tables of version 0.1.0', () => {
  it('are all used, and those that came later are made beside them', async () => {
    expect(ofThatVersion.map(({ name }) => name).sort()).toEqual(Object.keys(recorded.tables).sort());
    expect(ofThatVersion.length).toBeLessThan(TABLES.length);
    for (const table of TABLES) {
      const kept = must(await rows.getPage(table, { from: [], to: ['\u{10ffff}'], limit: 100 }));
      expect(kept.rows.length).toBe(recorded.tables[table.name]?.length ?? 0);
    }
  });
});

describe('rules of version 0.1.0', () => {
  it('vend as before', async () => {
    const app = startVend({ rules: (clock) => createRulesStore(rows, clock) });
    const { status, body } = await app.vend();
    expect([status, body['grant']]).toEqual([200, 'own-prefix']);
    expect((await app.vend({ role: 'arms-reader' })).status).toBe(403);
    expect(app.logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('are exported whole, and the export changes nothing when it is applied', async () => {
    const { exitCode, out } = await stint('export');
    expect(exitCode).toBe(0);
    folder.write('exported.yaml', out);
    const plan = await stint('plan', 'exported.yaml');
    expect([plan.exitCode, plan.out]).toEqual([0, expect.stringMatching(/^Nothing to change/)]);
  });

  it('are in the history, and come back by a rollback after an apply', async () => {
    const [last] = JSON.parse((await stint('history', '--json')).out).revisions;
    folder.write('next.yaml', (await stint('export')).out.replace('1800', '1200'));
    expect((await stint('apply', '--yes', 'next.yaml')).exitCode).toBe(0);
    expect((await stint('history', '--json')).out).toContain(last.revision);
    const back = await stint('rollback', '--yes', last.revision);
    expect([back.exitCode, back.notes]).toEqual([0, expect.anything()]);
    const app = startVend({ rules: (clock) => createRulesStore(rows, clock) });
    expect((await app.vend({ durationSeconds: 1800 })).status).toBe(200);
  });
});

describe('people of version 0.1.0', () => {
  const clock = new FakeClock();
  const openPortal = () =>
    startPortal({
      sessions: createSessionStore(rows),
      passkeys: createPasskeyStore(rows),
      activities: createActivityStore(rows),
      signOn: createSignOnStore(rows, clock),
    });

  it.each([
    ['/portal/sessions', 'Firefox'],
    ['/portal/passkeys', 'Laptop'],
  ])('stay signed in, and find what is theirs at %s', async (path, text) => {
    const { app } = (await openPortal()).login;
    const headers = { cookie: `${SESSION_COOKIE}=${recorded.cookie}` };
    const response = await app.request(`${PORTAL}${path}`, { headers });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining(text)]);
  });
});

describe('what version 0.1.0 wrote down', () => {
  it('of issuers’ keys is known, with what was decided about them', async () => {
    const keys = must(await readKeys(rows));
    expect(keys.map(({ thumbprint, decided }) => [thumbprint[0], decided?.decision])).toEqual([
      ['T', undefined],
      ['R', 'revoked'],
    ]);
    const seen = { thumbprint: 'T'.repeat(43), kid: 'key-1', alg: 'RS256' };
    expect(await createKeyHistory(rows).see(ProviderId.parse('app-users'), [seen], NOW)).toEqual([]);
  });

  it('in the audit trail and of issued keys is read', async () => {
    const outcomes: unknown[] = [];
    for await (const row of readAudit(rows, { since: new Date(0) }))
      outcomes.push(must(row).event?.['outcome']);
    expect(outcomes.sort()).toEqual(['granted', 'refused']);
    expect(must(await findIssuedKey(rows, 'STS.key1'))).toMatchObject({ subject: 'alice' });
  });

  it('is swept when it has expired, and not before; the sweep can read every row of it', async () => {
    const sweepAt = async (now: Date) => {
      const until = new Date(now.getTime() + 60_000);
      const { rows: swept } = await createDeleteExpired(rows, { now: () => now })(until);
      must(await createDeleteOldRevisions(rows, { now: () => now })(until));
      expect(swept.map(({ unreadable }) => unreadable)).toEqual(swept.map(() => 0));
      return swept.reduce((sum, { deleted }) => sum + deleted, 0);
    };
    expect(await sweepAt(NOW)).toBe(0);
    expect(await sweepAt(new Date(NOW.getTime() + 500 * 86_400_000))).toBe(7);
    const app = startVend({ rules: (clock) => createRulesStore(rows, clock) });
    expect((await app.vend()).status).toBe(200);
  });
});
