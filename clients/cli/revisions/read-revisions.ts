// Opens the stored revisions that a command names, and reads them whole or not at all.
import {
  type CurrentAccess,
  readCurrentAccess,
  type StoredRevision,
} from '../../../shared/adapters/tablestore/applied-access.ts';
import { type KeptRevision, readHistory } from '../../../shared/adapters/tablestore/revision-history.ts';
import { openRows, type TablestoreRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { CompiledAccess, Supplement } from '../../../shared/rules/document/compiled-access.ts';
import { type CloudSettings, readCloudSettings } from '../base/cloud-settings.ts';
import { type CommandFault, serviceFailed } from '../base/command-fault.ts';
import { storeFailed } from '../base/explain-cloud-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { findRevision } from './find-revision.ts';

export interface WholeRevision extends KeptRevision {
  readonly access: CompiledAccess;
  readonly supplement: Supplement;
}

export interface Revisions {
  readonly settings: CloudSettings;
  readonly rows: TablestoreRows;
  readonly history: readonly KeptRevision[];
}

/**
 * Whether a Stint that kept no supplements applied it. Rules without an entry have no rows either, and lack nothing: stint setup
 * makes the first ones so.
 */
export const isOfEarlierVersion = ({ record, access }: WholeRevision): boolean =>
  !record || (record.rows === 0 && access.providers.length + access.roles.length + access.grants.length > 0);

/** The history alone, which costs a few reads. Newest first; empty before the first apply. */
export async function openRevisions(
  envFile: string | undefined,
  terminal: Terminal,
): Promise<Result<Revisions, CommandFault>> {
  const settings = readCloudSettings(envFile, terminal);
  if (!settings.ok) return settings;
  const rows = openRows(openTablestore(settings.value));
  const history = await readHistory(rows);
  if (!history.ok) return storeFailed(history.error);
  return ok({ settings: settings.value, rows, history: history.value });
}

/** `texts` are what the person wrote for each revision; `undefined` stands for the one in force. In their order. */
export async function readWhole(
  { rows, history }: Revisions,
  texts: readonly (string | undefined)[],
): Promise<Result<readonly WholeRevision[], CommandFault>> {
  const wanted: KeptRevision[] = [];
  for (const text of texts) {
    const found = findRevision(text ?? String(history[0]?.number ?? 1), history);
    if (!found.ok) return found;
    wanted.push(found.value);
  }
  const read = await readCurrentAccess(
    rows,
    wanted.map(({ revision }) => revision),
  );
  if (!read.ok) return storeFailed(read.error);
  const whole: WholeRevision[] = [];
  for (const kept of wanted) {
    const one = toWhole(kept, read.value);
    if (!one.ok) return one;
    whole.push(one.value);
  }
  return ok(whole);
}

/** A part of the rules could allow more than the whole: a Deny or the closer of two grants may be what is missing. */
function toWhole(kept: KeptRevision, { earlier }: CurrentAccess): Result<WholeRevision, CommandFault> {
  const stored = earlier.get(kept.revision);
  const damaged = stored ? countDamage(stored) : 1;
  if (!stored?.supplement || damaged > 0)
    return serviceFailed(
      `revision ${kept.number} cannot be read whole: ${damaged} of its entries are missing or damaged; other revisions are not affected`,
    );
  return ok({ ...kept, access: stored.access, supplement: stored.supplement });
}

const countDamage = ({ unreadable, missing, supplement }: StoredRevision): number =>
  unreadable + missing + (supplement ? 0 : 1);
