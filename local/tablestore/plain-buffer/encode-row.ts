// Rows → PlainBuffer bytes: one header, then the rows one after the other.
import { ByteWriter, crc8, crc8Byte } from './bytes.ts';
import { type Cell, HEADER, OPERATION, type PlainRow, TAG } from './value.ts';
import { variantLength, writeVariant } from './variant.ts';

/** One row with its header. */
export function encodeRow(row: PlainRow): Buffer {
  return encodeRows([row]);
}

/** One header, then the rows. */
export function encodeRows(rows: readonly PlainRow[]): Buffer {
  const writer = new ByteWriter();
  writer.uint32(HEADER);
  for (const row of rows) writeRow(writer, row);
  return writer.written();
}

function writeRow(writer: ByteWriter, row: PlainRow): void {
  let checksum = 0;
  writer.byte(TAG.rowPrimaryKey);
  for (const column of row.primaryKey) checksum = crc8Byte(checksum, writeCell(writer, column));
  if (row.cells.length > 0) {
    writer.byte(TAG.rowData);
    for (const cell of row.cells) checksum = crc8Byte(checksum, writeCell(writer, cell));
  }
  if (row.deleteMarker) writer.byte(TAG.deleteMarker);
  checksum = crc8Byte(checksum, row.deleteMarker ? 1 : 0);
  writer.byte(TAG.rowChecksum);
  writer.byte(checksum);
}

/** Returns the cell's checksum, which the row's checksum covers. */
function writeCell(writer: ByteWriter, cell: Cell): number {
  writer.byte(TAG.cell);
  writer.byte(TAG.cellName);
  writer.text(cell.name);
  let checksum = crc8(0, writer.written(), writer.length - Buffer.byteLength(cell.name));
  if (cell.value !== undefined) {
    writer.byte(TAG.cellValue);
    writer.uint32(variantLength(cell.value));
    const start = writer.length;
    writeVariant(writer, cell.value);
    checksum = crc8(checksum, writer.written(), start);
  }
  if (cell.operation !== undefined) {
    writer.byte(TAG.cellOperation);
    writer.byte(OPERATION[cell.operation]);
  }
  if (cell.timestamp !== undefined) {
    writer.byte(TAG.cellTimestamp);
    writer.int64(cell.timestamp);
    checksum = crc8(checksum, writer.written(), writer.length - 8);
  }
  if (cell.operation !== undefined) checksum = crc8Byte(checksum, OPERATION[cell.operation]);
  writer.byte(TAG.cellChecksum);
  writer.byte(checksum);
  return checksum;
}
