// Guarantees: PlainBuffer is read and written as its specification and the SDK do it, and malformed bytes are refused.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc8 } from '../../../local/tablestore/plain-buffer/bytes.ts';
import { decodeRow } from '../../../local/tablestore/plain-buffer/decode-row.ts';
import { encodeRow, encodeRows } from '../../../local/tablestore/plain-buffer/encode-row.ts';
import type { CellValue, PlainRow } from '../../../local/tablestore/plain-buffer/value.ts';
import { decodeVariant } from '../../../local/tablestore/plain-buffer/variant.ts';
import { int, type KeyValue, plain, type SdkRow, TableStore, type Value } from './sdk.ts';

/** CRC-8 by its definition: the remainder of the message, times x^8, modulo x^8 + x^2 + x + 1. */
function remainder(bytes: Uint8Array): number {
  let state = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const carry = (state >> 7) & 1;
      state = ((state << 1) & 0xff) ^ ((carry ^ ((byte >> bit) & 1)) === 1 ? 0x07 : 0);
    }
  }
  return state;
}

const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,11}$/).filter((text) => text !== 'timestamp');
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const keyValue = fc.oneof(
  int64.map((value): CellValue => ({ type: 'integer', value })),
  text.map((value): CellValue => ({ type: 'string', value: Buffer.from(value) })),
  bytes.map((value): CellValue => ({ type: 'blob', value })),
);
const cellValue = fc.oneof(
  keyValue,
  fc.double({ noNaN: true }).map((value): CellValue => ({ type: 'double', value })),
  fc.boolean().map((value): CellValue => ({ type: 'boolean', value })),
);
const key = fc.array(fc.record({ name, value: keyValue }), { minLength: 1, maxLength: 4 });
const cells = fc.array(fc.record({ name, value: cellValue }), { maxLength: 6 });
const stamp = fc.integer({ min: 0, max: 2 ** 45 });

function toSdk(value: CellValue): Value & KeyValue {
  if (value.type === 'integer') return int(value.value);
  if (value.type === 'string') return value.value.toString();
  // Its types allow fewer kinds of keys than of values; the generator of keys makes no other.
  return value.value as Value & KeyValue;
}

function fromSdk(bytes: Buffer): SdkRow {
  const input = new TableStore.PlainBufferInputStream({ buffer: bytes, limit: bytes.length, offset: 0 });
  return new TableStore.PlainBufferCodedInputStream(input).readRow();
}

describe('CRC-8', () => {
  test('has the published check value', () => {
    expect(crc8(0, Buffer.from('123456789'))).toBe(0xf4);
  });

  test('is the polynomial remainder of any bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (array) => crc8(0, array) === remainder(array)));
  });
});

describe('bytes on the wire', () => {
  const row: PlainRow = {
    primaryKey: [{ name: 'pk', value: { type: 'string', value: Buffer.from('a') } }],
    cells: [{ name: 'c', value: { type: 'integer', value: 258n }, timestamp: 3n }],
    deleteMarker: false,
  };
  const keyCell = [3, 4, 2, 0, 0, 0, 0x70, 0x6b, 5, 6, 0, 0, 0, 3, 1, 0, 0, 0, 0x61];
  const keyChecksum = remainder(Buffer.from([0x70, 0x6b, 3, 1, 0, 0, 0, 0x61]));
  const value = [0, 2, 1, 0, 0, 0, 0, 0, 0];
  const version = [3, 0, 0, 0, 0, 0, 0, 0];
  const cellChecksum = remainder(Buffer.from([0x63, ...value, ...version]));
  const expected = Buffer.from([
    ...[0x75, 0, 0, 0, 1, ...keyCell, 0x0a, keyChecksum],
    ...[2, 3, 4, 1, 0, 0, 0, 0x63, 5, 9, 0, 0, 0, ...value, 7, ...version, 0x0a, cellChecksum],
    ...[9, remainder(Buffer.from([keyChecksum, cellChecksum, 0]))],
  ]);

  test('are exactly those of the format description', () => {
    expect(encodeRow(row).toString('hex')).toBe(expected.toString('hex'));
    expect(decodeRow(expected)).toEqual({ ok: true, value: row });
  });

  test('put the operation before the version, but check the version first', () => {
    const checksum = remainder(Buffer.from([0x63, ...version, 3]));
    const operation = [2, 3, 4, 1, 0, 0, 0, 0x63, 6, 3, 7, ...version, 0x0a, checksum];
    const encoded = encodeRow({
      primaryKey: [],
      cells: [{ name: 'c', operation: 'delete-one-version', timestamp: 3n }],
      deleteMarker: false,
    });
    const rowChecksum = remainder(Buffer.from([checksum, 0]));
    expect([...encoded]).toEqual([0x75, 0, 0, 0, 1, ...operation, 9, rowChecksum]);
  });

  test('mark a deleted row before its checksum', () => {
    const encoded = encodeRow({ primaryKey: [], cells: [], deleteMarker: true });
    expect([...encoded]).toEqual([0x75, 0, 0, 0, 1, 8, 9, remainder(Buffer.of(1))]);
  });
});

describe('against the SDK', () => {
  test('decodes every row that the SDK puts', () => {
    fc.assert(
      fc.property(key, cells, stamp, (primaryKey, columns, timestamp) => {
        const sdkKey = primaryKey.map((column) => ({ [column.name]: toSdk(column.value) }));
        const sdkCells = columns.map((cell) => ({ [cell.name]: toSdk(cell.value), timestamp }));
        const decoded = decodeRow(TableStore.PlainBufferBuilder.serializeForPutRow(sdkKey, sdkCells));
        const expectedCells = columns.map((cell) => ({ ...cell, timestamp: BigInt(timestamp) }));
        expect(decoded).toEqual({
          ok: true,
          value: { primaryKey, cells: expectedCells, deleteMarker: false },
        });
      }),
    );
  });

  test('decodes increments and deletions', () => {
    const changes = [
      { INCREMENT: [{ a: int(1) }] },
      { DELETE: [{ b: 7 }] },
      { DELETE_ALL: ['c'] },
      { PUT: [{ d: 'x' }] },
    ];
    const decoded = decodeRow(TableStore.PlainBufferBuilder.serializeForUpdateRow([{ id: 'r' }], changes));
    expect(decoded).toMatchObject({
      ok: true,
      value: {
        cells: [
          { name: 'a', operation: 'increment', value: { type: 'integer', value: 1n } },
          { name: 'b', operation: 'delete-one-version', timestamp: 7n },
          { name: 'c', operation: 'delete-all-versions' },
          { name: 'd', operation: undefined },
        ],
      },
    });
  });

  test('decodes range bounds and deleted rows', () => {
    const { INF_MIN, INF_MAX, PlainBufferBuilder } = TableStore;
    expect(decodeRow(PlainBufferBuilder.serializePrimaryKey([{ a: INF_MIN }, { b: INF_MAX }]))).toMatchObject(
      {
        ok: true,
        value: { primaryKey: [{ value: { type: 'inf-min' } }, { value: { type: 'inf-max' } }] },
      },
    );
    const deleted = decodeRow(PlainBufferBuilder.serializeForDeleteRow([{ a: 'x' }]));
    expect(deleted).toMatchObject({ ok: true, value: { deleteMarker: true } });
  });

  test('decodes the bare values of column conditions', () => {
    fc.assert(
      fc.property(cellValue, (value) => {
        const decoded = decodeVariant(TableStore.PlainBufferBuilder.serializeColumnValue(toSdk(value)));
        expect(decoded).toEqual({ ok: true, value });
      }),
    );
  });

  test('encodes rows that the SDK decodes to the same values', () => {
    fc.assert(
      fc.property(key, cells, (primaryKey, columns) => {
        const row = {
          primaryKey,
          cells: columns.map((cell) => ({ ...cell, timestamp: 5n })),
          deleteMarker: false,
        };
        const decoded = fromSdk(encodeRow(row));
        expect(decoded.primaryKey?.map(({ value }) => plain(value))).toEqual(
          primaryKey.map(({ value }) => plain(toSdk(value))),
        );
        expect(decoded.attributes?.map(({ columnValue }) => plain(columnValue))).toEqual(
          columns.map(({ value }) => plain(toSdk(value))),
        );
      }),
    );
  });
});

describe('malformed bytes', () => {
  const row = encodeRows([
    {
      primaryKey: [{ name: 'id', value: { type: 'string', value: Buffer.from('abc') } }],
      cells: [{ name: 'n', value: { type: 'integer', value: 1n }, timestamp: 1n }],
      deleteMarker: false,
    },
  ]);

  test('are refused wherever the row is cut short', () => {
    for (let length = 0; length < row.length; length++) {
      expect(decodeRow(row.subarray(0, length)).ok).toBe(false);
    }
  });

  test('are refused whichever bit is flipped', () => {
    for (let bit = 0; bit < row.length * 8; bit++) {
      const flipped = Buffer.from(row);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeRow(flipped).ok, `bit ${bit}`).toBe(false);
    }
  });

  test('never make the decoder throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (array) => {
        expect(decodeRow(Buffer.concat([Buffer.from([0x75, 0, 0, 0, 1]), array]))).toHaveProperty('ok');
      }),
    );
  });

  test('may be zeros after the row, as the SDK sends', () => {
    expect(decodeRow(Buffer.concat([row, Buffer.alloc(9)]))).toEqual(decodeRow(row));
  });
});
