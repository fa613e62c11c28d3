// What an operator blocks is in one row, whatever is blocked at the same moment, and leaves a row that stays: on the fake rows and
// on the local Tablestore.
import { afterAll, describe, expect, it } from 'vitest';
import { addBlock, endBlock, readBlocks, toBlocks } from '../../shared/adapters/tablestore/block-row.ts';
import { BLOCKS_KEY } from '../../shared/adapters/tablestore/catalog-keys.ts';
import { CATALOG } from '../../shared/adapters/tablestore/tables.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { BlockId, MAX_BLOCKS, NO_BLOCKS } from '../../shared/rules/blocks/block.ts';
import { blocksOf, NOW } from '../support/builders.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { openLocalRows, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const instance = await startInstance();
afterAll(() => instance.server.close());

const STORES: readonly (readonly [string, TablestoreRows])[] = [
  ['the fake', new FakeRows()],
  ['the local Tablestore', await openLocalRows(instance)],
];
const LATER = new Date(NOW.getTime() + 3_600_000);
const [ALICE, BOB] = blocksOf(['subject', '*:alice'], ['subject', '*:bob']).all;
if (!ALICE || !BOB) throw new Error('no blocks');

describe.each(STORES)('Blocks in %s', (_, rows) => {
  const idsAt = async (now: Date) => must(await readBlocks(rows, now)).map(({ id }) => id);
  const recordOf = async (id: string) => must(await rows.getRows(CATALOG, [['block', id]]))[0]?.columns;

  it('are none at first', async () => expect(await idsAt(NOW)).toEqual([]));

  it('are all there when two are made at the same moment, until each ends', async () => {
    for (const added of await Promise.all([addBlock(rows, ALICE), addBlock(rows, BOB)])) must(added);
    expect([...(await idsAt(NOW))].sort()).toEqual([ALICE.id, BOB.id]);
    expect(await idsAt(LATER)).toEqual([]);
  });

  it('end before their time, and say by whom', async () => {
    expect(must(await endBlock(rows, ALICE.id, { by: 'carol', at: NOW }))).toEqual(ALICE);
    expect(await idsAt(NOW)).toEqual([BOB.id]);
    expect(must(await endBlock(rows, ALICE.id, { by: 'carol', at: NOW }))).toBeUndefined();
    expect(await recordOf(ALICE.id)).toMatchObject({ ended_by: 'carol', ended_at: NOW.toISOString() });
  });

  it('leave the row when they have ended, and keep a row of their own', async () => {
    const late = { ...ALICE, id: BlockId.parse('b-0000000a'), since: LATER };
    must(await addBlock(rows, late));
    const [row] = must(await rows.getRows(CATALOG, [BLOCKS_KEY]));
    expect(toBlocks(row)?.all.map(({ id }) => id)).toEqual([late.id]);
    expect(JSON.parse((await recordOf(BOB.id))?.['json'] ?? '')).toMatchObject({
      name: '*:bob',
      reason: 'test',
    });
  });

  /**
   * @attack A block with a name so long that no instance can read the blocks, so that every caller is refused
   * @removed the check before the write
   * @failed 2 of 14: are not written where instances could not read them: `expected { ok: true, value: undefined }
   *   to match object { ok: false, … }`
   */
  it('are not written where instances could not read them', async () => {
    const before = await idsAt(NOW);
    const long = { ...BOB, id: BlockId.parse('b-0000000b'), name: `*:${'b'.repeat(600)}` };
    expect(await addBlock(rows, long)).toMatchObject({ ok: false, error: { code: 'BlockMalformed' } });
    expect([await idsAt(NOW), await recordOf(long.id)]).toEqual([before, undefined]);
  });

  it('are changed by no one who cannot read them', async () => {
    must(await rows.putRows([{ table: CATALOG, key: BLOCKS_KEY, columns: { json: '[{}]' } }]));
    expect(await addBlock(rows, BOB)).toMatchObject({ error: { code: 'BlocksUnreadable' } });
    expect(await readBlocks(rows, NOW)).toMatchObject({ error: { code: 'BlocksUnreadable' } });
  });
});

describe('The row of the blocks', () => {
  it('is none when it is not there, and unreadable without its column', () => {
    expect(toBlocks(undefined)).toEqual(NO_BLOCKS);
    expect(toBlocks({ key: BLOCKS_KEY, columns: {} })).toBeUndefined();
  });

  it('gets no block that could not be recorded', async () => {
    const rows = new FakeRows();
    rows.intercept = (operation) =>
      operation === 'putRows' ? { code: 'OTSServerBusy', requestId: undefined } : undefined;
    expect(await addBlock(rows, BOB)).toMatchObject({ error: { code: 'OTSServerBusy' } });
    expect(rows.rows(CATALOG)).toEqual([]);
  });

  it('holds so many and no more', async () => {
    const rows = new FakeRows();
    const { all } = blocksOf(...Array(MAX_BLOCKS).fill(['role', 'x']));
    await rows.putRows([{ table: CATALOG, key: BLOCKS_KEY, columns: { json: JSON.stringify(all) } }]);
    expect(await addBlock(rows, BOB)).toMatchObject({ error: { code: 'TooManyBlocks' } });
    // A record says that the block was in force.
    expect(await rows.getRows(CATALOG, [['block', BOB.id]])).toEqual({ ok: true, value: [undefined] });
  });
});
