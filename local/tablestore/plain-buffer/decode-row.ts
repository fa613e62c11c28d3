// PlainBuffer bytes → row, checksums verified. It knows nothing of tables: names and types are checked elsewhere.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { ByteReader, crc8, crc8Byte, MalformedPlainBuffer } from './bytes.ts';
import {
  type Cell,
  type CellOperation,
  HEADER,
  OPERATION,
  type PlainRow,
  type PlainValue,
  type PrimaryKeyColumn,
  TAG,
} from './value.ts';
import { readVariant } from './variant.ts';

const OPERATION_BY_BYTE = new Map<number, CellOperation>([
  [OPERATION['delete-all-versions'], 'delete-all-versions'],
  [OPERATION['delete-one-version'], 'delete-one-version'],
  [OPERATION.increment, 'increment'],
]);

interface Checked<T> {
  readonly item: T;
  readonly checksum: number;
}

/** The SDK allocates too much, so zero bytes may follow the row checksum: decoding stops there. */
export function decodeRow(bytes: Buffer): Result<PlainRow, string> {
  try {
    const reader = new ByteReader(bytes);
    if (reader.uint32() !== HEADER) throw new MalformedPlainBuffer('wrong header');
    return ok(readRow(reader));
  } catch (fault) {
    if (fault instanceof MalformedPlainBuffer) return err(fault.message);
    throw fault;
  }
}

function readRow(reader: ByteReader): PlainRow {
  const primaryKey: PrimaryKeyColumn[] = [];
  const cells: Cell[] = [];
  let checksum = 0;
  reader.expect(TAG.rowPrimaryKey, 'primary key');
  while (reader.peek() === TAG.cell) {
    const cell = readCell(reader);
    if (cell.item.value === undefined) throw new MalformedPlainBuffer('primary key column without value');
    primaryKey.push({ name: cell.item.name, value: cell.item.value });
    checksum = crc8Byte(checksum, cell.checksum);
  }
  if (reader.peek() === TAG.rowData) {
    reader.byte();
    while (reader.peek() === TAG.cell) {
      const cell = readCell(reader);
      cells.push(cell.item);
      checksum = crc8Byte(checksum, cell.checksum);
    }
  }
  const deleteMarker = reader.peek() === TAG.deleteMarker;
  if (deleteMarker) reader.byte();
  checksum = crc8Byte(checksum, deleteMarker ? 1 : 0);
  reader.expect(TAG.rowChecksum, 'row checksum');
  if (reader.byte() !== checksum) throw new MalformedPlainBuffer('row checksum mismatch');
  return { primaryKey, cells, deleteMarker };
}

function readCell(reader: ByteReader): Checked<Cell> {
  reader.expect(TAG.cell, 'cell');
  reader.expect(TAG.cellName, 'cell name');
  const nameBytes = reader.block();
  const value = readCellValue(reader, crc8(0, nameBytes));
  const operation = readOperation(reader);
  let checksum = value.checksum;
  let timestamp: bigint | undefined;
  if (reader.peek() === TAG.cellTimestamp) {
    reader.byte();
    const start = reader.position;
    timestamp = reader.int64();
    checksum = crc8(checksum, reader.bytes, start, reader.position);
  }
  // The operation precedes the timestamp on the wire and follows it in the checksum.
  if (operation !== undefined) checksum = crc8Byte(checksum, OPERATION[operation]);
  reader.expect(TAG.cellChecksum, 'cell checksum');
  if (reader.byte() !== checksum) throw new MalformedPlainBuffer('cell checksum mismatch');
  return { item: { name: nameBytes.toString('utf8'), value: value.item, operation, timestamp }, checksum };
}

function readCellValue(reader: ByteReader, checksum: number): Checked<PlainValue | undefined> {
  if (reader.peek() !== TAG.cellValue) return { item: undefined, checksum };
  reader.byte();
  const length = reader.uint32();
  const start = reader.position;
  const item = readVariant(reader);
  if (reader.position - start !== length) throw new MalformedPlainBuffer('wrong value length');
  return { item, checksum: crc8(checksum, reader.bytes, start, reader.position) };
}

function readOperation(reader: ByteReader): CellOperation | undefined {
  if (reader.peek() !== TAG.cellOperation) return undefined;
  reader.byte();
  const operation = OPERATION_BY_BYTE.get(reader.byte());
  if (operation === undefined) throw new MalformedPlainBuffer('unknown cell operation');
  return operation;
}
