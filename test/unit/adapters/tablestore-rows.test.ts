// Guarantees: rows other than those that were asked for are refused.
import { describe, expect, it } from 'vitest';
import { openRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import type { TablestoreSdk } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { ok } from '../../../shared/kernel/result.ts';

const TABLE = { name: 'access', key: ['principal'] };

const rowOf = (principal: string) => ({
  isOk: true,
  primaryKey: [{ name: 'principal', value: principal }],
  attributes: [{ columnName: 'g_a', columnValue: '{}' }],
});

/** An SDK whose BatchGetRow answers these rows, whatever is asked. */
function answering(...principals: readonly string[]): TablestoreSdk {
  const client = { batchGetRow: async () => ({ tables: [principals.map(rowOf)] }) };
  // The SDK's class has many members more; getRows uses this one.
  return { call: async (_, operation) => ok(await operation(client as never)) };
}

describe('rows that were asked for', () => {
  it.each<[string, readonly string[], string]>([
    ['are taken in their places', ['alice', 'bob'], 'alice, bob'],
    ['are not taken in other places', ['bob', 'alice'], 'Unreadable'],
    ['are not taken for others', ['alice', 'mallory'], 'Unreadable'],
  ])('%s', async (_, answered, expected) => {
    const rows = await openRows(answering(...answered)).getRows(TABLE, [['alice'], ['bob']]);
    expect(rows.ok ? rows.value.map((row) => row?.key[0]).join(', ') : rows.error.code).toBe(expected);
  });
});
