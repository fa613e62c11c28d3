// The values, cells and rows that PlainBuffer carries, and the bytes that stand for them ("PlainBuffer" page of the Tablestore
// API reference). Strings stay UTF-8 bytes: Tablestore orders them by bytes.

export type CellValue =
  | { readonly type: 'integer'; readonly value: bigint }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: Buffer }
  | { readonly type: 'blob'; readonly value: Buffer };

/** Bounds of a range; never stored. */
export type PlainValue =
  | CellValue
  | { readonly type: 'inf-min' }
  | { readonly type: 'inf-max' }
  | { readonly type: 'auto-increment' };

export interface PrimaryKeyColumn {
  readonly name: string;
  readonly value: PlainValue;
}

export type CellOperation = 'delete-all-versions' | 'delete-one-version' | 'increment';

export interface Cell {
  readonly name: string;
  readonly value?: PlainValue | undefined;
  readonly operation?: CellOperation | undefined;
  readonly timestamp?: bigint | undefined;
}

export interface PlainRow {
  readonly primaryKey: readonly PrimaryKeyColumn[];
  readonly cells: readonly Cell[];
  readonly deleteMarker: boolean;
}

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
