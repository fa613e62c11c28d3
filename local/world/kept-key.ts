// A long-term key of the demo world, kept in a file of settings: that of an earlier start still works where it is used.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

const OWNER_ONLY = 0o600;

export interface KeptKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

export function openKeptKey(file: string): KeptKey {
  const kept = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  return {
    accessKeyId: kept['ALIBABA_CLOUD_ACCESS_KEY_ID'] ?? `LTAI${randomBytes(10).toString('hex')}`,
    accessKeySecret: kept['ALIBABA_CLOUD_ACCESS_KEY_SECRET'] ?? randomBytes(15).toString('hex'),
  };
}

/** Writes the key and what else its owner needs, and returns all of it. */
export function writeKeyEnvironment(
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
