// Primary keys → bytes whose order is the order of the keys, as lmdb sorts them.
// INF_MIN < any value < INF_MAX; integers by value; strings and binaries by bytes, a prefix first.
import type { PlainValue } from '../plain-buffer/value.ts';

const INF_MIN = 0x00;
const VALUE = 0x01;
const INF_MAX = 0x02;
const SIGN_BIT = 1n << 63n;

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
