// The access document of the demo world, with the address that the identity provider really has.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMap, isSeq, parseDocument } from 'yaml';

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), '../access.yaml');
/** Only a provider on this machine can be the local one. */
const LOOPBACK_ISSUER = /^http:\/\/(?:127\.0\.0\.1|localhost):\d+$/;

/** Writes the document as it is applied and returns the file; comments and order stay as they were. */
export function writeEffectiveDocument(stateDir: string, issuer: string): string {
  const document = parseDocument(readFileSync(SOURCE, 'utf8'));
  const providers = document.get('providers');
  if (!isSeq(providers)) throw new Error('local/access.yaml has no providers');
  for (const provider of providers.items) {
    if (isMap(provider) && LOOPBACK_ISSUER.test(String(provider.get('issuer'))))
      provider.set('issuer', issuer);
  }
  const file = join(stateDir, 'access.yaml');
  writeFileSync(file, document.toString());
  return file;
}
