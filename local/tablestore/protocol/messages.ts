// The protobuf messages that the server reads and writes, as plain objects: an unset optional field is absent.

/** Numbers of the enums in the SDK's schema. */
export const PRIMARY_KEY_TYPE = { integer: 1, string: 2, blob: 3 } as const;
export const ROW_EXISTENCE = { ignore: 0, expectExist: 1, expectNotExist: 2 } as const;
export const RETURN_TYPE = { none: 0, primaryKey: 1, afterModify: 2 } as const;
export const WRITE_TYPE = { put: 1, update: 2, delete: 3 } as const;
export const DIRECTION = { forward: 0, backward: 1 } as const;
export const TABLE_STATUS_ACTIVE = 1;

export interface CapacityUnit {
  readonly read?: number;
  readonly write?: number;
}

export interface PrimaryKeySchema {
  readonly name: string;
  readonly type: number;
  readonly option?: number;
}

export interface TableOptionsMessage {
  readonly timeToLive?: number;
  readonly maxVersions?: number;
  readonly deviationCellVersionInSec?: string;
  readonly allowUpdate?: boolean;
}

export interface CreateTableRequest {
  readonly tableMeta: {
    readonly tableName: string;
    readonly primaryKey: readonly PrimaryKeySchema[];
    readonly definedColumn: readonly { readonly name: string; readonly type: number }[];
    readonly indexMeta: readonly unknown[];
  };
  readonly reservedThroughput: { readonly capacityUnit: CapacityUnit };
  readonly tableOptions?: TableOptionsMessage;
  readonly streamSpec?: { readonly enableStream: boolean };
  readonly indexMetas: readonly unknown[];
}

export interface UpdateTableRequest {
  readonly tableName: string;
  readonly reservedThroughput?: { readonly capacityUnit: CapacityUnit };
  readonly tableOptions?: TableOptionsMessage;
  readonly streamSpec?: { readonly enableStream: boolean };
}

export interface TableNameRequest {
  readonly tableName: string;
}

/** What GetRow, BatchGetRow and GetRange have in common: which part of a row to return. */
export interface ReadOptions {
  readonly columnsToGet: readonly string[];
  readonly timeRange?: {
    readonly startTime?: string;
    readonly endTime?: string;
    readonly specificTime?: string;
  };
  readonly maxVersions?: number;
  readonly filter?: Buffer;
  readonly startColumn?: string;
  readonly endColumn?: string;
}

export interface GetRowRequest extends ReadOptions {
  readonly tableName: string;
  readonly primaryKey: Buffer;
  readonly transactionId?: string;
}

export interface BatchGetRowRequest {
  readonly tables: readonly (ReadOptions & {
    readonly tableName: string;
    readonly primaryKey: readonly Buffer[];
  })[];
}

export interface GetRangeRequest extends ReadOptions {
  readonly tableName: string;
  readonly direction: number;
  readonly limit?: number;
  readonly inclusiveStartPrimaryKey: Buffer;
  readonly exclusiveEndPrimaryKey: Buffer;
  readonly transactionId?: string;
}

export interface ConditionMessage {
  readonly rowExistence: number;
  readonly columnCondition?: Buffer;
}

export interface ReturnContent {
  readonly returnType?: number;
  readonly returnColumnNames: readonly string[];
}

interface WriteRequest {
  readonly tableName: string;
  readonly condition: ConditionMessage;
  readonly returnContent?: ReturnContent;
  readonly transactionId?: string;
}

export interface PutRowRequest extends WriteRequest {
  readonly row: Buffer;
}

export interface UpdateRowRequest extends WriteRequest {
  readonly rowChange: Buffer;
}

export interface DeleteRowRequest extends WriteRequest {
  readonly primaryKey: Buffer;
}

export interface RowInBatchWrite {
  readonly type: number;
  readonly rowChange: Buffer;
  readonly condition: ConditionMessage;
  readonly returnContent?: ReturnContent;
}

export interface BatchWriteRowRequest {
  readonly tables: readonly { readonly tableName: string; readonly rows: readonly RowInBatchWrite[] }[];
  readonly transactionId?: string;
}

export interface RequestByOperation {
  CreateTable: CreateTableRequest;
  UpdateTable: UpdateTableRequest;
  DescribeTable: TableNameRequest;
  DeleteTable: TableNameRequest;
  ListTable: Record<string, never>;
  GetRow: GetRowRequest;
  PutRow: PutRowRequest;
  UpdateRow: UpdateRowRequest;
  DeleteRow: DeleteRowRequest;
  BatchGetRow: BatchGetRowRequest;
  BatchWriteRow: BatchWriteRowRequest;
  GetRange: GetRangeRequest;
}

export type OtsOperation = keyof RequestByOperation;

/** A response as a plain object; encoding verifies its shape. */
export type ResponseMessage = Readonly<Record<string, unknown>>;
