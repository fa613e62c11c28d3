// Issuers' keys as rows. Vend notes in table `keys` which keys it saw; administrators decide in table `catalog`, which vend
// cannot write: the function that meets a new key cannot approve it.
import * as z from 'zod';
import { err, ok, type Result } from '../../kernel/result.ts';
import type {
  KeyDecision,
  KeyObservation,
  KeyOwnerName,
  PublishedKey,
} from '../../rules/values/issuer-key.ts';
import type { KeyHistory } from '../issuer-keys/observe-keys.ts';
import { CATALOG, KEYS } from './tables.ts';
import { type TablestoreFault, toStoreFault } from './tablestore-fault.ts';
import type { Row, RowWrite, TablestoreRows } from './tablestore-rows.ts';
import { putInBatches } from './write-in-batches.ts';

type Range = readonly [from: string, to: string];

/** `}` follows `|` in byte order. The kinds of revisions have a slash and cannot start this way. */
const DECISIONS: Range = ['key|', 'key}'];
const decisionsOf = (provider: KeyOwnerName): Range => [`key|${provider}|`, `key|${provider}}`];

/** No character of a provider's id comes before `!`, so no longer id lies between. */
const sightingsOf = (provider: KeyOwnerName): Range => [provider, `${provider}!`];
/** `{` follows the last letter. */
const SIGHTINGS: Range = ['0', '{'];

/** A kid may be any text of any length. */
const MAX_KID_CHARACTERS = 255;

interface SeenKey {
  readonly provider: string;
  readonly thumbprint: string;
  readonly kid: string;
  readonly alg: string;
  readonly firstSeen: Date;
  /** The day, in UTC. */
  readonly lastSeen: string;
}

const SeenColumns = z.object({
  kid: z.string(),
  alg: z.string(),
  first_seen: z.iso.datetime(),
  last_seen: z.iso.date(),
});

const LAST_SEEN = 'last_seen';

function toSeenRow({ provider, thumbprint, kid, alg, firstSeen, lastSeen }: SeenKey): RowWrite {
  const columns = {
    kid: kid.slice(0, MAX_KID_CHARACTERS),
    alg,
    first_seen: firstSeen.toISOString(),
    [LAST_SEEN]: lastSeen,
  };
  return { table: KEYS, key: [provider, thumbprint], columns };
}

function fromSeenRow({ key: [provider = '', thumbprint = ''], columns }: Row): SeenKey | undefined {
  const parsed = SeenColumns.safeParse(columns);
  if (!parsed.success) return undefined;
  const { kid, alg, first_seen, last_seen } = parsed.data;
  return { provider, thumbprint, kid, alg, firstSeen: new Date(first_seen), lastSeen: last_seen };
}

interface Decided {
  readonly provider: string;
  readonly thumbprint: string;
  readonly decision: KeyDecision;
  readonly decidedAt: Date;
  readonly decidedBy: string;
}

const DecisionColumns = z.object({
  decision: z.enum(['approved', 'revoked']),
  decided_at: z.iso.datetime(),
  decided_by: z.string(),
});

function toDecisionRow({ provider, thumbprint, decision, decidedAt, decidedBy }: Decided): RowWrite {
  const columns = { decision, decided_at: decidedAt.toISOString(), decided_by: decidedBy };
  return { table: CATALOG, key: [`key|${provider}|`, thumbprint], columns };
}

function fromDecisionRow({ key: [kind = '', thumbprint = ''], columns }: Row): Decided | undefined {
  const parsed = DecisionColumns.safeParse(columns);
  if (!parsed.success) return undefined;
  const { decision, decided_at, decided_by } = parsed.data;
  const provider = kind.split('|')[1] ?? '';
  return { provider, thumbprint, decision, decidedAt: new Date(decided_at), decidedBy: decided_by };
}

/** For one provider. Issuers make a key a month at most; thousands of them would fill the table and the memory of vend. */
const MAX_REMEMBERED = 1_000;

type Rows = Pick<TablestoreRows, 'getRange' | 'putRowIf'>;

async function readSeen(
  rows: Rows,
  provider: KeyOwnerName,
): Promise<Result<readonly SeenKey[], TablestoreFault>> {
  const answer = await rows.getRange(KEYS, ...sightingsOf(provider));
  return answer.ok ? ok(answer.value.map(fromSeenRow).filter((key) => key !== undefined)) : answer;
}

function latestOfKid(known: readonly SeenKey[], kid: string): SeenKey | undefined {
  const same = known.filter((key) => key.kid === kid && kid !== '');
  return same.toSorted((a, b) => a.firstSeen.getTime() - b.firstSeen.getTime()).at(-1);
}

/** Undefined when there is nothing to report: the key was known, or another instance noted it at the same moment. */
async function note(
  rows: Rows,
  seen: SeenKey,
  known: readonly SeenKey[],
  key: PublishedKey,
): Promise<KeyObservation | undefined> {
  const before = known.find(({ thumbprint }) => thumbprint === seen.thumbprint);
  if (before?.lastSeen === seen.lastSeen) return undefined;
  if (!before && known.length >= MAX_REMEMBERED) return { what: 'unrecorded', key, cause: 'too-many-keys' };
  const row = toSeenRow({ ...seen, firstSeen: before?.firstSeen ?? seen.firstSeen });
  const written = await rows.putRowIf(row, before ? { column: LAST_SEEN, value: before.lastSeen } : 'absent');
  if (!written.ok) return { what: 'unrecorded', key, cause: written.error.code };
  if (before || written.value === 'conflict') return undefined;
  const sameKid = latestOfKid(known, seen.kid);
  return sameKid ? { what: 'changed', key, before: sameKid.thumbprint } : { what: 'new', key };
}

/** Vend's side. Each key is noted once, by a put that expects no row, so that only one instance reports it as new. */
export function createKeyHistory(rows: Rows): KeyHistory {
  return {
    async decisions(provider) {
      const answer = await rows.getRange(CATALOG, ...decisionsOf(provider));
      if (!answer.ok) return toStoreFault(answer.error);
      const decisions = new Map<string, KeyDecision>();
      for (const row of answer.value) {
        const decided = fromDecisionRow(row);
        // The decision may be a revocation.
        if (!decided) return err({ reason: 'rules-unreadable', cause: 'key-decision' });
        decisions.set(decided.thumbprint, decided.decision);
      }
      return ok(decisions);
    },

    async see(provider, keys, at) {
      const known = await readSeen(rows, provider);
      const lastSeen = at.toISOString().slice(0, 'yyyy-mm-dd'.length);
      const news: KeyObservation[] = [];
      for (const key of keys) {
        const { thumbprint, kid, alg } = key;
        const seen = { provider, thumbprint, kid, alg, firstSeen: at, lastSeen };
        const said: KeyObservation | undefined = known.ok
          ? await note(rows, seen, known.value, key)
          : { what: 'unrecorded', key, cause: known.error.code };
        if (said) news.push(said);
      }
      return news;
    },
  };
}

export interface ListedKey {
  readonly provider: string;
  readonly thumbprint: string;
  /** Undefined for a key that an administrator decided about before an instance saw it. */
  readonly seen: SeenKey | undefined;
  readonly decided: Decided | undefined;
}

type KeyName = Pick<ListedKey, 'provider' | 'thumbprint'>;
const nameOf = ({ provider, thumbprint }: KeyName): string => `${provider}|${thumbprint}`;
const keyOf = ({ provider, thumbprint }: KeyName): KeyName => ({ provider, thumbprint });

/** Keys that no instance has seen come last. */
const timeOf = ({ seen }: ListedKey): number => seen?.firstSeen.getTime() ?? Number.MAX_SAFE_INTEGER;

function byProviderAndTime(a: ListedKey, b: ListedKey): number {
  if (a.provider !== b.provider) return a.provider < b.provider ? -1 : 1;
  return timeOf(a) - timeOf(b);
}

/** The administrators' side: all keys with their decisions, by provider and by the time when they were first seen. */
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

/** Writes decisions; vend has no permission for this table's rows. */
export const writeDecisions = (rows: TablestoreRows, decided: readonly Decided[]) =>
  putInBatches(rows, decided.map(toDecisionRow), () => undefined);
