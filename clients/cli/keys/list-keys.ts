// `stint keys`: the keys that vend and login saw issuers publish, and whether each counts.
import { type ListedKey, readKeys } from '../../../shared/adapters/tablestore/tablestore-issuer-keys.ts';
import { openRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { NewKeyRules } from '../../../shared/rules/document/key-owners.ts';
import { type KeyStatus, keyStatusOf } from '../../../shared/rules/values/issuer-key.ts';
import { readCloudSettings } from '../base/cloud-settings.ts';
import type { CommandFault } from '../base/command-fault.ts';
import { storeFailed } from '../base/explain-cloud-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson, formatTable } from '../base/terminal-text.ts';
import { readNewKeyRules } from './rules-in-force.ts';

export interface ListKeysOptions {
  readonly env?: string;
  readonly json?: boolean;
}

/** `unused`: no provider of the rules in force fetches this key. */
type State = KeyStatus | 'unused';

/** What --json prints of a key. Times are ISO 8601; `lastSeen` is a day. */
interface ShownKey {
  readonly provider: string;
  readonly state: State;
  readonly kid: string;
  readonly alg: string;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly thumbprint: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
}

/** Prints the keys, or those of one provider. Fails when Tablestore or the settings do. */
export async function listKeys(
  provider: string | undefined,
  { env, json = false }: ListKeysOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const settings = readCloudSettings(env, terminal);
  if (!settings.ok) return settings;
  const rows = openRows(openTablestore(settings.value));
  const rules = await readNewKeyRules(rows);
  if (!rules.ok) return storeFailed(rules.error);
  const keys = await readKeys(rows);
  if (!keys.ok) return storeFailed(keys.error);
  const shown = keys.value
    .filter((key) => provider === undefined || key.provider === provider)
    .map((key) => toShown(key, rules.value));
  if (json) terminal.out(formatJson({ format: 1, keys: shown }, 2));
  else if (shown.length === 0) terminal.out('No key was seen yet: vend sees keys when a token arrives.');
  else for (const line of formatTable(HEADINGS, shown.map(cellsOf))) terminal.out(line);
  return ok(undefined);
}

const toShown = (key: ListedKey, rules: NewKeyRules): ShownKey => ({
  provider: key.provider,
  state: stateOf(key, rules),
  kid: key.seen?.kid ?? '',
  alg: key.seen?.alg ?? '',
  firstSeen: key.seen?.firstSeen.toISOString() ?? null,
  lastSeen: key.seen?.lastSeen ?? null,
  thumbprint: key.thumbprint,
  decidedBy: key.decided?.decidedBy ?? null,
  decidedAt: key.decided?.decidedAt.toISOString() ?? null,
});

function stateOf({ provider, decided }: ListedKey, rules: NewKeyRules): State {
  const rule = rules.get(provider);
  return rule === undefined ? 'unused' : keyStatusOf(decided?.decision, rule);
}

/** The kid comes last, since it may be long. */
const HEADINGS = ['PROVIDER', 'STATE', 'ALG', 'FIRST SEEN', 'LAST SEEN', 'THUMBPRINT', 'KID'];

const cellsOf = ({ provider, state, kid, alg, firstSeen, lastSeen, thumbprint }: ShownKey) => [
  provider,
  state,
  alg,
  firstSeen?.slice(0, 'yyyy-mm-ddThh:mm'.length) ?? '-',
  lastSeen ?? '-',
  thumbprint,
  kid,
];
