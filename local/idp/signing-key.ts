// The provider's RS256 key, made once and kept, so that tokens of an earlier start still verify.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const RSA_BITS = 2048;
const OWNER_ONLY = 0o600;

const PrivateJwk = z.object({
  kty: z.literal('RSA'),
  kid: z.string(),
  use: z.literal('sig'),
  alg: z.literal('RS256'),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});
export type PrivateJwk = z.infer<typeof PrivateJwk>;

function createKey(): PrivateJwk {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: RSA_BITS });
  return PrivateJwk.parse({
    ...privateKey.export({ format: 'jwk' }),
    kid: randomUUID(),
    use: 'sig',
    alg: 'RS256',
  });
}

/** Reads the key from the state folder, or makes it. */
export function openSigningKey(stateDir: string): PrivateJwk {
  const file = join(stateDir, 'idp-key.json');
  if (existsSync(file)) return PrivateJwk.parse(JSON.parse(readFileSync(file, 'utf8')));
  const key = createKey();
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(file, JSON.stringify(key), { mode: OWNER_ONLY });
  return key;
}
