// What the stages need of the world, in the domain's own terms. Adapters implement these; tests fake them.
import type { CryptoKey } from 'jose';
import type { ConnectionId, ProviderId, Revision } from './kernel/names.ts';
import type { Result } from './kernel/result.ts';
import type { Secret } from './kernel/secret.ts';
import type { Activity } from './people/activity.ts';
import type { DeviceRequest, DeviceRequestKey } from './people/device-request.ts';
import type { LastSignOn, Passkey, PasskeyId } from './people/passkey.ts';
import type { PersonKey } from './people/person.ts';
import type { Session, SessionId } from './people/session.ts';
import type { AssumedRole, AssumeFault, AssumeOrder } from './pipeline/assume/assumed-role.ts';
import type { IssuedKey } from './pipeline/assume/issued-key.ts';
import type { AuditEvent } from './pipeline/audit/audit-event.ts';
import type { CallerProof } from './pipeline/authenticate/aliyun/caller-proof.ts';
import type { InForce } from './rules/document/in-force.ts';
import type { Providers } from './rules/document/provider.ts';
import type { SignOnInForce } from './rules/sign-on/sign-on.ts';
import type { StoredAccessRow } from './rules/values/access-row.ts';
import type { KeyNews, PublishedKey } from './rules/values/key-news.ts';
import type { KeyDecision, NewKeys } from './rules/values/key-standing.ts';
import type { PrincipalSelector } from './rules/values/principal-key.ts';
import type { Role } from './rules/values/role.ts';

export interface Clock {
  now(): Date;
}

/** One applied version of the access rules, and what was flushed since. Nothing under it ever changes. */
export interface Rules extends Providers, InForce {
  readonly rolesById: ReadonlyMap<string, Role>;
}

/** The store did not answer, or holds what cannot be read. `cause` is the service's own code. */
export interface StoreFault {
  readonly reason: 'store-failed' | 'rules-unreadable';
  readonly cause: string;
}

export interface RulesStore {
  /** The rules in force, at most RULES_BOUND_MS old. */
  current(): Promise<Result<Rules, StoreFault>>;
  /** The rows of these selectors, in the order asked; a missing row is empty. */
  grantRows(
    revision: Revision,
    provider: ProviderId,
    selectors: readonly PrincipalSelector[],
  ): Promise<Result<readonly StoredAccessRow[], StoreFault>>;
}

export interface KeyFault {
  readonly reason: 'keys-unreachable' | 'keys-unreadable' | 'key-unknown' | 'key-held' | 'key-revoked';
  readonly cause: string;
}

/** Whose keys, and where they are: an OIDC provider is one. */
export interface KeyOwner {
  readonly id: ProviderId;
  readonly issuer: string;
  readonly jwksUri?: string | undefined;
  /** The keys themselves: nothing is fetched then. */
  readonly jwks?: { readonly keys: readonly object[] } | undefined;
  /** They may be at an address of the private network. */
  readonly privateNetwork?: boolean;
  /** Absent: accept. */
  readonly newKeys?: NewKeys;
  /** Keys that were read under an earlier number do not count: see Flushes. Absent: never flushed. */
  readonly flushed?: number;
}

export interface KeySource {
  /** The owner's public keys that this token header may mean, never none. `kid` is opaque, never fetched or opened. */
  find(
    owner: KeyOwner,
    header: { readonly alg: string; readonly kid?: string },
  ): Promise<Result<readonly CryptoKey[], KeyFault>>;
}

export interface KeyHistory {
  /** What administrators decided about keys of this provider, by thumbprint. */
  decisions(provider: ProviderId): Promise<Result<ReadonlyMap<string, KeyDecision>, StoreFault>>;
  /** Notes that these keys are published, to the day, and says what is worth saying of them. */
  see(provider: ProviderId, keys: readonly PublishedKey[], at: Date): Promise<readonly KeyNews[]>;
}

/** `refused`: STS does not take the caller's signature. Everything else says nothing about the caller. */
export interface CallerFault {
  readonly kind: 'refused' | 'throttled' | 'unavailable' | 'unusable';
  readonly cause: string;
}

export interface CallerIdentities {
  /** What STS answers to the GetCallerIdentity request that the caller signed for this audience, as JSON and unread. */
  whoSigned(proof: CallerProof, audience: string): Promise<Result<unknown, CallerFault>>;
}

export interface RoleAssumer {
  assume(order: AssumeOrder): Promise<Result<AssumedRole, AssumeFault>>;
}

/** Both resolve only when the row is durable. */
export interface AuditLog {
  record(event: AuditEvent): Promise<Result<void, StoreFault>>;
  register(key: IssuedKey): Promise<Result<void, StoreFault>>;
}

export interface SignOnStore {
  /** The section signOn of the rules in force, as old as RulesStore's at most; undefined when there is none. */
  current(): Promise<Result<SignOnInForce | undefined, StoreFault>>;
}

export interface SessionStore {
  create(session: Session): Promise<Result<void, StoreFault>>;
  find(person: PersonKey, id: SessionId): Promise<Result<Session | undefined, StoreFault>>;
  /** Happens only if nobody wrote or ended the session since it was read; `after` has the next version. */
  replace(before: Session, after: Session): Promise<Result<'replaced' | 'changed', StoreFault>>;
  list(person: PersonKey): Promise<Result<readonly Session[], StoreFault>>;
  /** What came of one session of the identity provider. */
  listByIdpSession(
    connection: ConnectionId,
    idpSession: string,
  ): Promise<Result<readonly Session[], StoreFault>>;
  end(sessions: readonly Session[]): Promise<Result<void, StoreFault>>;
}

export interface PasskeyStore {
  list(person: PersonKey): Promise<Result<readonly Passkey[], StoreFault>>;
  find(person: PersonKey, id: PasskeyId): Promise<Result<Passkey | undefined, StoreFault>>;
  add(passkey: Passkey): Promise<Result<'added' | 'known', StoreFault>>;
  /** As SessionStore's. */
  replace(before: Passkey, after: Passkey): Promise<Result<'replaced' | 'changed', StoreFault>>;
  remove(person: PersonKey, id: PasskeyId): Promise<Result<void, StoreFault>>;
  lastSignOn(person: PersonKey): Promise<Result<LastSignOn | undefined, StoreFault>>;
  noteSignOn(last: LastSignOn): Promise<Result<void, StoreFault>>;
  /** Whom the identity provider vouched for in one of its sessions; what came of it here may be over. */
  vouchedFor(connection: ConnectionId, idpSession: string): Promise<Result<readonly PersonKey[], StoreFault>>;
  /** Of a sign-on after `by` nothing is forgotten. */
  forgetSignOn(person: PersonKey, by: Date): Promise<Result<void, StoreFault>>;
}

export interface DeviceStore {
  add(request: DeviceRequest): Promise<Result<'added' | 'known', StoreFault>>;
  find(key: DeviceRequestKey): Promise<Result<DeviceRequest | undefined, StoreFault>>;
  /** As SessionStore's. */
  replace(before: DeviceRequest, after: DeviceRequest): Promise<Result<'replaced' | 'changed', StoreFault>>;
}

export interface OnceStore {
  /**
   * `first` for one caller in all instances and for ever. `expiresAt`: when the key could no longer be presented, so
   * that its row may go. A fault leaves open whether the key is consumed: whoever asks must refuse.
   */
  consume(key: string, expiresAt: Date): Promise<Result<'first' | 'again', StoreFault>>;
  /** The value of the first who settled this key, at whichever instance: one's own, or somebody else's. */
  putIfAbsent(key: string, value: string, expiresAt: Date): Promise<Result<string, StoreFault>>;
}

/** What people did, for their own eyes; the audit log is the record. */
export interface ActivityStore {
  note(person: PersonKey, activity: Activity): Promise<Result<void, StoreFault>>;
  /** The newest first. */
  recent(person: PersonKey): Promise<Result<readonly Activity[], StoreFault>>;
}

/** The token is in the body as well, since that of somebody with many groups fits into no header: every call is a POST. */
export interface VendCall {
  readonly path: `/v1/${string}`;
  readonly body?: object;
}

/** `body` is what vend said, a problem included; it may hold secrets. */
export interface VendAnswer {
  readonly status: number;
  readonly body: Secret<unknown>;
  /** How long ago what it hands out was made; absent: just now, or not known. */
  readonly ageSeconds?: number;
}

export interface VendClient {
  call(token: Secret<string>, call: VendCall): Promise<Result<VendAnswer, 'vend-unreachable'>>;
}

/** Counts that all instances share. */
export interface Counters {
  /** Adds one and tells what it is now. A counter may be too high after a failure, never too low. */
  add(counter: string): Promise<Result<number, StoreFault>>;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface Logger {
  /** `fields` hold identifiers and codes only. */
  log(level: LogLevel, event: string, fields: Readonly<Record<string, string | number>>): void;
}
