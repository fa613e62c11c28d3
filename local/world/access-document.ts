// The access document of the demo world, with the addresses that its issuers really have.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMap, isSeq, parseDocument } from 'yaml';
import type { SamlIdp } from '../saml/server.ts';

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), '../access.yaml');
/** Only a provider on this machine can be the local one; with this path it is Stint's own sign-on. */
const LOOPBACK_ISSUER = /^http:\/\/(?:127\.0\.0\.1|localhost):\d+(\/login)?$/;

export interface LocalIssuers {
  readonly idp: string;
  readonly login: string;
  readonly saml: Pick<SamlIdp, 'entityId' | 'ssoUrl' | 'sloUrl' | 'certificate'>;
}

/** Only this connection is the local identity provider's: others that somebody adds are their own business. */
const LOOPBACK_ENTITY = /^http:\/\/(?:127\.0\.0\.1|localhost):\d+\/saml\/metadata$/;

function setSamlIdp(
  connections: unknown,
  { entityId, ssoUrl, sloUrl, certificate }: LocalIssuers['saml'],
): void {
  for (const entry of isSeq(connections) ? connections.items : []) {
    if (!isMap(entry) || !LOOPBACK_ENTITY.test(String(entry.get('entityId')))) continue;
    entry.set('entityId', entityId);
    entry.set('ssoUrl', ssoUrl);
    entry.set('sloUrl', sloUrl);
    entry.set('certificates', [certificate]);
  }
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
  setSamlIdp(document.getIn(['signOn', 'connections']), issuers.saml);
  const file = join(stateDir, 'access.yaml');
  writeFileSync(file, document.toString());
  return file;
}
