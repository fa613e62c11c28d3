// The login function's keys as a SAML service provider, made once and kept, as a deployer does.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSamlKeys } from '../../clients/cli/keys/make-saml-keys.ts';

const OWNER_ONLY = 0o600;

/** The value of STINT_SAML_KEYS. */
export function openSamlKeys(stateDir: string): string {
  const file = join(stateDir, 'service-provider-keys.json');
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(makeSamlKeys()), { mode: OWNER_ONLY });
  return readFileSync(file, 'utf8');
}
