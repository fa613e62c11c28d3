// Issuers' keys, cached for each owner. An unknown kid refreshes behind a cooldown that is claimed before the
// fetch; while the issuer is down, known keys serve on for a bounded time.
import type { CryptoKey } from 'jose';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Clock, KeyFault, KeyOwner, KeySource } from '../ports.ts';
import { fetchKeySet, type KeySet } from './fetch-key-set.ts';

/** How soon a key that the issuer withdrew stops working. */
const FRESH_MS = 600_000;
/** How long known keys serve while the issuer does not answer: an outage, not a day. */
const STALE_MS = 3_600_000;
/** Between two fetches for one provider, so that made-up kids do not turn Stint against the issuer. */
const COOLDOWN_MS = 30_000;
/** After a failure with nothing cached: soon again, since every request is waiting for it. */
const RETRY_AFTER_FAILURE_MS = 2_000;

interface Entry {
  keys: KeySet | undefined;
  fetchedAt: number;
  triedAt: number;
  fault: KeyFault | undefined;
  pending: Promise<void> | undefined;
}

type Header = { readonly alg: string; readonly kid?: string };

/** Undefined when none fits, or when the one that fits is broken: either way the issuer has no such key. */
async function pick(keys: KeySet, header: Header): Promise<CryptoKey | undefined> {
  try {
    return (await keys(header)) as CryptoKey; // jose: a local set yields CryptoKey
  } catch {
    return undefined; // jose's own errors, and what importing a malformed key throws
  }
}

export function createRemoteKeySource(clock: Clock): KeySource {
  const entries = new Map<string, Entry>();

  const entryOf = (owner: KeyOwner): Entry => {
    // All that the keys depend on: an edited issuer or address must not find the old keys.
    const id = JSON.stringify([owner.id, owner.issuer, owner.jwksUri, owner.privateNetwork]);
    const entry = entries.get(id) ?? {
      keys: undefined,
      fetchedAt: Number.NEGATIVE_INFINITY,
      triedAt: Number.NEGATIVE_INFINITY,
      fault: undefined,
      pending: undefined,
    };
    entries.set(id, entry);
    return entry;
  };

  const fetchInto = async (entry: Entry, owner: KeyOwner): Promise<void> => {
    const askedAt = clock.now().getTime(); // the answer may lie in a frozen instance for an hour
    const fetched = await fetchKeySet(owner);
    if (fetched.ok) {
      entry.keys = fetched.value;
      entry.fetchedAt = askedAt;
    }
    entry.fault = fetched.ok ? undefined : fetched.error;
  };

  /** Concurrent callers share one fetch; within the cooldown nobody starts another. */
  const refresh = async (entry: Entry, owner: KeyOwner): Promise<void> => {
    const now = clock.now().getTime();
    const cooldown = entry.fault && !entry.keys ? RETRY_AFTER_FAILURE_MS : COOLDOWN_MS;
    if (!entry.pending && now - entry.triedAt >= cooldown) {
      entry.triedAt = now;
      entry.pending = fetchInto(entry, owner).finally(() => {
        entry.pending = undefined;
      });
    }
    await entry.pending;
  };

  const usable = (entry: Entry): Result<KeySet, KeyFault> => {
    const age = clock.now().getTime() - entry.fetchedAt;
    if (entry.keys && age < STALE_MS) return ok(entry.keys);
    return err(entry.fault ?? { reason: 'keys-unreachable', cause: 'keys-too-old' });
  };

  return {
    async find(owner, header) {
      const entry = entryOf(owner);
      if (clock.now().getTime() - entry.fetchedAt >= FRESH_MS) await refresh(entry, owner);
      const cached = usable(entry);
      if (!cached.ok) return cached;
      const key = await pick(cached.value, header);
      if (key) return ok(key);
      await refresh(entry, owner);
      const fresh = usable(entry);
      const found = fresh.ok ? await pick(fresh.value, header) : undefined;
      return found ? ok(found) : err(entry.fault ?? { reason: 'key-unknown', cause: 'kid' });
    },
  };
}
