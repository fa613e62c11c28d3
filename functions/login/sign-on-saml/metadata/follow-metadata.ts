// SAML connections with what their identity providers' metadata say now. The last metadata that could be used are kept in a table
// and in memory: an instance that starts takes them from there, and they serve while their address does not answer, for a time.
// What administrators decided about a key (`stint keys`) is read with them, as for the keys of OpenID issuers.
import type { Clock } from '../../../../shared/kernel/clock.ts';
import type { Logger } from '../../../../shared/kernel/logger.ts';
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { createSingleFlight } from '../../../../shared/kernel/single-flight.ts';
import { type StoreFault, storeUnavailable } from '../../../../shared/kernel/store-fault.ts';
import type { GoodMetadata, KeptMetadata, MetadataStore } from '../../../../shared/people/idp-metadata.ts';
import type { FetchDocument } from '../../../../shared/people/idp-port.ts';
import type { SignOnFailure } from '../../../../shared/people/sign-on-failure.ts';
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import {
  type KeyOwnerName,
  type PublishedKey,
  samlKeyOwner,
  type UnusableKey,
} from '../../../../shared/rules/values/issuer-key.ts';
import type { SamlMetadata } from '../../request/saml-metadata-port.ts';
import { isExpired } from '../protocol/check-conditions.ts';
import { serviceProvider } from '../protocol/service-provider.ts';
import { describeChanges } from './describe-changes.ts';
import {
  type FetchedMetadata,
  type FetchMetadataFault,
  type FollowedConnection,
  fetchMetadata,
} from './fetch-metadata.ts';
import { type Decisions, type KnownNow, notUsable, withMetadata, withoutMetadata } from './keys-in-force.ts';

/** How long an instance uses what it read from the table: approvals, revocations and other instances' readings are known then. */
const MEMORY_MS = 30_000;
/** Between two attempts, so that forged responses do not turn Stint against the provider. */
const COOLDOWN_MS = 30_000;
/** The same while there is nothing to use, since every sign-in waits for it. */
const RETRY_MS = 2_000;
/**
 * The last good metadata serve this long while there are no newer ones: through a night in which the address does not answer, and
 * no longer, because a key that the provider gave up would count as well.
 */
const STALE_MS = 86_400_000;
/** The table, the fetch and the history of keys: each has a deadline of its own, and together they have this one. */
const DEADLINE_MS = 12_000;

/** The port to the history of keys and the decisions about them, as for the keys of OpenID issuers. */
interface WatchedKeys {
  decisions(owner: KeyOwnerName): Promise<Result<Decisions, StoreFault>>;
  /** Notes that the keys are published, and tells the operator of new ones and unusable ones. */
  observe(
    owner: KeyOwnerName,
    keys: readonly PublishedKey[],
    at: Date,
    unusable: readonly UnusableKey[],
  ): Promise<void>;
}

interface SamlMetadataDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly publicUrl: string;
  readonly store: MetadataStore;
  readonly keys: WatchedKeys;
  readonly fetch: FetchDocument;
}

interface Memory {
  /** Connection, source and flush. */
  readonly name: string;
  readonly kept: KeptMetadata;
  readonly decisions: Decisions;
  readonly loadedAt: number;
}

/** All that the metadata depend on: an edited address or entity id must not find the old metadata. */
const sourceOf = ({
  metadataUrl,
  entityId,
  metadataCertificate,
  privateNetwork,
}: FollowedConnection): string =>
  JSON.stringify([metadataUrl, entityId, metadataCertificate, privateNetwork]);

function isUsable(good: GoodMetadata | undefined, now: Date): good is GoodMetadata {
  if (!good || now.getTime() - good.readAt.getTime() >= STALE_MS) return false;
  return good.validUntil === undefined || !isExpired(good.validUntil, now);
}

function isDue(
  { kept, isAsked }: { readonly kept: KeptMetadata; readonly isAsked: boolean },
  now: Date,
): boolean {
  const { good, triedAt } = kept;
  const cooldown = isUsable(good, now) ? COOLDOWN_MS : RETRY_MS;
  if (Math.abs(now.getTime() - triedAt.getTime()) < cooldown) return false;
  return isAsked || !isUsable(good, now) || now >= good.dueAt;
}

/** What is kept after a successful reading. */
function keptAfter(before: GoodMetadata | undefined, read: FetchedMetadata, now: Date): GoodMetadata {
  const { certificates, unusable, ssoUrl, sloUrl, wantsSignedRequests, validUntil, dueAt } = read;
  const after: GoodMetadata = {
    readAt: now,
    dueAt,
    certificates: [...certificates],
    leftOut: [...new Set(unusable.map(({ cause }) => cause))],
    wantsSignedRequests,
    ...(ssoUrl === undefined ? {} : { ssoUrl }),
    ...(sloUrl === undefined ? {} : { sloUrl }),
    ...(validUntil === undefined ? {} : { validUntil }),
  };
  const isChanged = before !== undefined && describeChanges(before, after).length > 0;
  const changedAt = isChanged ? now : before?.changedAt;
  return changedAt === undefined ? after : { ...after, changedAt };
}

const causeOf = ({ step, fault }: FetchMetadataFault): string => `metadata-${step}-${fault}`;

/** For the instance: nothing is read before the first sign-in. */
export function createSamlMetadata(deps: SamlMetadataDeps): SamlMetadata {
  const { clock, logger, publicUrl, store, keys, fetch } = deps;
  const memory = new Map<string, Memory>();
  const flight = createSingleFlight<Result<Memory, SignOnFailure>>(DEADLINE_MS, () =>
    err({ code: 'idp_unavailable', reason: 'idp-unreachable', cause: 'metadata-fetch-deadline' }),
  );

  async function readAgain(
    connection: FollowedConnection,
    kept: KeptMetadata,
    previous: GoodMetadata | undefined,
    now: Date,
  ): Promise<KeptMetadata> {
    const { id } = connection;
    const { entityId } = serviceProvider(connection, publicUrl);
    const read = await fetchMetadata(connection, entityId, now, fetch);
    const { fault: _, ...before } = { ...kept, triedAt: now };
    if (!read.ok) {
      const cause = causeOf(read.error);
      logger.log('warn', 'saml-metadata-unread', { connection: id, cause });
      return { ...before, fault: cause };
    }
    const { certificates, unusable } = read.value;
    const published = certificates.map(({ thumbprint, fingerprint }) => ({
      thumbprint,
      kid: fingerprint,
      alg: 'RSA',
    }));
    await keys.observe(samlKeyOwner(id), published, now, unusable);
    return { ...before, good: keptAfter(previous, read.value, now) };
  }

  /** The one instance whose write succeeds tells what changed. */
  async function keep(
    { id }: FollowedConnection,
    before: GoodMetadata | undefined,
    after: KeptMetadata,
    version: string | undefined,
  ): Promise<void> {
    const written = await store.write(id, after, version);
    if (!written.ok)
      logger.log('error', 'saml-metadata-unkept', { connection: id, cause: written.error.cause });
    if (written.ok && written.value === 'conflict') return;
    const changes = before && after.good ? describeChanges(before, after.good) : [];
    for (const change of changes) logger.log('warn', 'saml-metadata-changed', { connection: id, ...change });
  }

  async function load(
    name: string,
    connection: FollowedConnection,
    flushed: number,
    isAsked: boolean,
  ): Promise<Result<Memory, SignOnFailure>> {
    const { id } = connection;
    const source = sourceOf(connection);
    const now = clock.now();
    const [stored, decisions] = await Promise.all([store.read(id), keys.decisions(samlKeyOwner(id))]);
    if (!stored.ok) return err(storeUnavailable(stored.error));
    // A revocation could be missed.
    if (!decisions.ok) return err(storeUnavailable(decisions.error));
    const { kept: found, version } = stored.value;
    const sameSource = found?.source === source ? found : undefined;
    // A flush drops what was read before it also while the address does not answer; what changed since is told all the same.
    const isCurrent = sameSource !== undefined && sameSource.flushed >= flushed;
    const before: KeptMetadata = isCurrent ? sameSource : { source, flushed, triedAt: new Date(0) };
    const previous = sameSource?.good;
    const isRead = isDue({ kept: before, isAsked }, now);
    const kept = isRead ? await readAgain(connection, before, previous, now) : before;
    if (isRead) await keep(connection, previous, kept, version);
    return ok({ name, kept, decisions: decisions.value, loadedAt: now.getTime() });
  }

  async function current(
    connection: FollowedConnection,
    flushed: number,
    isAsked: boolean,
  ): Promise<Result<Memory, SignOnFailure>> {
    const name = JSON.stringify([connection.id, sourceOf(connection), flushed]);
    const held = memory.get(connection.id);
    const known = held?.name === name ? held : undefined;
    const age = clock.now().getTime() - (known?.loadedAt ?? Number.NEGATIVE_INFINITY);
    const isFresh =
      known !== undefined && age >= 0 && age < MEMORY_MS && isUsable(known.kept.good, clock.now());
    if (isFresh && !isAsked) return ok(known);
    const loaded = await flight.run(`${name}${isAsked}`, () => load(name, connection, flushed, isAsked));
    if (loaded.ok) memory.set(connection.id, loaded.value);
    return loaded;
  }

  async function find(connection: SamlConnection, flushed = 0, isAsked = false): Promise<KnownNow> {
    const { metadataUrl } = connection;
    if (metadataUrl === undefined) {
      const decisions = await keys.decisions(samlKeyOwner(connection.id));
      return decisions.ok
        ? withoutMetadata(connection, decisions.value)
        : err(storeUnavailable(decisions.error));
    }
    const followed = { ...connection, metadataUrl };
    const found = await current(followed, flushed, isAsked);
    if (!found.ok) return found;
    const { kept, decisions } = found.value;
    if (!isUsable(kept.good, clock.now())) return notUsable(kept.fault ?? 'metadata-read-expired');
    return withMetadata(followed, kept.good, decisions);
  }

  return {
    find: (connection, flushed) => find(connection, flushed),
    findAnew: (connection, flushed) => find(connection, flushed, true),
  };
}
