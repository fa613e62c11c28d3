// `stint key`: whose key it is, by which grant, policy and rules, whether it still works, and what was done with it.
import { findIssuedKey, findIssuingRow } from '../../../shared/adapters/tablestore/find-issued-key.ts';
import { openRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { readAuditorSettings } from '../base/cloud-settings.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { storeFailed } from '../base/explain-cloud-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson, formatTable } from '../base/terminal-text.ts';
import { eventMember } from './audit-filter.ts';
import { lookUpEvents, showEvents } from './key-events.ts';

export interface KeyOptions {
  readonly env?: string;
  readonly json?: boolean;
}

/** As STS gives it to temporary keys. */
const ACCESS_KEY_ID = /^STS\.[A-Za-z0-9]{1,64}$/;

/** Prints the facts of the key, and its events where ActionTrail gives them. Fails when this deployment issued no such key, or when the settings or Tablestore do. */
export async function showIssuedKey(
  accessKeyId: string,
  { env, json = false }: KeyOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  if (!ACCESS_KEY_ID.test(accessKeyId))
    return wrongUsage('give the AccessKeyId of temporary credentials: STS.…');
  const settings = readAuditorSettings(env, terminal);
  if (!settings.ok) return settings;
  const rows = openRows(openTablestore(settings.value));
  const found = await findIssuedKey(rows, accessKeyId);
  if (!found.ok) return storeFailed(found.error);
  if (!found.value) return wrongUsage(`this deployment issued no key ${accessKeyId}`);
  const audited = await findIssuingRow(rows, found.value);
  if (!audited.ok) return storeFailed(audited.error);
  const member = (name: string): string | null => (audited.value && eventMember(audited.value, name)) ?? null;
  const facts = {
    ...found.value,
    hubRoleArn: found.value.hubRoleArn ?? null,
    alive: new Date() < found.value.expiresAt,
    revision: member('revision'),
    policyHash: member('policyHash'),
    clientAddress: member('clientAddress'),
    connection: member('connection'),
    proofHash: member('proofHash'),
  };
  if (!json) for (const line of linesOf(facts)) terminal.out(line);
  const looked = await lookUpEvents(found.value, settings.value, new Date());
  if (json) terminal.out(formatJson({ format: 1, ...facts, ...looked }, 2));
  else showEvents(looked, terminal);
  if (looked.eventsFault !== null) terminal.note(looked.eventsFault);
  return ok(undefined);
}

function linesOf(facts: Readonly<Record<string, string | boolean | Date | null>>): readonly string[] {
  const shown = Object.entries(facts).map(([name, value]) => [
    name,
    value instanceof Date ? value.toISOString() : String(value ?? '-'),
  ]);
  return formatTable(['FACT', 'VALUE'], shown);
}
