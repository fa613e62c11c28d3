// What is known of an identity provider's metadata: what a table keeps, or what its address says when that is due. The last metadata
// that could be used are kept: an instance that starts takes them from there, and they serve while their address does not answer,
// for a time.
import type { Clock } from '../../../../shared/kernel/clock.ts';
import type { Logger } from '../../../../shared/kernel/logger.ts';
import { ok, type Result } from '../../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../../shared/kernel/store-fault.ts';
import type { GoodMetadata, KeptMetadata, MetadataStore } from '../../../../shared/people/idp-metadata.ts';
import type { FetchDocument } from '../../../../shared/people/idp-port.ts';
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import {
  type KeyOwnerName,
  type PublishedKey,
  samlKeyOwner,
  type UnusableKey,
} from '../../../../shared/rules/values/issuer-key.ts';
import { isExpired } from '../protocol/check-conditions.ts';
import { serviceProvider } from '../protocol/service-provider.ts';
import { describeChanges } from './describe-changes.ts';
import {
  type FetchedMetadata,
  type FetchMetadataFault,
  type FollowedConnection,
  fetchMetadata,
} from './fetch-metadata.ts';

/** Between two attempts, so that forged responses do not turn Stint against the provider. */
const COOLDOWN_MS = 30_000;
/** The same while there is nothing to use, since every sign-in waits for it. */
const RETRY_MS = 2_000;
/**
 * The last good metadata serve this long while there are no newer ones: through a night in which the address does not answer, and
 * no longer, because a key that the provider gave up would count as well.
 */
const STALE_MS = 86_400_000;

export interface KeepMetadataDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly publicUrl: string;
  readonly store: MetadataStore;
  readonly fetch: FetchDocument;
  /** Notes that the keys are published, and tells the operator of new ones and unusable ones. */
  readonly observe: (
    owner: KeyOwnerName,
    keys: readonly PublishedKey[],
    at: Date,
    unusable: readonly UnusableKey[],
  ) => Promise<void>;
}

/** All that the metadata depend on: an edited address or entity id must not find the old metadata. */
export const sourceOf = ({
  metadataUrl,
  entityId,
  metadataCertificate,
  privateNetwork,
}: SamlConnection): string => JSON.stringify([metadataUrl, entityId, metadataCertificate, privateNetwork]);

/** Whether people can sign in by it. */
export function isUsable(good: GoodMetadata | undefined, now: Date): good is GoodMetadata {
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

/**
 * `flushed`: metadata that were read under an earlier number do not count. `isAsked`: they are read again before they are due,
 * unless that has just been tried.
 */
type FindKept = (
  connection: FollowedConnection,
  flushed: number,
  isAsked: boolean,
) => Promise<Result<KeptMetadata, StoreFault>>;

export function createKeptMetadata(deps: KeepMetadataDeps): FindKept {
  const { clock, logger, publicUrl, store, fetch, observe } = deps;

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
    await observe(samlKeyOwner(id), published, now, unusable);
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

  return async (connection, flushed, isAsked) => {
    const source = sourceOf(connection);
    const now = clock.now();
    const stored = await store.read(connection.id);
    if (!stored.ok) return stored;
    const { kept: found, version } = stored.value;
    const sameSource = found?.source === source ? found : undefined;
    // A flush drops what was read before it also while the address does not answer; what changed since is told all the same.
    const isCurrent = sameSource !== undefined && sameSource.flushed >= flushed;
    const before: KeptMetadata = isCurrent ? sameSource : { source, flushed, triedAt: new Date(0) };
    if (!isDue({ kept: before, isAsked }, now)) return ok(before);
    const previous = sameSource?.good;
    const kept = await readAgain(connection, before, previous, now);
    await keep(connection, previous, kept, version);
    return ok(kept);
  };
}
