// The SAML identity provider's RSA key and certificate, made once and kept: Stint's rules hold the certificate.
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { selfSign } from '../../functions/login/keys/self-sign.ts';
import type { Signing } from './issue-response.ts';

const RSA_BITS = 2048;
const OWNER_ONLY = 0o600;
const FROM = new Date('2020-01-01T00:00:00Z');
const UNTIL = new Date('2050-01-01T00:00:00Z');

const Stored = z.object({ key: z.string(), certificate: z.string() });

function createStored(): z.infer<typeof Stored> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: RSA_BITS });
  const certificate = selfSign(privateKey, { commonName: 'Stint local SAML', from: FROM, until: UNTIL });
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), certificate };
}

/** Reads the key and the certificate from the state folder, or makes them. */
export function openSamlKey(stateDir: string): Signing {
  const file = join(stateDir, 'saml-key.json');
  if (!existsSync(file)) {
    mkdirSync(stateDir, { recursive: true });
    writeFileSync(file, JSON.stringify(createStored()), { mode: OWNER_ONLY });
  }
  const { key, certificate } = Stored.parse(JSON.parse(readFileSync(file, 'utf8')));
  return { key: createPrivateKey(key), certificate };
}
