// The unmodified SDKs, pointed at the local services as a program on this machine would point them.
import ramSdk from '@alicloud/ram20150501';
import sdk from '@alicloud/sts20150401';
import { newClient, type SdkClient, TableStore } from '../local/tablestore/sdk.ts';
import type { Keys } from './state.ts';

type StsClient = InstanceType<typeof sdk.default>;
type RamClient = InstanceType<typeof ramSdk.default>;

const configuration = (port: number, keys: Keys) => ({
  ...keys,
  endpoint: `127.0.0.1:${port}`,
  protocol: 'http',
  // Asked for by the SDK's type of a configuration, never called by its constructor.
  toMap: () => ({}),
});

export const stsClient = (port: number, keys: Keys): StsClient => new sdk.default(configuration(port, keys));

export const ramClient = (port: number, keys: Keys): RamClient =>
  new ramSdk.default(configuration(port, keys));

export function tablestoreClient(port: number, keys: Keys): SdkClient {
  return newClient(`http://127.0.0.1:${port}`, {
    accessKeyId: keys.accessKeyId,
    secretAccessKey: keys.accessKeySecret,
    securityToken: keys.securityToken,
  });
}

export type StoredRow = Readonly<Record<string, string>>;

/** All rows of a table, key columns and attribute columns alike, as text. */
export async function readTable(
  client: SdkClient,
  tableName: string,
  key: readonly string[],
): Promise<StoredRow[]> {
  const bound = (end: object) => key.map((name) => ({ [name]: end }));
  const rows: StoredRow[] = [];
  let start: readonly object[] | undefined = bound(TableStore.INF_MIN);
  while (start) {
    const { rows: page, nextStartPrimaryKey } = await client.getRange({
      tableName,
      direction: TableStore.Direction.FORWARD,
      inclusiveStartPrimaryKey: start,
      exclusiveEndPrimaryKey: bound(TableStore.INF_MAX),
      maxVersions: 1,
    });
    for (const { primaryKey = [], attributes = [] } of page) {
      const cells = [
        ...primaryKey.map(({ name, value }) => [name, String(value)]),
        ...attributes.map(({ columnName, columnValue }) => [columnName, String(columnValue)]),
      ];
      rows.push(Object.fromEntries(cells));
    }
    start = nextStartPrimaryKey?.map(({ name, value }) => ({ [name]: value }));
  }
  return rows;
}
