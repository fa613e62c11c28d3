// Issuers' keys as administrators see them and decide about them. Vend may not write what is written here.
import { err, ok, type Result } from '../../kernel/result.ts';
import {
  DECISIONS,
  type Decided,
  fromDecisionRow,
  fromSeenRow,
  type SeenKey,
  SIGHTINGS,
  toDecisionRow,
} from './key-rows.ts';
import { CATALOG, KEYS } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { TablestoreRows } from './tablestore-rows.ts';
import { putInBatches } from './write-in-batches.ts';

export interface ListedKey {
  readonly provider: string;
  readonly thumbprint: string;
  /** Undefined for a key that was decided about before any instance saw it. */
  readonly seen: SeenKey | undefined;
  readonly decided: Decided | undefined;
}

type KeyName = Pick<ListedKey, 'provider' | 'thumbprint'>;
const nameOf = ({ provider, thumbprint }: KeyName): string => `${provider}|${thumbprint}`;
const keyOf = ({ provider, thumbprint }: KeyName): KeyName => ({ provider, thumbprint });

/** Those that nobody saw come last. */
const timeOf = ({ seen }: ListedKey): number => seen?.firstSeen.getTime() ?? Number.MAX_SAFE_INTEGER;

function byProviderAndTime(a: ListedKey, b: ListedKey): number {
  if (a.provider !== b.provider) return a.provider < b.provider ? -1 : 1;
  return timeOf(a) - timeOf(b);
}

/** In the order in which they were first seen, provider by provider. */
export async function readKeys(
  rows: Pick<TablestoreRows, 'getRange'>,
): Promise<Result<readonly ListedKey[], TablestoreFault>> {
  const [sightings, decisions] = await Promise.all([
    rows.getRange(KEYS, ...SIGHTINGS),
    rows.getRange(CATALOG, ...DECISIONS),
  ]);
  if (!sightings.ok) return sightings;
  if (!decisions.ok) return decisions;
  const keys = new Map<string, ListedKey>();
  for (const seen of sightings.value.map(fromSeenRow)) {
    if (seen) keys.set(nameOf(seen), { ...keyOf(seen), seen, decided: undefined });
  }
  for (const decided of decisions.value.map(fromDecisionRow)) {
    if (!decided) return err({ code: 'KeyDecisionUnreadable', requestId: undefined });
    keys.set(nameOf(decided), { ...keyOf(decided), seen: keys.get(nameOf(decided))?.seen, decided });
  }
  return ok([...keys.values()].sort(byProviderAndTime));
}

export const writeDecisions = (rows: TablestoreRows, decided: readonly Decided[]) =>
  putInBatches(rows, decided.map(toDecisionRow), () => undefined);
