// The key of the demo administrator, kept in .stint/admin.env for the stint command. The one long-term key there is.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { AUDIENCE, INSTANCE, REGION } from './demo-account.ts';

const OWNER_ONLY = 0o600;
const fileIn = (stateDir: string): string => join(stateDir, 'admin.env');

export interface AdminKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** The key of an earlier start still works in the shells that have it. */
export function openAdminKey(stateDir: string): AdminKey {
  const file = fileIn(stateDir);
  const kept = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  return {
    accessKeyId: kept['ALIBABA_CLOUD_ACCESS_KEY_ID'] ?? `LTAI${randomBytes(10).toString('hex')}`,
    accessKeySecret: kept['ALIBABA_CLOUD_ACCESS_KEY_SECRET'] ?? randomBytes(15).toString('hex'),
  };
}

/** Writes what the stint command needs to administer the local cloud, and returns it. */
export function writeAdminEnvironment(
  stateDir: string,
  key: AdminKey,
  endpoints: { readonly tablestore: string; readonly ram: string },
): Record<string, string> {
  const environment = {
    STINT_TABLESTORE_ENDPOINT: endpoints.tablestore,
    STINT_TABLESTORE_INSTANCE: INSTANCE,
    STINT_RAM_ENDPOINT: endpoints.ram,
    STINT_REGION: REGION,
    STINT_AUDIENCE: AUDIENCE,
    ALIBABA_CLOUD_ACCESS_KEY_ID: key.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: key.accessKeySecret,
  };
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(fileIn(stateDir), lines.join(''), { mode: OWNER_ONLY });
  return environment;
}
