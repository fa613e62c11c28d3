// The part of the untyped `tablestore` SDK that Stint uses, as read in its source (5.6.5).

declare module 'tablestore' {
  namespace TableStore {
    interface Credentials {
      accessKeyId: string;
      secretAccessKey: string;
      securityToken: string | undefined;
    }

    interface Int64 {
      toString(): string;
    }

    type Value = string | boolean | number | Uint8Array | Int64;
    /** INF_MIN and INF_MAX are empty marker objects. */
    type KeyValue = Value | object;
    type PrimaryKey = readonly Readonly<Record<string, KeyValue>>[];

    interface Cell {
      columnName: string;
      columnValue: Value;
    }
    interface Row {
      primaryKey?: readonly { name: string; value: Value }[] | undefined;
      attributes?: readonly Cell[] | undefined;
    }
    interface BatchRow {
      isOk: boolean;
      errorCode?: string | null;
      errorMessage?: string | null;
      primaryKey?: Row['primaryKey'];
      attributes?: Row['attributes'];
    }

    interface GetRangeResponse {
      rows: readonly Row[];
      nextStartPrimaryKey?: readonly { name: string; value: Value }[] | null;
    }

    interface ClientOptions {
      endpoint: string;
      instancename: string;
    }

    /** Puts the headers of the signature into the request. */
    class Signer {
      constructor(request: { method: string; path: string; headers: object });
      addAuthorization(credentials: Credentials, date: Date): void;
    }

    /** A message of protobufjs, whose class can encode it. */
    const encoder: { encode(operation: string, params: object): object };
    const decoder: { decode(operation: string, body: Uint8Array): object };

    class Client {
      constructor(options: ClientOptions);
      /** What every operation of the client does. */
      makeRequest: (operation: string, params: object) => Promise<object>;
      getRow(params: object): Promise<{ row: Row }>;
      putRow(params: object): Promise<object>;
      updateRow(params: object): Promise<{ row: Row }>;
      deleteRow(params: object): Promise<object>;
      batchGetRow(params: object): Promise<{ tables: readonly (readonly BatchRow[])[] }>;
      batchWriteRow(params: object): Promise<{ tables: readonly BatchRow[] }>;
      getRange(params: object): Promise<GetRangeResponse>;
      createTable(params: object): Promise<object>;
      updateTable(params: object): Promise<object>;
      describeTable(params: object): Promise<{
        tableMeta: { primaryKey: readonly { name: string }[] };
        tableOptions: { timeToLive: number };
      }>;
      deleteTable(params: object): Promise<object>;
      listTable(params: object): Promise<{ tableNames?: readonly string[]; table_names?: readonly string[] }>;
    }

    class Condition {
      constructor(existence: number, column: SingleColumnCondition | null);
    }
    class SingleColumnCondition {
      constructor(
        name: string,
        value: Value,
        comparator: number,
        passIfMissing: boolean,
        latestOnly: boolean,
      );
    }

    const RowExistenceExpectation: { IGNORE: number; EXPECT_EXIST: number; EXPECT_NOT_EXIST: number };
    const ReturnType: { AfterModify: number };
    const ComparatorType: { EQUAL: number };
    const Direction: { FORWARD: string; BACKWARD: string };
    const PrimaryKeyType: { INTEGER: number; STRING: number };
    const INF_MIN: object;
    const INF_MAX: object;
    const Long: { fromNumber(value: number): Int64 };
  }
  export default TableStore;
}

declare module 'tablestore/lib/protocol/tablestore_compiled_proto.js' {
  const protocol: {
    main: { proto: { Error: { decode(body: Uint8Array): { code: string; message?: string } } } };
  };
  export default protocol;
}
