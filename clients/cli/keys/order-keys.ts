// `stint session-keys rotate --now` and `stint saml-keys rotate` without a file: an order to login, which keeps the keys itself.
// Administrators may give it without a permission to read or write keys.
import { randomUUID } from 'node:crypto';
import { KEY_ORDER_COLUMN, KEY_ORDER_KIND } from '../../../shared/adapters/tablestore/catalog-keys.ts';
import { CATALOG } from '../../../shared/adapters/tablestore/tables.ts';
import { openRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import type { OwnKeyKind } from '../../../shared/kernel/private-key-store.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { formatAuthor, readCloudSettings } from '../base/cloud-settings.ts';
import type { CommandFault } from '../base/command-fault.ts';
import { storeFailed } from '../base/explain-cloud-fault.ts';
import type { Terminal } from '../base/terminal.ts';

const ORDERED = {
  'session-keys': [
    'Ordered: login makes new session keys within 30 seconds, and the old ones are worth nothing to it from then on.',
    'Then run stint flush --keep-sign-ins, so that vend forgets the old public keys within 5 seconds instead of 10 minutes.',
    'People stay signed in. If somebody may have signed in with a stolen key, run stint flush, which ends all sessions.',
  ],
  'saml-keys': [
    'Ordered: within 30 seconds login takes the next step of a change of its SAML keys.',
    'If the metadata then name two certificates, load them at identity providers that take two, and run this again to let the new key sign.',
    'If they name one, it signs: load the metadata at identity providers that keep a single certificate.',
  ],
} as const satisfies Record<OwnKeyKind, readonly string[]>;

const WITHOUT_EFFECT =
  'It has no effect on keys in the environment of login (STINT_SESSION_KEYS, STINT_SAML_KEYS).';

/** Writes the order. One that login has not carried out yet is replaced, so two orders in a row may be one. */
export async function orderKeys(
  kind: OwnKeyKind,
  env: string | undefined,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const settings = readCloudSettings(env, terminal);
  if (!settings.ok) return settings;
  const columns = {
    [KEY_ORDER_COLUMN]: randomUUID(),
    ordered_at: new Date().toISOString(),
    ordered_by: formatAuthor(terminal, settings.value),
  };
  const rows = openRows(openTablestore(settings.value));
  const put = await rows.putRows([{ table: CATALOG, key: [KEY_ORDER_KIND, kind], columns }]);
  if (!put.ok) return storeFailed(put.error);
  for (const line of ORDERED[kind]) terminal.out(line);
  terminal.note(WITHOUT_EFFECT);
  return ok(undefined);
}
