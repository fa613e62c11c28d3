// Guarantees: planned faults strike the planned requests only, with the planned effect on the data.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTable, type Harness, startHarness } from './harness.ts';
import { send } from './raw-request.ts';
import { columnsOf, ignore } from './sdk.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
  await createTable(harness.client, 'people');
});
afterEach(() => harness.server.faults.clear());
afterAll(() => harness.stop());

const put = (id: string) =>
  harness.client.putRow({
    tableName: 'people',
    primaryKey: [{ id }],
    attributeColumns: [{ a: 'b' }],
    condition: ignore(),
  });
const isStored = async (id: string) => {
  const { row } = await harness.client.getRow({ tableName: 'people', primaryKey: [{ id }] });
  return Object.keys(columnsOf(row)).length > 0;
};

/** Handles the failure at once, so that it may come at any time. */
function watch(call: Promise<unknown>) {
  const outcome = { settled: false, failure: Promise.resolve<unknown>(undefined) };
  outcome.failure = call
    .then(
      () => undefined,
      (failure: unknown) => failure,
    )
    .finally(() => {
      outcome.settled = true;
    });
  return outcome;
}

describe('a planned fault', () => {
  test.each([
    [{ kind: 'busy' }, 'OTSServerBusy', 503],
    [{ kind: 'conflict' }, 'OTSRowOperationConflict', 409],
    [{ kind: 'refuse', code: 'OTSTableNotReady' }, 'OTSTableNotReady', 404],
    [{ kind: 'refuse', code: 'OTSInternalServerError' }, 'OTSInternalServerError', 500],
  ] as const)('%j refuses the write and changes nothing', async (fault, code, status) => {
    harness.server.faults.add({ operation: 'PutRow', ...fault });
    await expect(put(code)).rejects.toMatchObject({ code, status });
    expect(await isStored(code)).toBe(false);
    await expect(put(code)).resolves.toBeDefined();
  });

  test('strikes its operation only, as often as planned, until it is cleared', async () => {
    const { faults } = harness.server;
    faults.add({ operation: 'PutRow', kind: 'busy', times: 2 });
    await expect(isStored('count')).resolves.toBe(false);
    await expect(put('count')).rejects.toMatchObject({ code: 'OTSServerBusy' });
    expect(faults.remaining()).toBe(1);
    faults.clear();
    expect(faults.remaining()).toBe(0);
    await expect(put('count')).resolves.toBeDefined();
  });

  test('can strike every operation, and several strike in the order planned', async () => {
    harness.server.faults.add({ operation: '*', kind: 'busy' });
    harness.server.faults.add({ operation: 'ListTable', kind: 'conflict' });
    await expect(harness.client.listTable({})).rejects.toMatchObject({ code: 'OTSServerBusy' });
    await expect(harness.client.listTable({})).rejects.toMatchObject({ code: 'OTSRowOperationConflict' });
  });

  test('does not strike a request that is not authenticated', async () => {
    harness.server.faults.add({ operation: 'ListTable', kind: 'busy' });
    expect(await send(harness.server.url, { secret: 'guess' })).toMatchObject({ code: 'OTSAuthFailed' });
    expect(harness.server.faults.remaining()).toBe(1);
  });
});

describe('a lost answer', () => {
  test('after the commit leaves the row written', async () => {
    harness.server.faults.add({ operation: 'PutRow', kind: 'lost-after-commit' });
    await expect(put('after')).rejects.toMatchObject({ code: 'NetworkingError' });
    expect(await isStored('after')).toBe(true);
  });

  test('before the commit leaves nothing', async () => {
    harness.server.faults.add({ operation: 'PutRow', kind: 'lost-before-commit' });
    await expect(put('before')).rejects.toMatchObject({ code: 'NetworkingError' });
    expect(await isStored('before')).toBe(false);
  });

  test('that is cut in its body says so to a client that listens', async () => {
    harness.server.faults.add({ operation: 'ListTable', kind: 'cut-body' });
    await expect(send(harness.server.url)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('that never comes leaves the request waiting, and nothing written', async () => {
    harness.server.faults.add({ operation: 'PutRow', kind: 'hang' });
    const outcome = watch(put('hung'));
    // Whatever the server does with a later request, it had time to do with the earlier one.
    while (harness.server.faults.remaining() > 0) await harness.client.listTable({});
    expect(await isStored('hung')).toBe(false);
    expect(outcome.settled).toBe(false);
    await harness.stop();
    expect(await outcome.failure).toMatchObject({ code: 'NetworkingError' });
    harness = await startHarness();
    await createTable(harness.client, 'people');
  });
});

describe('other answers', () => {
  test('garbage is a success that cannot be decoded', async () => {
    harness.server.faults.add({ operation: 'ListTable', kind: 'garbage' });
    await expect(harness.client.listTable({})).rejects.toThrow();
  });

  test('a slow answer comes after the write is done', async () => {
    harness.server.faults.add({ operation: 'PutRow', kind: 'slow', delayMs: 3_600_000 });
    const outcome = watch(put('slow'));
    while (!(await isStored('slow'))) await harness.client.listTable({});
    expect(outcome.settled).toBe(false);
    await harness.stop();
    expect(await outcome.failure).toMatchObject({ code: 'NetworkingError' });
    harness = await startHarness();
    await createTable(harness.client, 'people');
  });

  test('rows of a batch can fail while the others are written', async () => {
    harness.server.faults.add({ operation: 'BatchWriteRow', kind: 'rows-busy', rows: [0, 2] });
    const rows = ['b0', 'b1', 'b2'].map((id) => ({
      type: 'PUT',
      primaryKey: [{ id }],
      attributeColumns: [{ a: 'b' }],
      condition: ignore(),
    }));
    const { tables } = await harness.client.batchWriteRow({ tables: [{ tableName: 'people', rows }] });
    expect(tables.map(({ isOk, errorCode }) => isOk || errorCode)).toEqual([
      'OTSServerBusy',
      true,
      'OTSServerBusy',
    ]);
    expect(await Promise.all(['b0', 'b1', 'b2'].map(isStored))).toEqual([false, true, false]);
  });

  test('rows of a batch can fail to be read', async () => {
    await put('readable');
    harness.server.faults.add({ operation: 'BatchGetRow', kind: 'rows-busy', rows: [1] });
    const primaryKey = [[{ id: 'readable' }], [{ id: 'readable' }]];
    const { tables } = await harness.client.batchGetRow({ tables: [{ tableName: 'people', primaryKey }] });
    expect(tables.flat().map(({ isOk, errorCode }) => isOk || errorCode)).toEqual([true, 'OTSServerBusy']);
  });
});
