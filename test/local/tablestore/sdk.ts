// The unmodified SDK, with the few types that the tests need: it ships none.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export interface Int64 {
  toString(): string;
}
export interface Infinite {
  readonly infinite?: never;
}
export type KeyValue = string | Int64 | Buffer | Infinite;
export type Value = string | number | boolean | Int64 | Buffer;
export type Key = readonly Readonly<Record<string, KeyValue>>[];

export interface SdkRow {
  readonly primaryKey?: readonly { readonly name: string; readonly value: KeyValue }[];
  readonly attributes?: readonly {
    readonly columnName: string;
    readonly columnValue: Value;
    readonly timestamp: Int64;
  }[];
}
export interface SdkBatchRow extends SdkRow {
  readonly isOk: boolean;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}
export interface CapacityUnits {
  readonly capacityUnit: { readonly read: number; readonly write: number };
}

type Params = Readonly<Record<string, unknown>>;
type Call<T> = (params: Params) => Promise<T>;

export interface SdkClient {
  createTable: Call<unknown>;
  updateTable: Call<{ readonly tableOptions: { readonly maxVersions: number; readonly timeToLive: number } }>;
  describeTable: Call<{
    readonly tableMeta: {
      readonly tableName: string;
      readonly primaryKey: readonly { readonly name: string; readonly type: number }[];
    };
    readonly tableOptions: { readonly maxVersions: number; readonly timeToLive: number };
    readonly tableStatus: number;
  }>;
  listTable: Call<{ readonly tableNames: readonly string[] }>;
  deleteTable: Call<unknown>;
  getRow: Call<{ readonly row: SdkRow; readonly consumed: CapacityUnits }>;
  putRow: Call<{ readonly row: SdkRow; readonly consumed: CapacityUnits }>;
  updateRow: Call<{ readonly row: SdkRow; readonly consumed: CapacityUnits }>;
  deleteRow: Call<{ readonly row: SdkRow; readonly consumed: CapacityUnits }>;
  batchGetRow: Call<{ readonly tables: readonly (readonly SdkBatchRow[])[] }>;
  batchWriteRow: Call<{ readonly tables: readonly SdkBatchRow[] }>;
  getRange: Call<{
    readonly rows: readonly SdkRow[];
    readonly nextStartPrimaryKey: SdkRow['primaryKey'] | null;
  }>;
  extractError(response: SdkResponse): void;
}
interface SdkResponse {
  error: unknown;
  readonly httpResponse: {
    readonly body: Buffer;
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string>>;
  };
}

interface Sdk {
  readonly Client: new (config: Params) => SdkClient;
  readonly Long: { fromString(digits: string): Int64; fromNumber(value: number): Int64 };
  readonly Condition: new (existence: number, column: unknown) => object;
  readonly SingleColumnCondition: new (
    name: string,
    value: Value,
    comparator: number,
    passIfMissing?: boolean,
    latestVersionOnly?: boolean,
  ) => object;
  readonly CompositeCondition: new (operator: number) => { addSubCondition(condition: object): void };
  readonly ColumnPaginationFilter: new (limit: number, offset: number) => object;
  readonly ComparatorType: Readonly<
    Record<'EQUAL' | 'NOT_EQUAL' | 'GREATER_THAN' | 'GREATER_EQUAL' | 'LESS_THAN' | 'LESS_EQUAL', number>
  >;
  readonly LogicalOperator: Readonly<Record<'NOT' | 'AND' | 'OR', number>>;
  readonly RowExistenceExpectation: Readonly<Record<'IGNORE' | 'EXPECT_EXIST' | 'EXPECT_NOT_EXIST', number>>;
  readonly Direction: Readonly<Record<'FORWARD' | 'BACKWARD', string>>;
  readonly ReturnType: Readonly<Record<'Primarykey' | 'AfterModify', number>>;
  readonly INF_MIN: Infinite;
  readonly INF_MAX: Infinite;
  readonly PlainBufferBuilder: {
    serializePrimaryKey(key: Key): Buffer;
    serializeForPutRow(key: Key, columns: readonly object[]): Buffer;
    serializeForUpdateRow(key: Key, changes: readonly object[]): Buffer;
    serializeForDeleteRow(key: Key): Buffer;
    serializeColumnValue(value: Value): Buffer;
  };
  readonly PlainBufferInputStream: new (input: { buffer: Buffer; limit: number; offset: number }) => object;
  readonly PlainBufferCodedInputStream: new (stream: object) => { readRow(): SdkRow; readRows(): SdkRow[] };
}

export const TableStore: Sdk = require('tablestore');

const proto: { main: { proto: { Error: { decode(body: Buffer): { code: string; message: string } } } } } =
  require('tablestore/lib/protocol/tablestore_compiled_proto.js');

export interface OtsFailure {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

export function decodeFailure(status: number, body: Buffer): OtsFailure {
  const { code, message } = proto.main.proto.Error.decode(body);
  return { code, message, status };
}

/** The SDK never parses an error's code, so the tests do; nothing else about the client is changed. */
export function newClient(endpoint: string, config: Params = {}): SdkClient {
  const client = new TableStore.Client({
    accessKeyId: 'LTAI-writer',
    secretAccessKey: 'writer-secret',
    endpoint,
    instancename: 'stint',
    maxRetries: 0,
    ...config,
  });
  client.extractError = (response) => {
    const { body, statusCode } = response.httpResponse;
    response.error = Object.assign(new Error(), decodeFailure(statusCode, body));
  };
  return client;
}

export const ignore = () => new TableStore.Condition(TableStore.RowExistenceExpectation.IGNORE, null);
export const expectNoRow = () =>
  new TableStore.Condition(TableStore.RowExistenceExpectation.EXPECT_NOT_EXIST, null);
export const expectRow = () =>
  new TableStore.Condition(TableStore.RowExistenceExpectation.EXPECT_EXIST, null);
export const int = (digits: string | number | bigint) => TableStore.Long.fromString(String(digits));

/** Newest version of each column, integers as digits. */
export function columnsOf(row: SdkRow): Record<string, unknown> {
  const cells = [...(row.attributes ?? [])].reverse();
  return Object.fromEntries(cells.map(({ columnName, columnValue }) => [columnName, plain(columnValue)]));
}

export function plain(value: Value | KeyValue): unknown {
  return typeof value === 'object' && !Buffer.isBuffer(value) ? value.toString() : value;
}
