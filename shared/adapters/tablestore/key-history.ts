// What vend knows and notes of issuers' keys. Notes each key once, by a put that expects no row, so that of all
// instances one says that it is new. Cannot decide about a key.

import type { ProviderId } from '../../kernel/names.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { KeyDecision, KeyObservation, PublishedKey } from '../../rules/values/issuer-key.ts';
import type { KeyHistory } from '../issuer-keys/key-history.ts';
import {
  decisionsOf,
  fromDecisionRow,
  fromSeenRow,
  LAST_SEEN,
  type SeenKey,
  sightingsOf,
  toSeenRow,
} from './key-rows.ts';
import { CATALOG, KEYS } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { TablestoreRows } from './tablestore-rows.ts';

/** An issuer makes a key a month at most; one that makes them by the thousand fills the table and everybody's memory. */
const MAX_REMEMBERED = 1_000;

type Rows = Pick<TablestoreRows, 'getRange' | 'putRowIf'>;

async function readSeen(
  rows: Rows,
  provider: ProviderId,
): Promise<Result<readonly SeenKey[], TablestoreFault>> {
  const answer = await rows.getRange(KEYS, ...sightingsOf(provider));
  return answer.ok ? ok(answer.value.map(fromSeenRow).filter((key) => key !== undefined)) : answer;
}

function latestOfKid(known: readonly SeenKey[], kid: string): SeenKey | undefined {
  const same = known.filter((key) => key.kid === kid && kid !== '');
  return same.toSorted((a, b) => a.firstSeen.getTime() - b.firstSeen.getTime()).at(-1);
}

/** Undefined when there is nothing to say: it was known, or another instance met it at the same moment. */
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

export function createKeyHistory(rows: Rows): KeyHistory {
  return {
    async decisions(provider) {
      const answer = await rows.getRange(CATALOG, ...decisionsOf(provider));
      if (!answer.ok) return err({ reason: 'store-failed', cause: answer.error.code });
      const decisions = new Map<string, KeyDecision>();
      for (const row of answer.value) {
        const decided = fromDecisionRow(row);
        // It may be the one that takes a key away.
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
