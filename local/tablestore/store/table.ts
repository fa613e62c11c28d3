// What the server keeps about a table.

export type PrimaryKeyType = 'integer' | 'string' | 'blob';

export interface PrimaryKeyDefinition {
  readonly name: string;
  readonly type: PrimaryKeyType;
}

export interface TableOptions {
  /** Seconds a cell version is readable; -1 for ever. */
  readonly timeToLive: number;
  readonly maxVersions: number;
  /** Seconds by which a version chosen by the writer may differ from now. */
  readonly maxTimeDeviation: number;
  readonly allowUpdate: boolean;
}

export interface StoredTable {
  /** Prefix of its rows' keys; never used again, so that a new table of the same name starts empty. */
  readonly id: number;
  readonly name: string;
  readonly primaryKey: readonly PrimaryKeyDefinition[];
  readonly definedColumns: readonly { readonly name: string; readonly type: number }[];
  readonly options: TableOptions;
  readonly reserved: { readonly read: number; readonly write: number };
  /** Seconds since 1970 of the last change of `reserved`. */
  readonly reservedSince: number;
}
