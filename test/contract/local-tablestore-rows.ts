// The real adapter and the real SDK against a local Tablestore, for the contract suites.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalTablestore, startTablestore } from '../../local/tablestore/server.ts';
import { createTables } from '../../shared/adapters/tablestore/create-tables.ts';
import { openRows, type TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore, type TablestoreOptions } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { must } from './must.ts';

const KEY = { id: 'LTAIcontract', secret: 'contract-secret' };
const INSTANCE = 'contract';

export interface LocalInstance {
  readonly server: LocalTablestore;
  readonly options: TablestoreOptions;
}

export async function startInstance(): Promise<LocalInstance> {
  const caller = {
    accountId: '1234567890123456',
    arn: 'acs:ram::1234567890123456:user/contract',
    accessKeyId: KEY.id,
    accessKeySecret: KEY.secret,
    may: () => true,
  };
  const server = await startTablestore({
    dataDir: mkdtempSync(join(tmpdir(), 'stint-contract-')),
    instance: INSTANCE,
    callers: { find: (id) => (id === KEY.id ? { kind: 'found', caller } : { kind: 'unknown-key' }) },
  });
  const credentials = {
    accessKeyId: KEY.id,
    accessKeySecret: new Secret(KEY.secret),
    securityToken: undefined,
  };
  return { server, options: { endpoint: server.url, instance: INSTANCE, credentials: () => credentials } };
}

export async function openLocalRows({ options }: LocalInstance): Promise<TablestoreRows> {
  const sdk = openTablestore(options);
  must(await createTables(sdk));
  return openRows(sdk);
}

/** What the command line has to know to work on it. */
export function commandEnvironment(options: TablestoreOptions) {
  const { accessKeyId, accessKeySecret } = options.credentials();
  return {
    STINT_TABLESTORE_ENDPOINT: options.endpoint,
    STINT_TABLESTORE_INSTANCE: options.instance,
    ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret.reveal(),
  };
}
