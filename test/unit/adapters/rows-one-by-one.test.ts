// Guarantees: who may only add rows, one by one, replaces none; a row that is there already is a fault, and no success.
import { expect, it } from 'vitest';
import { rowsOneByOne } from '../../../shared/adapters/tablestore/rows-one-by-one.ts';
import { AUDIT } from '../../../shared/adapters/tablestore/tables.ts';
import { err, ok } from '../../../shared/kernel/result.ts';
import { FakeRows } from '../../support/fake-rows.ts';

const KEY = ['shard', 'at', 'request'];
const row = (outcome: string) => ({ table: AUDIT, key: KEY, columns: { outcome } });

it('a row that is there already stays as it is, and the put fails', async () => {
  const rows = rowsOneByOne(new FakeRows());
  expect(await rows.putRows([row('refused')])).toEqual(ok(undefined));
  expect(await rows.putRows([row('granted')])).toEqual(
    err({ code: 'OTSConditionCheckFail', requestId: undefined }),
  );
  expect(await rows.getRows(AUDIT, [KEY])).toMatchObject({ value: [{ columns: { outcome: 'refused' } }] });
});
