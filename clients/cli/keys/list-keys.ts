// `stint keys`: the keys that issuers were seen to publish, and what becomes of each.

import { type ListedKey, readKeys } from '../../../shared/adapters/tablestore/key-ledger.ts';
import type { TablestoreFault } from '../../../shared/adapters/tablestore/tablestore-fault.ts';
import { openRows, type TablestoreRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { Rules } from '../../../shared/rules/document/rules.ts';
import { type KeyStatus, keyStatusOf } from '../../../shared/rules/values/key-standing.ts';
import { readCloudSettings } from '../base/cloud-settings.ts';
import { EXIT, type ExitCode } from '../base/exit-code.ts';
import { formatTable } from '../base/lay-out-table.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { explainStoreFault } from '../documents/explain-apply-fault.ts';
import { readRulesInForce } from './rules-in-force.ts';

export interface ListKeysOptions {
  readonly env?: string;
  readonly json?: boolean;
}

/** `unused`: no provider of the rules in force fetches it. */
type State = KeyStatus | 'unused';

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

function stateOf({ provider, decided }: ListedKey, { providersById }: Rules): State {
  const owner = providersById.get(provider);
  return owner && 'newKeys' in owner ? keyStatusOf(decided?.decision, owner.newKeys) : 'unused';
}

const toShown = (key: ListedKey, rules: Rules): ShownKey => ({
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

const HEADINGS = ['PROVIDER', 'STATE', 'ALG', 'FIRST SEEN', 'LAST SEEN', 'THUMBPRINT', 'KID'];

/** The kid comes last, since it may be long. */
const cellsOf = ({ provider, state, kid, alg, firstSeen, lastSeen, thumbprint }: ShownKey) => [
  provider,
  state,
  alg,
  firstSeen?.slice(0, 'yyyy-mm-ddThh:mm'.length) ?? '-',
  lastSeen ?? '-',
  thumbprint,
  kid,
];

interface KeysAndRules {
  readonly rules: Rules;
  readonly keys: readonly ListedKey[];
}

async function readKeysAndRules(rows: TablestoreRows): Promise<Result<KeysAndRules, TablestoreFault>> {
  const rules = await readRulesInForce(rows);
  if (!rules.ok) return rules;
  const keys = await readKeys(rows);
  return keys.ok ? ok({ rules: rules.value, keys: keys.value }) : keys;
}

export async function listKeys(
  provider: string | undefined,
  { env, json = false }: ListKeysOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const settings = readCloudSettings(env, terminal);
  if (!settings.ok) {
    terminal.note(settings.error);
    return EXIT.usage;
  }
  const read = await readKeysAndRules(openRows(openTablestore(settings.value)));
  if (!read.ok) {
    terminal.note(explainStoreFault(read.error));
    return EXIT.service;
  }
  const { rules, keys } = read.value;
  const shown = keys
    .filter((key) => provider === undefined || key.provider === provider)
    .map((key) => toShown(key, rules));
  if (json) terminal.out(formatJson({ format: 1, keys: shown }, 2));
  else if (shown.length === 0) terminal.out('No key was seen yet: vend sees keys when a token arrives.');
  else for (const line of formatTable(HEADINGS, shown.map(cellsOf))) terminal.out(line);
  return EXIT.ok;
}
