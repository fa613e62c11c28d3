// The ports in memory. Each records what it was asked and fails when told to.
import { setImmediate } from 'node:timers/promises';
import { type CryptoKey, createLocalJWKSet, errors } from 'jose';
import type { KeyHistory } from '../../shared/adapters/issuer-keys/observe-keys.ts';
import type { KeyFault, KeyOwner, KeySource } from '../../shared/identity/key-source.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { OnceStore } from '../../shared/kernel/consume-once.ts';
import { type Flushes, NEVER_FLUSHED } from '../../shared/kernel/flushes.ts';
import { LOG_LINES, type LogEvent, type LogFields } from '../../shared/kernel/log-lines.ts';
import type { Logger, LogLevel } from '../../shared/kernel/logger.ts';
import type { ProviderId, Revision } from '../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import type { StoreFault } from '../../shared/kernel/store-fault.ts';
import type { IssuedKey } from '../../shared/pipeline/assume/issued-key.ts';
import type {
  AssumedRole,
  AssumeFault,
  AssumeRoleInput,
  RoleAssumer,
} from '../../shared/pipeline/assume/role-assumer.ts';
import type { AuditEvent } from '../../shared/pipeline/audit/audit-event.ts';
import type { AuditLog } from '../../shared/pipeline/audit/audit-log.ts';
import type {
  CallerFault,
  CallerIdentities,
} from '../../shared/pipeline/authenticate/aliyun/caller-identities.ts';
import type { CallerProof } from '../../shared/pipeline/authenticate/aliyun/parse-caller-proof.ts';
import type { RulesStore } from '../../shared/pipeline/grants/rules-store.ts';
import type { Counters } from '../../shared/pipeline/limit/counters.ts';
import { NO_BLOCKS } from '../../shared/rules/blocks/block.ts';
import type { Provider } from '../../shared/rules/document/provider.ts';
import type { EntryRevisions, Rules } from '../../shared/rules/document/rules.ts';
import type { KeyDecision, KeyObservation, PublishedKey } from '../../shared/rules/values/issuer-key.ts';
import { principalKey, type StoredAccessRow } from '../../shared/rules/values/principal-key.ts';
import type { Role } from '../../shared/rules/values/role.ts';
import { type GrantedTo, NOW, PARTNER, providersOf, REVISION } from './builders.ts';
import { CANARY } from './canaries.ts';
import { keySet } from './issuer.ts';

export class FakeClock implements Clock {
  #now = NOW.getTime();

  now(): Date {
    return new Date(this.#now);
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

export class FakeRulesStore implements RulesStore {
  revision: Revision = REVISION;
  flushes: Flushes = NEVER_FLUSHED;
  entryRevisions: EntryRevisions = new Map();
  blocked: readonly string[] = [];
  blocks = NO_BLOCKS;
  requirements: ReadonlyMap<string, string> = new Map();
  accountNames: ReadonlyMap<string, string> = new Map();
  providers: readonly Provider[] = [];
  roles: readonly Role[] = [];
  grants: readonly GrantedTo[] = [];
  fault: StoreFault | undefined;
  rowsFault: StoreFault | undefined;
  readonly asked: string[][] = [];

  async current(): Promise<Result<Rules, StoreFault>> {
    if (this.fault) return err(this.fault);
    return ok({
      revision: this.revision,
      flushes: this.flushes,
      entryRevisions: this.entryRevisions,
      blocked: this.blocked,
      blocks: this.blocks,
      requirements: this.requirements,
      ...providersOf(this.providers),
      accountNames: this.accountNames,
      rolesById: new Map(this.roles.map((role) => [role.id, role])),
    });
  }

  async grantRows(...[revision, provider, selectors]: Parameters<RulesStore['grantRows']>) {
    const keys = selectors.map((selector) => principalKey(revision, provider, selector));
    this.asked.push(keys);
    if (this.rowsFault) return err(this.rowsFault);
    const held = this.grants
      .filter((granted) => granted.provider === provider)
      .map(({ to, row }) => [principalKey(revision, provider, to), row] as const);
    return ok(
      keys.map((key): StoredAccessRow => {
        const rows = held.filter(([own]) => own === key).map(([, row]) => row);
        return Object.assign({}, ...rows);
      }),
    );
  }
}

export class FakeKeySource implements KeySource {
  readonly sets = new Map<string, ReturnType<typeof keySet>>();
  fault: KeyFault | undefined;
  readonly asked: { readonly alg: string; readonly kid?: string }[] = [];
  readonly owners: KeyOwner[] = [];

  async find(...[owner, header]: Parameters<KeySource['find']>): ReturnType<KeySource['find']> {
    this.asked.push(header);
    this.owners.push(owner);
    if (this.fault) return err(this.fault);
    try {
      const found: CryptoKey = await createLocalJWKSet(this.sets.get(owner.issuer) ?? keySet())(header);
      return ok([found]);
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      return err({ reason: 'key-unknown', cause: 'kid' } as const);
    }
  }
}

export class FakeOnceStore implements OnceStore {
  fault: StoreFault | undefined;
  readonly consumed = new Map<string, Date>();
  readonly stored = new Map<string, string>();

  async consume(key: string, expiresAt: Date): Promise<Result<'first' | 'again', StoreFault>> {
    await setImmediate(); // other callers run between a call and its effect, as they do over a network
    if (this.fault) return err(this.fault);
    if (this.consumed.has(key)) return ok('again');
    this.consumed.set(key, expiresAt);
    return ok('first');
  }

  async putIfAbsent(key: string, value: string): Promise<Result<string, StoreFault>> {
    await setImmediate();
    if (this.fault) return err(this.fault);
    const settled = this.stored.get(key) ?? value;
    this.stored.set(key, settled);
    return ok(settled);
  }
}

/** One history for as many instances as a test makes. */
export class FakeKeyHistory implements KeyHistory {
  readonly decided = new Map<string, KeyDecision>();
  readonly seen = new Map<string, PublishedKey & { readonly day: string }>();
  decisionsFault: StoreFault | undefined;
  /** Nothing can be noted; the store's code. */
  seeFault: string | undefined;

  async decisions(provider: ProviderId) {
    if (this.decisionsFault) return err(this.decisionsFault);
    const own = [...this.decided].filter(([name]) => name.startsWith(`${provider}|`));
    return ok(new Map(own.map(([name, decision]) => [name.slice(provider.length + 1), decision])));
  }

  async see(...[provider, keys, at]: Parameters<KeyHistory['see']>) {
    const day = at.toISOString().slice(0, 10);
    const news: KeyObservation[] = [];
    const known = [...this.seen].filter(([name]) => name.startsWith(`${provider}|`)).map(([, key]) => key);
    for (const key of keys) {
      const name = `${provider}|${key.thumbprint}`;
      const before = known.findLast(({ kid }) => kid === key.kid && kid !== '');
      if (this.seeFault !== undefined) news.push({ what: 'unrecorded', key, cause: this.seeFault });
      else if (!this.seen.has(name))
        news.push(before ? { what: 'changed', key, before: before.thumbprint } : { what: 'new', key });
      if (this.seeFault === undefined) this.seen.set(name, { ...key, day });
    }
    return news;
  }
}

/** An STS that takes every signature for that of one caller, until it is told otherwise. */
export class FakeCallerIdentities implements CallerIdentities {
  fault: CallerFault | undefined;
  answer: unknown = {
    IdentityType: 'RAMUser',
    AccountId: PARTNER,
    Arn: `acs:ram::${PARTNER}:user/deployer`,
    PrincipalId: '288774244375210000',
    UserId: '288774244375210000',
    RequestId: '3C87BF47-3724-5443-ADC1-5AEAD9A03EB1',
  };
  /** While set, answers wait for it. */
  gate: Promise<void> | undefined;
  readonly asked: { readonly proof: CallerProof; readonly audience: string }[] = [];

  async whoSigned(proof: CallerProof, audience: string): Promise<Result<unknown, CallerFault>> {
    this.asked.push({ proof, audience });
    await this.gate;
    return this.fault ? err(this.fault) : ok(this.answer);
  }
}

export class FakeRoleAssumer implements RoleAssumer {
  fault: AssumeFault | undefined;
  bug: Error | undefined;
  change: Partial<AssumedRole> = {};
  /** While set, calls wait for it. */
  gate: Promise<void> | undefined;
  readonly orders: AssumeRoleInput[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async assume(order: AssumeRoleInput): Promise<Result<AssumedRole, AssumeFault>> {
    const number = this.orders.push(order);
    await this.gate;
    if (this.bug) throw this.bug;
    if (this.fault) return err(this.fault);
    return ok({
      accessKeyId: `STS.key${number}`,
      accessKeySecret: new Secret(`${CANARY.stsSecret}-${number}`),
      securityToken: new Secret(`${CANARY.securityToken}-${number}`),
      expiration: new Date(this.#clock.now().getTime() + order.durationSeconds * 1000),
      assumedRoleArn: `${order.roleArn}/${order.sessionName}`,
      assumedRoleId: `300000000000000001:${order.sessionName}`,
      requestId: `sts-request-${number}`,
      ...this.change,
    });
  }
}

export class FakeAuditLog implements AuditLog {
  recordFault: StoreFault | undefined;
  registerFault: StoreFault | undefined;
  readonly events: AuditEvent[] = [];
  readonly keys: IssuedKey[] = [];

  async record(event: AuditEvent): Promise<Result<void, StoreFault>> {
    if (this.recordFault) return err(this.recordFault);
    this.events.push(event);
    return ok(undefined);
  }

  async register(key: IssuedKey): Promise<Result<void, StoreFault>> {
    if (this.registerFault) return err(this.registerFault);
    this.keys.push(key);
    return ok(undefined);
  }
}

export class FakeCounters implements Counters {
  fault: StoreFault | undefined;
  readonly counts = new Map<string, number>();

  async add(counter: string): Promise<Result<number, StoreFault>> {
    if (this.fault) return err(this.fault);
    const count = (this.counts.get(counter) ?? 0) + 1;
    this.counts.set(counter, count);
    return ok(count);
  }
}

export interface LogLine {
  readonly level: LogLevel;
  readonly event: LogEvent;
  readonly fields: Readonly<Record<string, string | number>>;
}

export class FakeLogger implements Logger {
  readonly lines: LogLine[] = [];

  log<Event extends LogEvent>(level: LogLevel, event: Event, fields: LogFields<Event>): void {
    const known: Readonly<Record<string, string>> = LOG_LINES[event].fields;
    const line: Record<string, string | number> = {};
    for (const [name, value] of Object.entries<string | number | undefined>(fields)) {
      // The compiler does not see a field too many that comes from a spread object.
      if (!Object.hasOwn(known, name))
        throw new Error(`${event} has a field that log-lines.ts lacks: ${name}`);
      if (value !== undefined) line[name] = value;
    }
    this.lines.push({ level, event, fields: line });
  }
}
