// Primary keys → the keys of lmdb. Their bytes sort as the primary keys do: INF_MIN < any value < INF_MAX; integers by value;
// strings and binaries by bytes, a prefix first. Keys of lmdb end at 1,978 bytes, while four primary key columns may hold 4 KB:
// a longer key is cut and given a hash, and the scan puts rows that share the cut part into order.

import { createHash } from 'node:crypto';
import type { PlainValue } from '../plain-buffer/value.ts';

const INF_MIN = 0x00;
const VALUE = 0x01;
const INF_MAX = 0x02;
const SIGN_BIT = 1n << 63n;

/** The bytes of a primary key, which sort as the keys do. */
export function orderedKey(values: readonly PlainValue[]): Buffer {
  return Buffer.concat(values.map(orderedValue));
}

function orderedValue(value: PlainValue): Buffer {
  switch (value.type) {
    case 'inf-min':
      return Buffer.of(INF_MIN);
    case 'inf-max':
      return Buffer.of(INF_MAX);
    case 'integer':
      return orderedInteger(value.value);
    case 'string':
    case 'blob':
      return orderedBytes(value.value);
    default:
      // Validation against the table's schema comes first.
      throw new TypeError(`${value.type} cannot be part of a primary key`);
  }
}

function orderedInteger(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(9);
  bytes[0] = VALUE;
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value + SIGN_BIT), 1);
  return bytes;
}

/** Ends with 00 00; a zero byte inside becomes 00 FF, so that nothing else can look like the end. */
function orderedBytes(value: Buffer): Buffer {
  const zeros = value.reduce((count, byte) => (byte === 0 ? count + 1 : count), 0);
  const bytes = Buffer.alloc(1 + value.length + zeros + 2);
  let at = bytes.writeUInt8(VALUE, 0);
  for (const byte of value) {
    bytes[at++] = byte;
    if (byte === 0) bytes[at++] = 0xff;
  }
  return bytes;
}

const TABLE_ID_BYTES = 4;
const KEPT_BYTES = 1_900;
const HASH_BYTES = 32;

/** The lmdb key of a row. */
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

/** All rows of a table have keys that start with this. */
export function tablePrefix(tableId: number): Buffer {
  const prefix = Buffer.allocUnsafe(TABLE_ID_BYTES);
  prefix.writeUInt32BE(tableId, 0);
  return prefix;
}
