// The access document of the demo world, with the addresses that its issuers really have.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMap, isSeq, parseDocument } from 'yaml';

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), '../access.yaml');
/** Only a provider on this machine can be the local one; with this path it is Stint's own sign-on. */
const LOOPBACK_ISSUER = /^http:\/\/(?:127\.0\.0\.1|localhost):\d+(\/login)?$/;

export interface LocalIssuers {
  readonly idp: string;
  readonly login: string;
}

function setIssuers(list: unknown, issuers: LocalIssuers): void {
  if (!isSeq(list)) throw new Error('local/access.yaml has no providers or no connections');
  for (const entry of list.items) {
    const local = isMap(entry) ? LOOPBACK_ISSUER.exec(String(entry.get('issuer'))) : null;
    if (isMap(entry) && local) entry.set('issuer', local[1] === undefined ? issuers.idp : issuers.login);
  }
}

/** Writes the document as it is applied and returns the file; comments and order stay as they were. */
export function writeEffectiveDocument(stateDir: string, issuers: LocalIssuers): string {
  const document = parseDocument(readFileSync(SOURCE, 'utf8'));
  setIssuers(document.get('providers'), issuers);
  setIssuers(document.getIn(['signOn', 'connections']), issuers);
  const file = join(stateDir, 'access.yaml');
  writeFileSync(file, document.toString());
  return file;
}
