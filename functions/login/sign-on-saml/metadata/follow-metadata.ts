// SAML connections with what their identity providers' metadata say now, and what administrators decided about their keys
// (`stint keys`), which holds for the certificates of the document as well. Both are read again after half a minute.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { createSingleFlight } from '../../../../shared/kernel/single-flight.ts';
import { type StoreFault, storeUnavailable } from '../../../../shared/kernel/store-fault.ts';
import type { KeptMetadata } from '../../../../shared/people/idp-metadata.ts';
import type { SignOnFailure } from '../../../../shared/people/sign-on-failure.ts';
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import { type KeyOwnerName, samlKeyOwner } from '../../../../shared/rules/values/issuer-key.ts';
import type { SamlMetadata } from '../../request/saml-metadata-port.ts';
import { isFollowed } from './fetch-metadata.ts';
import { createKeptMetadata, isUsable, type KeepMetadataDeps, sourceOf } from './keep-metadata.ts';
import { type Decisions, type KnownNow, notUsable, withMetadata, withoutMetadata } from './keys-in-force.ts';

/** How long an instance uses what it read from the table: approvals, revocations and other instances' readings are known then. */
const MEMORY_MS = 30_000;
/** The table, the fetch and the history of keys: each has a deadline of its own, and together they have this one. */
const DEADLINE_MS = 12_000;

interface SamlMetadataDeps extends KeepMetadataDeps {
  /** As for the keys of OpenID issuers. */
  readonly decisions: (owner: KeyOwnerName) => Promise<Result<Decisions, StoreFault>>;
}

interface Memory {
  /** Connection, source and flush. */
  readonly name: string;
  /** Undefined: the connection names no address for metadata. */
  readonly kept: KeptMetadata | undefined;
  readonly decisions: Decisions;
  readonly loadedAt: number;
}

/** For the instance: nothing is read before the first sign-in. */
export function createSamlMetadata(deps: SamlMetadataDeps): SamlMetadata {
  const { clock, decisions: readDecisions } = deps;
  const findKept = createKeptMetadata(deps);
  const memory = new Map<string, Memory>();
  const flight = createSingleFlight<Result<Memory, SignOnFailure>>(DEADLINE_MS, () =>
    err({ code: 'idp_unavailable', reason: 'idp-unreachable', cause: 'metadata-fetch-deadline' }),
  );

  async function load(
    name: string,
    connection: SamlConnection,
    flushed: number,
    isAsked: boolean,
  ): Promise<Result<Memory, SignOnFailure>> {
    const loadedAt = clock.now().getTime();
    const [kept, decisions] = await Promise.all([
      isFollowed(connection) ? findKept(connection, flushed, isAsked) : ok(undefined),
      readDecisions(samlKeyOwner(connection.id)),
    ]);
    if (!kept.ok) return err(storeUnavailable(kept.error));
    // A revocation could be missed.
    if (!decisions.ok) return err(storeUnavailable(decisions.error));
    return ok({ name, kept: kept.value, decisions: decisions.value, loadedAt });
  }

  async function current(
    connection: SamlConnection,
    flushed: number,
    isAsked: boolean,
  ): Promise<Result<Memory, SignOnFailure>> {
    const name = JSON.stringify([connection.id, sourceOf(connection), flushed]);
    const held = memory.get(connection.id);
    const known = held?.name === name ? held : undefined;
    const age = clock.now().getTime() - (known?.loadedAt ?? Number.NEGATIVE_INFINITY);
    const isFresh = age >= 0 && age < MEMORY_MS;
    const hasKeys = !isFollowed(connection) || isUsable(known?.kept?.good, clock.now());
    if (known && isFresh && hasKeys && !isAsked) return ok(known);
    const loaded = await flight.run(`${name}${isAsked}`, () => load(name, connection, flushed, isAsked));
    if (loaded.ok) memory.set(connection.id, loaded.value);
    return loaded;
  }

  async function find(connection: SamlConnection, flushed = 0, isAsked = false): Promise<KnownNow> {
    const found = await current(connection, flushed, isAsked);
    if (!found.ok) return found;
    const { kept, decisions } = found.value;
    if (!isFollowed(connection)) return withoutMetadata(connection, decisions);
    if (!isUsable(kept?.good, clock.now())) return notUsable(kept?.fault ?? 'metadata-read-expired');
    return withMetadata(connection, kept.good, decisions);
  }

  return {
    find: (connection, flushed) => find(connection, flushed),
    findAnew: (connection, flushed) => find(connection, flushed, true),
  };
}
