// Keys of the demo world, made at the first start and kept in the state folder, so that what was made with them outlives a
// restart: the access keys of the administrator, the auditor and the partner.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { DEMO_AUDIENCE, DEMO_INSTANCE, DEMO_REGION } from '../demo/demo-account.ts';

const OWNER_ONLY = 0o600;

/** A long-term access key, kept as a file of settings for the stint command. */
export interface KeptKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

function openKeptKey(file: string): KeptKey {
  const kept = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  return {
    accessKeyId: kept['ALIBABA_CLOUD_ACCESS_KEY_ID'] ?? `LTAI${randomBytes(10).toString('hex')}`,
    accessKeySecret: kept['ALIBABA_CLOUD_ACCESS_KEY_SECRET'] ?? randomBytes(15).toString('hex'),
  };
}

/** Writes the key with the other settings of its owner, and returns all of them. */
function writeKeyEnvironment(
  file: string,
  { accessKeyId, accessKeySecret }: KeptKey,
  settings: Readonly<Record<string, string>>,
): Record<string, string> {
  const environment = {
    ...settings,
    ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
  };
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''), { mode: OWNER_ONLY });
  return environment;
}

const adminFile = (stateDir: string): string => join(stateDir, 'admin.env');

/** The key of the demo administrator. Not written yet: writeAdminEnvironment does that. */
export const openAdminKey = (stateDir: string): KeptKey => openKeptKey(adminFile(stateDir));

/** Writes the settings with which the stint command administers the local cloud, and returns them with the key. */
export const writeAdminEnvironment = (
  stateDir: string,
  key: KeptKey,
  settings: Readonly<Record<string, string>>,
): Record<string, string> => writeKeyEnvironment(adminFile(stateDir), key, settings);

const auditorFile = (stateDir: string): string => join(stateDir, 'auditor.env');

/** The key of the demo auditor, who reads the tables `audit` and `issued`. */
export const openAuditorKey = (stateDir: string): KeptKey => openKeptKey(auditorFile(stateDir));

/** Writes the settings with which the stint command reads the audit trail of the local cloud. */
export function writeAuditorEnvironment(
  stateDir: string,
  key: KeptKey,
  endpoints: { readonly tablestore: string; readonly actionTrail: string },
): void {
  writeKeyEnvironment(auditorFile(stateDir), key, {
    STINT_TABLESTORE_ENDPOINT: endpoints.tablestore,
    STINT_TABLESTORE_INSTANCE: DEMO_INSTANCE,
    STINT_ACTIONTRAIL_ENDPOINT: endpoints.actionTrail,
    STINT_REGION: DEMO_REGION,
  });
}

const partnerFile = (stateDir: string): string => join(stateDir, 'partner.env');

/** The key of the demo partner, for `stint caller-proof`. Its only permission is GetCallerIdentity, which needs none. */
export const openPartnerKey = (stateDir: string): KeptKey => openKeptKey(partnerFile(stateDir));

/** Writes the settings with which `stint caller-proof` runs as the partner. */
export function writePartnerEnvironment(stateDir: string, key: KeptKey, stsUrl: string): void {
  writeKeyEnvironment(partnerFile(stateDir), key, {
    STINT_AUDIENCE: DEMO_AUDIENCE,
    STINT_STS_ENDPOINT: stsUrl,
  });
}
