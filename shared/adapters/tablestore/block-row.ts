// The blocks, in one row beside the head: instances read both, and the flushes, in one call. Each block also has a row of its own
// that stays for a year after its end, so that a later review finds who blocked whom, and why.
import * as z from 'zod';
import { readJson } from '../../kernel/read-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import {
  Block,
  type BlockId,
  type Blocks,
  blocksInForce,
  MAX_BLOCKS,
  NO_BLOCKS,
} from '../../rules/blocks/block.ts';
import { BLOCK_RECORDS, BLOCKS_KEY } from './catalog-keys.ts';
import { CATALOG } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Row, RowWrite, TablestoreRows } from './tablestore-rows.ts';

const COLUMN = 'json';
const List = z.array(Block);

/** Undefined if the row cannot be read: it may block anyone. A missing row is not a fault: nothing was ever blocked. */
export function toBlocks(row: Row | undefined): Blocks | undefined {
  if (!row) return NO_BLOCKS;
  const text = row.columns[COLUMN] ?? '';
  const all = readJson(List, text);
  return all && { text, all };
}

/** The row that stays. `ended`: an operator ended the block before its time. */
const recordOf = (block: Block, ended?: { readonly by: string; readonly at: Date }): RowWrite => ({
  table: CATALOG,
  key: [BLOCK_RECORDS, block.id],
  columns: {
    [COLUMN]: JSON.stringify(block),
    ...(ended && { ended_at: ended.at.toISOString(), ended_by: ended.by }),
  },
});

const fault = (code: string): Result<never, TablestoreFault> => err({ code, requestId: undefined });

/** After a conflict with another change the row is read and written again. */
const ATTEMPTS = 5;

interface Changed<T> {
  readonly after: readonly Block[];
  readonly value: T;
}

/** Writes what `change` makes of the blocks in force; those that have ended leave the row. */
async function changeBlocks<T>(
  rows: TablestoreRows,
  now: Date,
  change: (blocks: readonly Block[]) => Promise<Result<Changed<T>, TablestoreFault>>,
): Promise<Result<T, TablestoreFault>> {
  for (let i = 0; i < ATTEMPTS; i++) {
    const found = await rows.getRows(CATALOG, [BLOCKS_KEY]);
    if (!found.ok) return found;
    const [row] = found.value;
    const before = toBlocks(row);
    if (!before) return fault('BlocksUnreadable');
    const changed = await change(blocksInForce(before, now));
    if (!changed.ok) return changed;
    const columns = { [COLUMN]: JSON.stringify(changed.value.after) };
    const expected = row ? { column: COLUMN, value: before.text } : 'absent';
    const written = await rows.putRowIf({ table: CATALOG, key: BLOCKS_KEY, columns }, expected);
    if (!written.ok) return written;
    if (written.value === 'written') return ok(changed.value.value);
  }
  return fault('BlocksConflict');
}

/**
 * Puts a block in force. It is recorded first: no block is without its row. `TooManyBlocks`: there are 200 already.
 * `BlockMalformed`: instances could not read it, and a row that they cannot read would refuse every caller.
 */
export async function addBlock(rows: TablestoreRows, block: Block): Promise<Result<void, TablestoreFault>> {
  if (!readJson(Block, JSON.stringify(block))) return fault('BlockMalformed');
  return changeBlocks(rows, block.since, async (blocks) => {
    if (blocks.length >= MAX_BLOCKS) return fault('TooManyBlocks');
    const recorded = await rows.putRows([recordOf(block)]);
    return recorded.ok ? ok({ after: [...blocks, block], value: undefined }) : recorded;
  });
}

/** Ends a block before its time, and gives it; undefined if no block of that id is in force. */
export async function endBlock(
  rows: TablestoreRows,
  id: BlockId,
  ended: { readonly by: string; readonly at: Date },
): Promise<Result<Block | undefined, TablestoreFault>> {
  const changed = await changeBlocks(rows, ended.at, async (blocks) =>
    ok({
      after: blocks.filter((block) => block.id !== id),
      value: blocks.find((block) => block.id === id),
    }),
  );
  if (!changed.ok || !changed.value) return changed;
  const recorded = await rows.putRows([recordOf(changed.value, ended)]);
  return recorded.ok ? changed : recorded;
}

/** The blocks in force. */
export async function readBlocks(
  rows: TablestoreRows,
  now: Date,
): Promise<Result<readonly Block[], TablestoreFault>> {
  const found = await rows.getRows(CATALOG, [BLOCKS_KEY]);
  if (!found.ok) return found;
  const blocks = toBlocks(found.value[0]);
  return blocks ? ok(blocksInForce(blocks, now)) : fault('BlocksUnreadable');
}
