// AssumeRole from several accounts in place of one: STS counts the calls of each account by themselves. An instance takes the
// accounts in turn. One that is throttled, or whose hub role cannot be assumed, is passed over for a while. What is asked of STS
// is the same from every account: the role, the ExternalId, the session policy and the SourceIdentity of the caller.
import { boundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { RoleArn } from '../../kernel/names.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { AssumedRole, AssumeFault, AssumeRoleInput, RoleAssumer } from './role-assumer.ts';

/**
 * Longer sessions are asked for from the deployment's own account alone. No page of Alibaba Cloud says how long a session may be that
 * a role session asks for; other clouds end it after an hour. Long sessions are rarely renewed, so they take little of the quota.
 */
const MAX_HUB_SESSION_SECONDS = 3_600;
/** The quota is one of calls a second (FAQ about RAM roles and STS tokens). */
const THROTTLED_MS = 1_000;
/** STS may name a longer time, but no answer of it takes an account away for good. */
const MAX_THROTTLED_MS = 60_000;
/** A trust policy or a role is mended by a person. */
const REFUSED_MS = 60_000;
const UNAVAILABLE_MS = 10_000;
/** Pairs of a hub role and a role that it may not assume; about 200 bytes each. */
const MAX_REFUSED = 5_000;

/** Vend's session of one hub role. */
export interface HubSession {
  /** Its credentials can be used. */
  isOpen(): boolean;
  /** They need no renewal yet. */
  isFresh(): boolean;
  /** Assumes the hub role; concurrent calls share one. Never rejects. */
  open(): Promise<Result<void, AssumeFault>>;
  /** STS does not take the credentials any more: they are not used again. */
  close(): void;
}

export interface HubAccount {
  readonly hubRoleArn: RoleArn;
  readonly session: HubSession;
  /** Calls with the session's credentials, once. */
  readonly assumer: RoleAssumer;
}

export interface SpreadContext {
  /** Of the deployment's own account. */
  readonly own: RoleAssumer;
  /** The same, without a second call for one that was throttled: the other accounts are asked in its place. */
  readonly ownOnce: RoleAssumer;
  readonly hubs: readonly HubAccount[];
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Account {
  /** Undefined: the deployment's own. */
  readonly hub: HubAccount | undefined;
  readonly assumer: RoleAssumer;
  /** Milliseconds since the epoch, until which it is passed over. */
  restsUntil: number;
}

/** The hub's own credentials are what STS does not take, whatever they were to do. */
const REFUSES_KEY = /^(?:InvalidAccessKeyId|InvalidSecurityToken|MissingSecurityToken|SignatureDoesNotMatch)/;

/** RAM does not tell upper and lower case apart in the name of a role. */
const sameRole = (a: RoleArn, b: RoleArn): boolean => a.toLowerCase() === b.toLowerCase();

const restOf = ({ kind, retryAfterMs }: AssumeFault): number => {
  if (kind === 'throttled') return Math.min(retryAfterMs ?? THROTTLED_MS, MAX_THROTTLED_MS);
  return kind === 'refused' ? REFUSED_MS : UNAVAILABLE_MS;
};

/**
 * Fails as the own account does. A refusal or a throttled call of a hub is no answer: the next account is asked, and the own account
 * has the last word. With every account throttled the fault is `throttled`. A hub role itself is never handed out.
 */
export function spreadCalls({ own, ownOnce, hubs, clock, logger }: SpreadContext): RoleAssumer {
  // The own account comes first, since it needs no session: an instance that makes one call makes no other.
  const accounts: readonly Account[] = [
    { hub: undefined, assumer: ownOnce, restsUntil: 0 },
    ...hubs.map((hub) => ({ hub, assumer: hub.assumer, restsUntil: 0 })),
  ];
  const refusedUntil = boundedCache<{ readonly at: number }>(MAX_REFUSED);
  let turns = 0;

  const rest = (account: Account, fault: AssumeFault): void => {
    account.restsUntil = clock.now().getTime() + restOf(fault);
  };

  const open = async (account: Account, { hubRoleArn, session }: HubAccount): Promise<boolean> => {
    const opened = await session.open();
    if (opened.ok) return true;
    rest(account, opened.error);
    const { kind, cause } = opened.error;
    if (kind !== 'throttled') logger.log('error', 'hub-unavailable', { hubRoleArn, cause });
    return false;
  };

  /** Those that may be asked, in their order: first those that need not be waited for. Renews the session of the one whose turn it is. */
  const inTurn = ({ roleArn }: AssumeRoleInput): readonly Account[] => {
    const now = clock.now().getTime();
    const first = turns % accounts.length;
    turns += 1;
    const rotated = [...accounts.slice(first), ...accounts.slice(0, first)];
    const [next] = rotated;
    // Its calls go elsewhere until the session is there.
    if (next?.hub && next.restsUntil <= now && !next.hub.session.isFresh()) void open(next, next.hub);
    const mayBeAsked = rotated.filter(({ hub, restsUntil }) => {
      const refused = hub && refusedUntil.get(`${hub.hubRoleArn} ${roleArn}`);
      return restsUntil <= now && (refused === undefined || refused.at <= now);
    });
    const isAtHand = ({ hub }: Account): boolean => hub === undefined || hub.session.isOpen();
    return [...mayBeAsked.filter(isAtHand), ...mayBeAsked.filter((account) => !isAtHand(account))];
  };

  /** Whether another account may answer otherwise. */
  const goesOn = (account: Account, input: AssumeRoleInput, fault: AssumeFault): boolean => {
    const { hub } = account;
    const { kind, cause } = fault;
    if (kind === 'throttled') {
      rest(account, fault);
      return true;
    }
    if (kind !== 'refused' || hub === undefined) return false;
    const { hubRoleArn, session } = hub;
    if (REFUSES_KEY.test(cause)) {
      session.close();
      rest(account, fault);
      logger.log('error', 'hub-unavailable', { hubRoleArn, cause });
    } else {
      const { roleArn } = input;
      refusedUntil.set(`${hubRoleArn} ${roleArn}`, { at: clock.now().getTime() + REFUSED_MS });
      logger.log('warn', 'hub-refused', { hubRoleArn, roleArn, cause });
    }
    return true;
  };

  const spread = async (input: AssumeRoleInput): Promise<Result<AssumedRole, AssumeFault>> => {
    let throttled: AssumeFault = { kind: 'throttled', cause: 'all-accounts' };
    for (const account of inTurn(input)) {
      const { hub, assumer } = account;
      if (hub && !hub.session.isOpen() && !(await open(account, hub))) continue;
      const assumed = await assumer.assume(input);
      if (assumed.ok) return hub ? ok({ ...assumed.value, hubRoleArn: hub.hubRoleArn }) : assumed;
      if (!goesOn(account, input, assumed.error)) return assumed;
      if (assumed.error.kind === 'throttled') throttled = assumed.error;
    }
    return err(throttled);
  };

  return {
    async assume(input) {
      // Its session could assume every role that is handed out, without a session policy of any grant.
      if (hubs.some(({ hubRoleArn }) => sameRole(hubRoleArn, input.roleArn)))
        return err({ kind: 'refused', cause: 'hub-role' });
      return input.durationSeconds > MAX_HUB_SESSION_SECONDS ? own.assume(input) : spread(input);
    },
  };
}
