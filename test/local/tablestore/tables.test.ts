// Guarantees: tables are created once, described as they were created, and invalid ones are refused.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTable, type Harness, startHarness } from './harness.ts';
import { ignore } from './sdk.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

const absent = { code: 'OTSObjectNotExist', status: 404 };

describe('a table', () => {
  test('is described as it was created', async () => {
    const primaryKey = [
      { name: 'hash', type: 'STRING' },
      { name: 'at', type: 'INTEGER' },
      { name: 'raw', type: 'BINARY' },
    ];
    await createTable(harness.client, 'described', { timeToLive: 90_000, maxVersions: 4 }, primaryKey);
    expect(await harness.client.describeTable({ tableName: 'described' })).toMatchObject({
      tableMeta: {
        tableName: 'described',
        primaryKey: [
          { name: 'hash', type: 2 },
          { name: 'at', type: 1 },
          { name: 'raw', type: 3 },
        ],
      },
      tableOptions: { timeToLive: 90_000, maxVersions: 4 },
      tableStatus: 1,
    });
  });

  test('is listed, until it is deleted', async () => {
    await createTable(harness.client, 'listed');
    expect((await harness.client.listTable({})).tableNames).toContain('listed');
    await harness.client.deleteTable({ tableName: 'listed' });
    expect((await harness.client.listTable({})).tableNames).not.toContain('listed');
    await expect(harness.client.describeTable({ tableName: 'listed' })).rejects.toMatchObject(absent);
  });

  test('cannot be created twice', async () => {
    await createTable(harness.client, 'twice');
    await expect(createTable(harness.client, 'twice')).rejects.toMatchObject({
      code: 'OTSObjectAlreadyExist',
      status: 409,
    });
  });

  test('is created by exactly one of many concurrent calls', async () => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 10 }, () => createTable(harness.client, 'race')),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('starts empty when one of its name was deleted', async () => {
    const primaryKey = [{ id: 'a' }];
    await createTable(harness.client, 'again');
    await harness.client.putRow({
      tableName: 'again',
      primaryKey,
      attributeColumns: [{ a: 'b' }],
      condition: ignore(),
    });
    await harness.client.deleteTable({ tableName: 'again' });
    await createTable(harness.client, 'again');
    expect((await harness.client.getRow({ tableName: 'again', primaryKey })).row).toEqual({});
  });

  test('changes its options, and keeps those that are not named', async () => {
    await createTable(harness.client, 'changed', { timeToLive: 90_000, maxVersions: 2 });
    await harness.client.updateTable({ tableName: 'changed', tableOptions: { maxVersions: 7 } });
    const { tableOptions } = await harness.client.describeTable({ tableName: 'changed' });
    expect(tableOptions).toMatchObject({ timeToLive: 90_000, maxVersions: 7 });
  });

  test('that does not exist can be neither updated nor deleted, read or written', async () => {
    const tableName = 'nowhere';
    const row = { tableName, primaryKey: [{ id: 'a' }] };
    const { client } = harness;
    await expect(client.updateTable({ tableName, tableOptions: { maxVersions: 1 } })).rejects.toMatchObject(
      absent,
    );
    await expect(client.deleteTable({ tableName })).rejects.toMatchObject(absent);
    await expect(client.getRow(row)).rejects.toMatchObject(absent);
    await expect(client.putRow({ ...row, attributeColumns: [], condition: ignore() })).rejects.toMatchObject(
      absent,
    );
  });
});

describe('creating a table is refused', () => {
  const pk = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `pk${n}`, type: 'STRING' }));

  test.each<[string, readonly [string, object?, object[]?]]>([
    ['with a name that starts with a digit', ['1st']],
    ['with a name of 256 characters', ['a'.repeat(256)]],
    ['without a primary key', ['bad', {}, []]],
    ['with five primary key columns', ['bad', {}, pk(5)]],
    ['with a hyphen in a column name', ['bad', {}, [{ name: 'a-b', type: 'STRING' }]]],
    ['with one column twice', ['bad', {}, [...pk(1), ...pk(1)]]],
    ['with data that lives less than a day', ['bad', { timeToLive: 86_399 }]],
    ['without any version', ['bad', { maxVersions: 0 }]],
    [
      'with an auto-increment key, which this server lacks',
      ['bad', {}, [...pk(1), { name: 'n', type: 'INTEGER', option: 'AUTO_INCREMENT' }]],
    ],
  ])('%s', async (_, args) => {
    await expect(createTable(harness.client, ...args)).rejects.toMatchObject({
      code: 'OTSParameterInvalid',
      status: 400,
    });
  });

  test('without both capacity units', async () => {
    const tableMeta = { tableName: 'bad', primaryKey: pk(1) };
    const tableOptions = { timeToLive: -1, maxVersions: 1 };
    const reservedThroughput = { capacityUnit: { read: 0 } };
    await expect(
      harness.client.createTable({ tableMeta, tableOptions, reservedThroughput }),
    ).rejects.toMatchObject({
      code: 'OTSParameterInvalid',
      message: 'Both read and write capacity unit are required to create table.',
    });
  });

  test('with an index or a stream, which this server lacks', async () => {
    const base = {
      tableMeta: { tableName: 'bad', primaryKey: pk(1) },
      tableOptions: { timeToLive: -1, maxVersions: 1 },
      reservedThroughput: { capacityUnit: { read: 0, write: 0 } },
    };
    const refused = { code: 'OTSParameterInvalid' };
    const indexMetas = [{ name: 'by', primaryKey: ['pk0'], definedColumn: [] }];
    await expect(harness.client.createTable({ ...base, indexMetas })).rejects.toMatchObject(refused);
    const streamSpecification = { enableStream: true, expirationTime: 24 };
    await expect(harness.client.createTable({ ...base, streamSpecification })).rejects.toMatchObject(refused);
  });

  test('beyond 64 tables', async () => {
    const local = await startHarness();
    for (let n = 0; n < 64; n++) await createTable(local.client, `t${n}`);
    await expect(createTable(local.client, 't64')).rejects.toMatchObject({
      code: 'OTSQuotaExhausted',
      status: 403,
    });
    await local.stop();
  });
});
