// Brings the tables and the access rules of the demo world into Tablestore, as an operator would: with the administrator's
// key, through the code and the command that serve the real cloud.

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { isMap, isSeq, parseDocument } from 'yaml';
import { createTables } from '../../shared/adapters/tablestore/create-tables.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { DEMO_INSTANCE } from '../demo/demo-account.ts';
import type { SamlIdp } from '../saml/server.ts';
import type { KeptKey } from './kept-keys.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const SOURCE = join(ROOT, 'local/access.yaml');
/** The local providers have a loopback address; the one with this path is Stint's own sign-on. */
const LOOPBACK_ISSUER = /^http:\/\/(?:127\.0\.0\.1|localhost):\d+(\/login)?$/;

/** The addresses that the issuers of the demo world have in this run. */
interface LocalIssuers {
  readonly idp: string;
  readonly login: string;
  readonly saml: Pick<SamlIdp, 'entityId' | 'ssoUrl' | 'sloUrl' | 'certificate'>;
}

/** The local identity provider's connection; connections that a developer adds are left as they are. */
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

/** Creates the tables that are missing and returns their names. */
export async function prepareTables(endpoint: string, key: KeptKey): Promise<readonly string[]> {
  const credentials = {
    accessKeyId: key.accessKeyId,
    accessKeySecret: new Secret(key.accessKeySecret),
    securityToken: undefined,
  };
  const made = await createTables(
    openTablestore({ endpoint, instance: DEMO_INSTANCE, credentials: () => credentials }),
  );
  if (!made.ok) throw new Error(`the tables could not be made: ${made.error.code}`);
  return made.value;
}

/** Runs `stint apply --yes FILE`, which does not ask for confirmation, and returns its last line: a summary. */
export async function applyRules(file: string, adminEnvironment: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, [join(ROOT, 'clients/cli/bin.mjs'), 'apply', '--yes', file], {
    cwd: ROOT,
    env: { ...adminEnvironment, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [output, faults] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if ((await exitCode) !== 0) throw new Error(`the access document was not applied:\n${faults || output}`);
  return output.trim().split('\n').at(-1) ?? '';
}
