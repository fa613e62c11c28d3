// Login's own secrets in the memory of one instance: read at the first request, and read again when they have grown old. Function
// Compute freezes an instance between requests, so no timer does this; a request that comes to old keys waits for one read.
import type { Clock } from '../../../shared/kernel/clock.ts';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import { clientSecretPlace, type StoredSecrets } from '../../../shared/kernel/private-key-store.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { Secret } from '../../../shared/kernel/secret.ts';
import { createSingleFlight } from '../../../shared/kernel/single-flight.ts';
import type { SignOnStore } from '../../../shared/rules/sign-on/sign-on.ts';
import { ClientSecret, type ClientSecrets } from './client-secrets.ts';
import { needsSamlKey, type SamlKeyRing, storedSamlKeys } from './saml-key-ring.ts';
import { readSamlKeys, type SamlJwks, type SamlKeys } from './saml-key-set.ts';
import { type SessionKeyRing, STORED_SESSION_KEYS, sessionKeysAt } from './session-key-ring.ts';
import { readSessionKeys, type SessionJwks, type SessionKeys } from './session-key-set.ts';
import { areGivenUp, type KeysFault, type KnownRing, type SettleDeps, settleKeys } from './settle-keys.ts';

/** An order, a new client secret and a key of another instance are known after this time. */
const REFRESH_MS = 30_000;
/** After this time without a read, the keys in memory serve no more: an order to give them up may have been missed. */
const TRUSTED_MS = 300_000;
/** Between two attempts while the store or KMS is down, and between reads for a key that a stranger may have made up. */
const RETRY_MS = 2_000;
/** Tablestore, and KMS for each secret at once; each has a deadline of its own. */
const REFRESH_DEADLINE_MS = 12_000;

/** What the environment gives; it takes precedence over the tables. */
export interface FixedKeys {
  readonly sessionKeys: SessionJwks | undefined;
  readonly samlKeys: SamlJwks | undefined;
  readonly clientSecrets: ClientSecrets;
}

export interface OwnKeysDeps extends SettleDeps {
  readonly clock: Clock;
  readonly signOn: SignOnStore;
  readonly fixed: FixedKeys;
}

export interface OwnKeys {
  /** Before a request is served. Fails if there are no keys that can be trusted. */
  ready(): Promise<Result<void, KeysFault>>;
  /** Throws before the first success of `ready`. */
  readonly keys: SessionKeys;
  readonly samlKeys: SamlKeys;
  readonly secrets: ClientSecrets;
}

interface Memory {
  readonly sessionRing: KnownRing<SessionKeyRing> | undefined;
  readonly samlRing: KnownRing<SamlKeyRing> | undefined;
  /** By the sealed text. */
  readonly opened: ReadonlyMap<string, Secret<string>>;
  readonly session: SessionKeys;
  readonly saml: SamlKeys;
  readonly secrets: ClientSecrets;
  readonly readAt: number;
}

/** Those that cannot be opened are left out, and logged: their connections are refused, and no others. */
async function openSecrets(
  stored: StoredSecrets,
  memory: Memory | undefined,
  { seal, logger, fixed }: OwnKeysDeps,
): Promise<Pick<Memory, 'opened' | 'secrets'>> {
  const opened = new Map<string, Secret<string>>();
  const secrets = new Map<string, Secret<string>>();
  const open = async ([connection, sealed]: readonly [string, string]): Promise<void> => {
    if (!ConnectionId.safeParse(connection).success || fixed.clientSecrets.has(connection)) return;
    const name = `${connection} ${sealed}`;
    const known = memory?.opened.get(name);
    const read = known ? ok(known) : await seal.open(clientSecretPlace(connection), sealed);
    if (read.ok && ClientSecret.safeParse(read.value.reveal()).success) {
      opened.set(name, read.value);
      secrets.set(connection, read.value);
      return;
    }
    const cause = read.ok ? 'malformed' : read.error.cause;
    logger.log('error', 'client-secret-unreadable', { connection, cause });
  };
  await Promise.all([...stored.clientSecrets].map(open));
  return { opened, secrets: new Map([...secrets, ...fixed.clientSecrets]) };
}

const kidsOf = ({ signing, published, sealing }: SessionKeys): string =>
  JSON.stringify([signing.kid, published.map(({ kid }) => kid), sealing.map(({ kid }) => kid)]);

/** The same object while the keys stay the same: clients of identity providers are made anew where it differs. */
function sessionKeysFrom(
  ring: KnownRing<SessionKeyRing> | undefined,
  memory: Memory | undefined,
  { fixed, clock }: OwnKeysDeps,
  readAgain: () => Promise<SessionKeys>,
): SessionKeys {
  if (!ring) return memory?.session ?? readSessionKeys(fixed.sessionKeys ?? []);
  const keys = { ...sessionKeysAt(ring.ring, clock.now()), readAgain };
  return memory && kidsOf(memory.session) === kidsOf(keys) ? memory.session : keys;
}

async function load(
  memory: Memory | undefined,
  deps: OwnKeysDeps,
  readAgain: () => Promise<SessionKeys>,
  noteOrder: () => void,
): Promise<Result<Memory, KeysFault>> {
  const { store, clock, fixed, signOn } = deps;
  const now = clock.now();
  const stored = await store.read();
  if (!stored.ok) return err({ reason: 'keys-unreachable', cause: stored.error.cause, isOrdered: false });
  const isOrdered =
    areGivenUp('session-keys', stored.value, memory?.sessionRing) ||
    areGivenUp('saml-keys', stored.value, memory?.samlRing);
  if (isOrdered) noteOrder();
  const session = fixed.sessionKeys
    ? ok(undefined)
    : await settleKeys(STORED_SESSION_KEYS, stored.value, memory?.sessionRing, now, deps);
  if (!session.ok) return session;
  const saml = fixed.samlKeys
    ? ok(undefined)
    : await settleKeys(storedSamlKeys(await needsSamlKey(signOn)), stored.value, memory?.samlRing, now, deps);
  if (!saml.ok) {
    // The session keys in memory were given up, by this read or by another instance: a fault of other keys must not keep them.
    const isGivenUp = session.value?.ring.order !== memory?.sessionRing?.ring.order;
    return err({ ...saml.error, isOrdered: saml.error.isOrdered || isGivenUp });
  }
  const secrets = await openSecrets(stored.value, memory, deps);
  const isSamlKnown = memory !== undefined && memory.samlRing === saml.value;
  return ok({
    sessionRing: session.value,
    samlRing: saml.value,
    session: sessionKeysFrom(session.value, memory, deps, readAgain),
    saml: isSamlKnown ? memory.saml : readSamlKeys(saml.value?.ring.keys ?? fixed.samlKeys ?? []),
    ...secrets,
    readAt: now.getTime(),
  });
}

/** With session keys of the environment a deployment works without the tables, as it did before there were any. */
function withoutTables({ fixed }: OwnKeysDeps): Memory | undefined {
  if (!fixed.sessionKeys) return undefined;
  return {
    sessionRing: undefined,
    samlRing: undefined,
    opened: new Map(),
    session: readSessionKeys(fixed.sessionKeys),
    saml: readSamlKeys(fixed.samlKeys ?? []),
    secrets: fixed.clientSecrets,
    readAt: Number.NEGATIVE_INFINITY,
  };
}

/** The keys of this instance. Nothing is read before the first call of `ready`. */
export function createOwnKeys(deps: OwnKeysDeps): OwnKeys {
  const { clock, logger, fixed } = deps;
  /** Whether the read that is under way has seen an order: to carry it out may take longer than the deadline. */
  let hasSeenOrder = false;
  const flight = createSingleFlight<Result<Memory, KeysFault>>(REFRESH_DEADLINE_MS, () =>
    err({ reason: 'keys-unreachable', cause: 'deadline', isOrdered: hasSeenOrder }),
  );
  let memory = withoutTables(deps);
  let triedAt = Number.NEGATIVE_INFINITY;
  let fault: KeysFault | undefined;

  const current = (): Memory => {
    if (!memory) throw new Error('the keys were not read yet');
    return memory;
  };

  /** Concurrent requests share one read, and a failed one is not repeated at once. */
  const read = async (): Promise<void> => {
    const now = clock.now().getTime();
    if (!flight.isUnderWay('keys')) {
      if (Math.abs(now - triedAt) < RETRY_MS) return;
      triedAt = now;
      hasSeenOrder = false;
    }
    const noteOrder = () => {
      hasSeenOrder = true;
    };
    const loaded = await flight.run('keys', () => load(memory, deps, readAgain, noteOrder));
    // An order that was seen counts until it is carried out, also where a later read fails before it comes to it.
    const isOrdered = fault?.isOrdered === true;
    fault = loaded.ok ? undefined : { ...loaded.error, isOrdered: loaded.error.isOrdered || isOrdered };
    if (loaded.ok) memory = loaded.value;
    else logger.log('error', 'keys-not-read', { reason: loaded.error.reason, cause: loaded.error.cause });
  };

  const readAgain = async (): Promise<SessionKeys> => {
    await read();
    return current().session;
  };

  return {
    async ready() {
      // After the clock was set back the age is unknown, so keys that were read in the future count as old.
      const age = () => {
        const passed = clock.now().getTime() - (memory?.readAt ?? Number.NEGATIVE_INFINITY);
        return passed < 0 ? Number.POSITIVE_INFINITY : passed;
      };
      if (age() >= REFRESH_MS) await read();
      if (fixed.sessionKeys) return ok(undefined);
      // An order to give the keys up is not carried out: to serve with them would be to ignore it.
      if (memory && age() < TRUSTED_MS && !fault?.isOrdered) return ok(undefined);
      return err(fault ?? { reason: 'keys-unreachable', cause: 'not-read', isOrdered: false });
    },
    get keys() {
      return current().session;
    },
    get samlKeys() {
      return current().saml;
    },
    get secrets() {
      return current().secrets;
    },
  };
}
