// The values, cells and rows that PlainBuffer carries. Strings stay UTF-8 bytes: Tablestore orders them by bytes.

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
