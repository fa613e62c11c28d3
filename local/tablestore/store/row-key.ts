// Where a row lies in lmdb, whose keys end at 1,978 bytes while four primary key columns may hold 4 KB.
// A longer key is cut and told apart by a hash; the scan puts rows that share the cut part into order.
import { createHash } from 'node:crypto';

const TABLE_ID_BYTES = 4;
const KEPT_BYTES = 1_900;
const HASH_BYTES = 32;

export function rowKey(tableId: number, ordered: Buffer): Buffer {
  if (ordered.length <= KEPT_BYTES) return Buffer.concat([tablePrefix(tableId), ordered]);
  const hash = createHash('sha256').update(ordered).digest();
  return Buffer.concat([tablePrefix(tableId), ordered.subarray(0, KEPT_BYTES), hash]);
}

/** No row that sorts at or after `ordered` lies before this key. */
export function lowestKey(tableId: number, ordered: Buffer): Buffer {
  return Buffer.concat([tablePrefix(tableId), ordered.subarray(0, KEPT_BYTES)]);
}

/** No row that sorts at or before `ordered` lies after this key. */
export function highestKey(tableId: number, ordered: Buffer): Buffer {
  const beyondAnyHash = Buffer.alloc(ordered.length < KEPT_BYTES ? 0 : HASH_BYTES + 1, 0xff);
  return Buffer.concat([lowestKey(tableId, ordered), beyondAnyHash]);
}

/** The part that several long keys may share; undefined for a key that was not cut. */
export function sharedPart(key: Buffer): Buffer | undefined {
  const cutAt = TABLE_ID_BYTES + KEPT_BYTES;
  return key.length > cutAt ? key.subarray(0, cutAt) : undefined;
}

export function tablePrefix(tableId: number): Buffer {
  const prefix = Buffer.allocUnsafe(TABLE_ID_BYTES);
  prefix.writeUInt32BE(tableId, 0);
  return prefix;
}
