// The bytes that structure PlainBuffer ("PlainBuffer" page of the Tablestore API reference).
import type { CellOperation, PlainValue } from './value.ts';

export const HEADER = 0x75;

export const TAG = {
  rowPrimaryKey: 0x01,
  rowData: 0x02,
  cell: 0x03,
  cellName: 0x04,
  cellValue: 0x05,
  cellOperation: 0x06,
  cellTimestamp: 0x07,
  deleteMarker: 0x08,
  rowChecksum: 0x09,
  cellChecksum: 0x0a,
} as const;

export const VARIANT = {
  integer: 0x00,
  double: 0x01,
  boolean: 0x02,
  string: 0x03,
  blob: 0x07,
  'inf-min': 0x09,
  'inf-max': 0x0a,
  'auto-increment': 0x0b,
} as const satisfies Record<PlainValue['type'], number>;

export const OPERATION = {
  'delete-all-versions': 0x01,
  'delete-one-version': 0x03,
  increment: 0x04,
} as const satisfies Record<CellOperation, number>;
