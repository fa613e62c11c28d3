// `stint flush` over the real adapter, as an administrator uses it, and what instances then read.
import { afterAll, describe, expect, it } from 'vitest';
import { createRulesStore } from '../../shared/adapters/tablestore/access-store.ts';
import { FLUSH_KEY } from '../../shared/adapters/tablestore/catalog-keys.ts';
import { CATALOG } from '../../shared/adapters/tablestore/tables.ts';
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { edited, VALID } from '../unit/rules/documents.ts';
import { commandEnvironment, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const { server, options } = await startInstance();
afterAll(() => server.close());

const env = { USER: 'ada', ...commandEnvironment(options) };
const folder = testFolder();
folder.write('access.yaml', VALID);
folder.write('shorter.yaml', edited('Seconds: 1800', 'Seconds: 900'));
const stint = (...argv: readonly string[]) => folder.stint(argv, env);

const rows = openRows(openTablestore(options));
/** As an instance that starts now reads it. */
const flushes = async () => must(await createRulesStore(rows, { now: () => new Date() }).current()).flushes;

describe('stint flush', () => {
  it('is told that the tables are missing', async () => {
    expect(await stint('flush')).toMatchObject({
      exitCode: 3,
      notes: expect.stringContaining('run stint tables create'),
    });
  });

  it('reaches instances, says what it does, and who did it', async () => {
    await stint('tables', 'create');
    await stint('apply', 'access.yaml');
    expect(await flushes()).toEqual({ caches: 0, signIns: 0 });
    const kept = await stint('flush', '--keep-sign-ins');
    expect(kept).toMatchObject({ exitCode: 0, out: expect.not.stringContaining('passkeys') });
    const first = await flushes();
    expect(first).toEqual({ caches: expect.toSatisfy((at) => at > 0), signIns: 0 });
    const all = await stint('flush');
    expect(all).toMatchObject({ exitCode: 0, out: expect.stringContaining('every session, command line') });
    const second = await flushes();
    expect(second.caches).toBeGreaterThan(first.caches);
    expect(second.signIns).toBe(second.caches);
    const [row] = must(await rows.getRows(CATALOG, [FLUSH_KEY]));
    expect(row?.columns['flushed_by']).toBe(`ada (${env.ALIBABA_CLOUD_ACCESS_KEY_ID})`);
  });

  it('is not undone by an apply, which leaves its row alone', async () => {
    const before = await flushes();
    expect((await stint('apply', 'shorter.yaml')).exitCode).toBe(0);
    expect((await stint('apply', 'access.yaml')).exitCode).toBe(0);
    expect(await flushes()).toEqual(before);
  });
});
