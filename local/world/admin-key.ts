// The key of the demo administrator, kept in .stint/admin.env for the stint command.
import { join } from 'node:path';
import { AUDIENCE, INSTANCE, REGION } from '../demo/demo-account.ts';
import { type KeptKey, openKeptKey, writeKeyEnvironment } from './kept-key.ts';

const fileIn = (stateDir: string): string => join(stateDir, 'admin.env');

export const openAdminKey = (stateDir: string): KeptKey => openKeptKey(fileIn(stateDir));

/** Writes what the stint command needs to administer the local cloud, and returns it. */
export const writeAdminEnvironment = (
  stateDir: string,
  key: KeptKey,
  endpoints: { readonly tablestore: string; readonly ram: string },
): Record<string, string> =>
  writeKeyEnvironment(fileIn(stateDir), key, {
    STINT_TABLESTORE_ENDPOINT: endpoints.tablestore,
    STINT_TABLESTORE_INSTANCE: INSTANCE,
    STINT_RAM_ENDPOINT: endpoints.ram,
    STINT_REGION: REGION,
    STINT_AUDIENCE: AUDIENCE,
  });
