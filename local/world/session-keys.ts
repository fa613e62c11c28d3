// The login function's private keys, made once and kept, so that sessions and tokens outlive a restart.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSessionKeys } from '../../clients/cli/keys/make-session-keys.ts';

const OWNER_ONLY = 0o600;

/** The value of STINT_SESSION_KEYS. */
export function openSessionKeys(stateDir: string): string {
  const file = join(stateDir, 'session-keys.json');
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(makeSessionKeys()), { mode: OWNER_ONLY });
  return readFileSync(file, 'utf8');
}
