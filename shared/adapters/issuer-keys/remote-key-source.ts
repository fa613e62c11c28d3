// Issuers' keys, cached for each provider. An unknown kid causes a refresh at once, however young the keys are: the issuer may have
// just taken a new key into use. The next unknown kid waits for a cooldown, which starts before the fetch.
// While the issuer is down, known keys serve for a bounded time. A key that is held or revoked is never given.

import type { KeyFault, KeyOwner, KeySource } from '../../identity/key-source.ts';
import type { Clock } from '../../kernel/clock.ts';
import { MAX_WAITING_FOR_ONE } from '../../kernel/requests-at-once.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { createSingleFlight } from '../../kernel/single-flight.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import type { KeyDecision } from '../../rules/values/issuer-key.ts';
import { fetchKeySet, type IssuerKey, type PublishedSet } from './fetch-key-set.ts';
import { type JudgedKeys, judgeKeys, pickJudged } from './key-set.ts';
import type { KeyHistory, ObserveKeys } from './observe-keys.ts';

/** A key that the issuer withdrew, or that an administrator revoked, stops working after this time. */
const FRESH_MS = 600_000;
/** Known keys serve this long while the issuer does not answer: for an outage, not for a day. */
const STALE_MS = 3_600_000;
/** Between two fetches for unknown kids of one provider, so that made-up ones do not turn Stint against the issuer. */
const COOLDOWN_MS = 30_000;
/** After a failure with nothing cached: soon again, since every request is waiting for it. */
const RETRY_AFTER_FAILURE_MS = 2_000;
/** Discovery, the set and what the store knows of it: each has a deadline of its own, and together they have this one. */
const REFRESH_DEADLINE_MS = 12_000;

interface Entry {
  readonly name: string;
  readonly flushed: number;
  published: readonly IssuerKey[];
  keys: JudgedKeys | undefined;
  fetchedAt: number;
  triedAt: number;
  /** When an unknown kid caused a fetch last. */
  missedAt: number;
  fault: KeyFault | undefined;
}

type Fetched = Result<PublishedSet, KeyFault>;
type Decisions = Result<ReadonlyMap<string, KeyDecision>, StoreFault>;

const faultOf = (fetched: Fetched, decisions: Decisions): KeyFault | undefined => {
  if (!decisions.ok) return { reason: 'keys-unreachable', cause: `decisions-${decisions.error.cause}` };
  return fetched.ok ? undefined : fetched.error;
};

/** Without the decisions a revocation could be missed: then nothing changes, and the known keys grow old. */
function take(
  entry: Entry,
  { newKeys = 'accept' }: KeyOwner,
  fetched: Fetched,
  decisions: Decisions,
  at: number,
): void {
  entry.fault = faultOf(fetched, decisions);
  if (!decisions.ok) return;
  if (fetched.ok) {
    entry.published = fetched.value.keys;
    entry.fetchedAt = at;
  }
  if (fetched.ok || entry.keys) entry.keys = judgeKeys(entry.published, decisions.value, newKeys);
}

/** Gives the cached entry of a provider, or an empty one where nothing is known or all was flushed. */
function createEntries(): (owner: KeyOwner) => Entry {
  const entries = new Map<string, Entry>();
  return ({ id, issuer, jwksUri, privateNetwork, newKeys, flushed = 0 }) => {
    // All that the keys depend on: an edited issuer, address or rule for new keys must not find the old keys.
    const name = JSON.stringify([id, issuer, jwksUri, privateNetwork, newKeys]);
    const known = entries.get(name);
    // A flush drops the known keys also while the issuer is down: they are what the operator wants to be rid of.
    if (known && known.flushed >= flushed) return known;
    const entry: Entry = {
      name,
      flushed,
      published: [],
      keys: undefined,
      fetchedAt: Number.NEGATIVE_INFINITY,
      triedAt: Number.NEGATIVE_INFINITY,
      missedAt: Number.NEGATIVE_INFINITY,
      fault: undefined,
    };
    entries.set(name, entry);
    return entry;
  };
}

export interface KeyWatch {
  readonly history: Pick<KeyHistory, 'decisions'>;
  readonly observe: ObserveKeys;
}

/**
 * The port to issuers' keys. `key-unknown`: the issuer publishes no such key; `key-held` and `key-revoked`: it does,
 * but the key must not be used; other faults: the keys could not be read.
 */
export function createRemoteKeySource(clock: Clock, { history, observe }: KeyWatch): KeySource {
  const entryOf = createEntries();
  const refreshes = createSingleFlight<'done' | 'late'>(REFRESH_DEADLINE_MS, () => 'late');

  const fetchInto = async (entry: Entry, owner: KeyOwner, signal: AbortSignal): Promise<'done'> => {
    const askedAt = clock.now(); // the answer may lie in a frozen instance for an hour
    const [fetched, decisions] = await Promise.all([fetchKeySet(owner), history.decisions(owner.id)]);
    if (signal.aborted) return 'done'; // another refresh may have brought something newer
    take(entry, owner, fetched, decisions, askedAt.getTime());
    // Later requests already get the keys; only the requests that are waiting wait for this as well.
    if (fetched.ok) await observe(owner.id, fetched.value.keys, askedAt, fetched.value.unusable);
    return 'done';
  };

  /** A fetch for an unknown kid does not wait for one that was made for the keys' age, unless that failed. */
  const mayFetch = (entry: Entry, why: 'age' | 'unknown-kid', now: number): boolean => {
    const cooldown = entry.fault && !entry.keys ? RETRY_AFTER_FAILURE_MS : COOLDOWN_MS;
    const last = why === 'age' || entry.fault ? entry.triedAt : entry.missedAt;
    return now - last >= cooldown;
  };

  /** Requests that wait for issuers. While one is silent, anyone could send tokens of it. */
  let waiting = 0;

  /** Concurrent callers share one fetch; within the cooldown no other fetch starts. Where too many wait, what is known must do. */
  const refresh = async (entry: Entry, owner: KeyOwner, why: 'age' | 'unknown-kid'): Promise<void> => {
    if (waiting >= MAX_WAITING_FOR_ONE) return;
    const now = clock.now().getTime();
    const refreshed = `${entry.flushed} ${entry.name}`;
    if (!refreshes.isUnderWay(refreshed)) {
      if (!mayFetch(entry, why, now)) return;
      entry.triedAt = now;
      if (why === 'unknown-kid') entry.missedAt = now;
    }
    const work = (signal: AbortSignal) => fetchInto(entry, owner, signal);
    waiting += 1;
    const ended = await refreshes.run(refreshed, work).finally(() => {
      waiting -= 1;
    });
    if (ended === 'late' && entry.fetchedAt < entry.triedAt)
      entry.fault = { reason: 'keys-unreachable', cause: 'deadline' };
  };

  const usable = (entry: Entry): Result<JudgedKeys, KeyFault> => {
    const age = clock.now().getTime() - entry.fetchedAt;
    if (entry.keys && age < STALE_MS) return ok(entry.keys);
    return err(entry.fault ?? { reason: 'keys-unreachable', cause: 'keys-too-old' });
  };

  return {
    async find(owner, header) {
      const entry = entryOf(owner);
      const isDue = clock.now().getTime() - entry.fetchedAt >= FRESH_MS;
      if (isDue) await refresh(entry, owner, 'age');
      const cached = usable(entry);
      if (!cached.ok) return cached;
      const found = await pickJudged(cached.value, header);
      if (found?.ok) return found;
      // The issuer may publish it by now, or an administrator may have approved it. What was read just now needs no second look.
      if (!isDue) await refresh(entry, owner, 'unknown-kid');
      const fresh = usable(entry);
      const again = fresh.ok ? await pickJudged(fresh.value, header) : undefined;
      return again ?? err(entry.fault ?? { reason: 'key-unknown', cause: 'kid' });
    },
  };
}
