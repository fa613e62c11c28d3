// Brings one kind of stored keys up to date: makes the first, adds the next, carries out an order. All instances do this at once,
// with nothing between them but a conditional write, so that of those that come together one writes and the others read.
import type * as z from 'zod';
import type { Logger } from '../../../shared/kernel/logger.ts';
import {
  keysPlace,
  type OwnKeyKind,
  type PrivateKeyStore,
  type StoredKeys,
  type StoredSecrets,
} from '../../../shared/kernel/private-key-store.ts';
import { readJson } from '../../../shared/kernel/read-json.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { Seal } from '../../../shared/kernel/seal.ts';
import { Secret } from '../../../shared/kernel/secret.ts';

/** Why the keys cannot be used. `isOrdered`: an order is not carried out, so the keys in memory are not to be used either. */
export interface KeysFault {
  readonly reason: 'keys-unreachable' | 'keys-unreadable';
  readonly cause: string;
  readonly isOrdered: boolean;
}

interface KeyRing {
  readonly generation: number;
  readonly order?: string | undefined;
}

/** What is the same for session keys and SAML keys. */
export interface StoredKind<Ring extends KeyRing> {
  readonly kind: OwnKeyKind;
  readonly schema: z.ZodType<Ring>;
  /** Undefined: there is no need for keys yet. */
  readonly first: (generation: number, order: string | undefined, now: Date) => Ring | undefined;
  /** The ring after its next step; `order` is one that it has not carried out. Undefined: it stays as it is. */
  readonly advance: (ring: Ring, order: string | undefined, now: Date) => Ring | undefined;
  /** Whether an order makes new keys without a look at the ones that are there: they cannot be read, or an attacker may have them. */
  readonly startsAnew: boolean;
}

export interface SettleDeps {
  readonly store: PrivateKeyStore;
  readonly seal: Seal;
  readonly logger: Logger;
}

/** A ring as it was last read, so that a row that did not change costs no call of KMS. */
export interface KnownRing<Ring> {
  readonly sealed: string;
  readonly ring: Ring;
}

/** Each conflict means that another instance wrote. */
const ATTEMPTS = 5;

type Settled<Ring> = Result<KnownRing<Ring> | undefined, KeysFault>;

/** Whether the keys in memory are from before the order, whichever instance has carried it out. */
export function areGivenUp(
  kind: OwnKeyKind,
  { orders }: StoredSecrets,
  known: KnownRing<KeyRing> | undefined,
): boolean {
  const order = orders.get(kind);
  return known !== undefined && order !== undefined && order !== known.ring.order;
}

/** The keys to use from now on; undefined: there are none, and no need for any. `stored` is what was read last. */
export async function settleKeys<Ring extends KeyRing>(
  kind: StoredKind<Ring>,
  stored: StoredSecrets,
  known: KnownRing<Ring> | undefined,
  now: Date,
  deps: SettleDeps,
): Promise<Settled<Ring>> {
  let latest = stored;
  for (let i = 0; i < ATTEMPTS; i++) {
    const settled = await attempt(kind, latest, known, now, deps);
    if (settled !== 'conflict') return settled;
    const again = await deps.store.read();
    const isOrdered = areGivenUp(kind.kind, latest, known);
    if (!again.ok) return err({ reason: 'keys-unreachable', cause: again.error.cause, isOrdered });
    latest = again.value;
  }
  const isOrdered = areGivenUp(kind.kind, latest, known);
  return err({ reason: 'keys-unreachable', cause: 'conflict', isOrdered });
}

async function attempt<Ring extends KeyRing>(
  kind: StoredKind<Ring>,
  stored: StoredSecrets,
  known: KnownRing<Ring> | undefined,
  now: Date,
  deps: SettleDeps,
): Promise<Settled<Ring> | 'conflict'> {
  const row = stored.keys.get(kind.kind);
  const order = stored.orders.get(kind.kind);
  const pending = order !== undefined && order !== row?.order ? order : undefined;
  const before = Math.max(row?.generation ?? 0, known?.ring.generation ?? 0);
  const startAnew = () => {
    const made = kind.first(before + 1, order, now);
    return made ? write(kind, made, row, pending !== undefined, deps) : ok(undefined);
  };
  if (!row || (pending !== undefined && kind.startsAnew)) return startAnew();
  const opened = await open(kind, row, known, deps);
  // Without this an unreadable row, as after a KMS key was named, would keep login down: no one else may write or delete it.
  if (!opened.ok && opened.error.reason === 'keys-unreadable' && pending !== undefined) return startAnew();
  const isOrdered = pending !== undefined || areGivenUp(kind.kind, stored, known);
  if (!opened.ok) return err({ ...opened.error, isOrdered });
  const advanced = kind.advance(opened.value.ring, pending, now);
  if (!advanced) return opened;
  const written = await write(kind, advanced, row, pending !== undefined, deps);
  // A step of the timetable has a day; until then the keys that are there serve.
  if (written === 'conflict' || written.ok || pending !== undefined) return written;
  deps.logger.log('warn', 'keys-not-changed', { kind: kind.kind, cause: written.error.cause });
  return opened;
}

async function open<Ring extends KeyRing>(
  { kind, schema }: StoredKind<Ring>,
  row: StoredKeys,
  known: KnownRing<Ring> | undefined,
  { seal }: SettleDeps,
): Promise<Result<KnownRing<Ring>, Omit<KeysFault, 'isOrdered'>>> {
  // The columns beside the sealed text are not protected: a row that claims an order must not pass for the one in memory.
  const isKnown =
    known?.sealed === row.sealed &&
    known.ring.generation === row.generation &&
    known.ring.order === row.order;
  if (isKnown) return ok(known);
  const opened = await seal.open(keysPlace(kind), row.sealed);
  if (!opened.ok) {
    const reason = opened.error.kind === 'unreadable' ? 'keys-unreadable' : 'keys-unreachable';
    return err({ reason, cause: `${kind} ${opened.error.cause}` });
  }
  const ring = readJson(schema, opened.value.reveal());
  if (!ring || ring.generation !== row.generation || ring.order !== row.order)
    return err({ reason: 'keys-unreadable', cause: `${kind} malformed` });
  // An earlier row that was put back would bring back keys that were given up, unless an administrator had new ones made.
  const isOrdered = ring.order !== undefined && ring.order !== known?.ring.order;
  if (known && ring.generation < known.ring.generation && !isOrdered)
    return err({ reason: 'keys-unreadable', cause: `${kind} earlier-generation` });
  return ok({ sealed: row.sealed, ring });
}

async function write<Ring extends KeyRing>(
  { kind }: StoredKind<Ring>,
  ring: Ring,
  row: StoredKeys | undefined,
  isOrdered: boolean,
  { store, seal, logger }: SettleDeps,
): Promise<Result<KnownRing<Ring>, KeysFault> | 'conflict'> {
  const sealed = await seal.seal(keysPlace(kind), new Secret(JSON.stringify(ring)));
  if (!sealed.ok) return err({ reason: 'keys-unreachable', cause: sealed.error.cause, isOrdered });
  const { generation, order } = ring;
  const written = await store.write(kind, { sealed: sealed.value, generation, order }, row?.generation);
  if (!written.ok) return err({ reason: 'keys-unreachable', cause: written.error.cause, isOrdered });
  if (written.value === 'conflict') return 'conflict';
  logger.log('info', 'keys-written', { kind, generation, ordered: isOrdered ? 'yes' : 'no' });
  return ok({ sealed: sealed.value, ring });
}
