// Callers in hundreds of groups, through the whole vend app over the adapter, the SDK and the local Tablestore: none is locked
// out by how many groups there are, and the cost does not grow with groups that no grant names.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRulesStore } from '../../shared/adapters/tablestore/access-store.ts';
import { readCurrentAccess, writeAccess } from '../../shared/adapters/tablestore/applied-access.ts';
import { NAMED_GROUPS } from '../../shared/adapters/tablestore/catalog-keys.ts';
import { ACCESS, CATALOG } from '../../shared/adapters/tablestore/tables.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { token } from '../support/issuer.ts';
import { startVend } from '../support/vend-app.ts';
import { accepted, edited, VALID } from '../unit/rules/documents.ts';
import { openLocalRows, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const DOCUMENT = edited(
  '{ provider: app-users, anyone: true }',
  '{ provider: app-users, group: staff }',
  VALID,
);

let instance: Awaited<ReturnType<typeof startInstance>>;
let rows: TablestoreRows;

async function apply(text: string): Promise<void> {
  const order = { appliedBy: 'test', documentSha256: 'f'.repeat(64), onProgress: () => undefined };
  const base = must(await readCurrentAccess(rows));
  must(await writeAccess(rows, { ...order, base, access: accepted(text), now: new Date() }));
}

beforeAll(async () => {
  instance = await startInstance();
  rows = await openLocalRows(instance);
  await apply(DOCUMENT);
});
afterAll(() => instance.server.close());

/** The app, and how many rows of `access` each of its reads asks for. */
function start() {
  const reads: number[] = [];
  const counting: Pick<TablestoreRows, 'getRows' | 'getRange'> = {
    getRange: (...asked) => rows.getRange(...asked),
    getRows: (table, keys) => {
      if (table === ACCESS) reads.push(keys.length);
      return rows.getRows(table, keys);
    },
  };
  return { app: startVend({ rules: (clock) => createRulesStore(counting, clock) }), reads };
}

const tokenOf = (count: number, last = 'staff') =>
  token({
    claims: { sub: 'bob', groups: [...Array.from({ length: count - 1 }, (_, i) => `team-${i}`), last] },
  });

const ROLE = { role: 'media-uploader' };

describe.each([99, 200, 201, 1_000])('a caller in %i groups', (count) => {
  it('gets credentials by the last of them, at the price of one group', async () => {
    const { app, reads } = start();
    const { status } = await app.send('POST', '/v1/credentials', {
      token: null,
      body: { ...ROLE, token: tokenOf(count) },
    });
    expect([status, reads]).toEqual([200, [3]]);
    const [row] = app.auditLog.events;
    expect(row).toMatchObject({ grant: expect.anything() });
    expect(JSON.stringify(row)).not.toContain('team-');
  });

  it('sees the roles and all the groups, and is told why a request would be granted', async () => {
    const { app } = start();
    const body = { token: tokenOf(count) };
    const roles = await app.send('POST', '/v1/roles', { token: null, body });
    expect(roles.body['roles']).toEqual([expect.objectContaining({ role: ROLE.role })]);
    const identity = await app.send('POST', '/v1/identity', { token: null, body });
    expect(identity.body['groups']).toHaveLength(count);
    const explained = await app.send('POST', '/v1/explain', { token: null, body: { ...body, ...ROLE } });
    expect(explained.body['decision']).toBe('allow');
  });

  it('gets nothing by groups that no grant names', async () => {
    const { app, reads } = start();
    const body = { ...ROLE, token: tokenOf(count, 'Staff') };
    const { status } = await app.send('POST', '/v1/credentials', { token: null, body });
    expect([status, reads]).toEqual([403, [2]]);
  });
});

it('rules that were applied before the names of groups were noted lock out no caller either', async () => {
  const { items } = await notedRows();
  for (const { key, columns } of items) {
    const { [NAMED_GROUPS]: _, ...others } = columns;
    must(await rows.deleteRows(CATALOG, [key]));
    must(await rows.putRows([{ table: CATALOG, key, columns: others }]));
  }
  const { app, reads } = start();
  const body = { ...ROLE, token: tokenOf(201) };
  const { status } = await app.send('POST', '/v1/credentials', { token: null, body });
  expect([status, reads]).toEqual([200, [100, 100, 3]]);
});

async function notedRows() {
  const all = must(await rows.getRange(CATALOG, '', '\uffff'));
  return { items: all.filter(({ columns }) => NAMED_GROUPS in columns) };
}
