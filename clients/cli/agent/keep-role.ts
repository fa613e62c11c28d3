// The credentials of one role, kept for programs that ask again and again. They are renewed when vend says (refreshAfter), one request
// at a time. A renewal that fails leaves them as they are: they are given until the moment they expire, and no longer.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import { type CommandFault, serviceFailed } from '../base/command-fault.ts';
import type { VendedCredentials } from '../credentials/take-credentials.ts';

export interface KeptCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: Secret<string>;
  readonly securityToken: Secret<string>;
  readonly takenAt: Date;
  readonly expiresAt: Date;
  /** When vend wants to be asked again; undefined where it does not say. */
  readonly refreshAfter: Date | undefined;
}

/** Asks the deployment for credentials of the role. */
export type TakeRole = (role: string) => Promise<Result<VendedCredentials, CommandFault>>;

/** One renewal, for the log. It holds no secret. */
export interface Renewal {
  readonly role: string;
  readonly fault: CommandFault | undefined;
  /** When the credentials that are kept now expire; undefined where there are none. */
  readonly worksUntil: Date | undefined;
  /** How long until the next try, in ms. */
  readonly nextMs: number;
}

export interface KeptRole {
  /**
   * Credentials that work now. Without any it asks for them, or joins the request that is under way. While the wait after a
   * failure lasts it fails with that failure, and sends no request.
   */
  get(): Promise<Result<KeptCredentials, CommandFault>>;
  /** Undefined when there are none, or they have expired. */
  current(): KeptCredentials | undefined;
  /** There are credentials that work; or the role was taken and rests, and is taken again when a program asks. */
  isReady(): boolean;
  /** Renews no more. */
  stop(): void;
}

export interface KeepOptions {
  readonly take: TakeRole;
  readonly onRenewal: (renewal: Renewal) => void;
  /** Gives a number in [0, 1). */
  readonly random?: () => number;
}

const HALF = 0.5;
/** Where vend does not say when: agents that started together do not renew together. Never before half-life: vend gives the same until then. */
const SPREAD = 0.05;
/** Credentials near their end are not asked for in ever shorter steps. */
const LEAST_RENEWAL_MS = 10_000;
/** Three quarters of the longest session of STS, as vend says at most: a time further away is a mistake, and a timer could not hold it. */
const LONGEST_RENEWAL_MS = 9 * 3_600_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** The longest that vend tells: until the caller's hour of sessions is over. */
const LONGEST_TOLD_MS = 3_600_000;
/** A role that no program asked for in this time, or in one life of its credentials, rests until one asks. */
const REST_AFTER_MS = 3_600_000;

/** Until the time that vend told; by half of the life, where it told none, or one that makes no sense by this machine's clock. */
function renewalDelay({ expiresAt, refreshAfter }: KeptCredentials, now: number, random: number): number {
  const life = expiresAt.getTime() - now;
  const told = refreshAfter === undefined ? Number.NaN : refreshAfter.getTime() - now;
  const delay = told > 0 && told < life ? told : life * (HALF + SPREAD * random);
  return Math.min(Math.max(delay, LEAST_RENEWAL_MS), LONGEST_RENEWAL_MS);
}

/**
 * Doubles with each failure; between half of it and all of it, by chance. It comes on top of the time that vend told the agent to wait:
 * all that were refused together were told the same.
 */
const retryDelay = (failures: number, random: number, { retryAfterSeconds = 0 }: CommandFault): number =>
  Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS) * (HALF + HALF * random) +
  Math.min(retryAfterSeconds * 1000, LONGEST_TOLD_MS);

/** Rounded down: the wires tell no parts of a second, and credentials must not be served after the time that is told. */
const wholeSeconds = (time: Date): Date => new Date(Math.floor(time.getTime() / 1000) * 1000);

function keep(vended: VendedCredentials, takenAt: Date): Result<KeptCredentials, CommandFault> {
  const expiresAt = wholeSeconds(new Date(vended.expiration));
  if (expiresAt <= takenAt)
    return serviceFailed('the service gave credentials that have expired: check the clock of this machine');
  return ok({
    accessKeyId: vended.accessKeyId,
    accessKeySecret: new Secret(vended.accessKeySecret),
    securityToken: new Secret(vended.securityToken),
    takenAt,
    expiresAt,
    refreshAfter: vended.refreshAfter === undefined ? undefined : new Date(vended.refreshAfter),
  });
}

/** Takes the role at once, so that the first program does not wait. */
export function keepRole(role: string, { take, onRenewal, random = Math.random }: KeepOptions): KeptRole {
  let kept: KeptCredentials | undefined;
  let fault: CommandFault | undefined;
  let failures = 0;
  let underWay: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let nextAt = 0;
  let askedAt = Date.now();
  let isStopped = false;
  let isResting = false;

  const current = (): KeptCredentials | undefined =>
    kept !== undefined && kept.expiresAt.getTime() > Date.now() ? kept : undefined;

  const renew = (): Promise<void> => {
    underWay ??= renewOnce().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };

  async function renewOnce(): Promise<void> {
    clearTimeout(timer);
    isResting = false;
    const taken = await take(role).catch(() => serviceFailed('the credentials could not be taken'));
    if (isStopped) return;
    const now = new Date();
    const fresh = taken.ok ? keep(taken.value, now) : taken;
    if (fresh.ok) kept = fresh.value;
    fault = fresh.ok ? undefined : fresh.error;
    failures = fresh.ok ? 0 : failures + 1;
    const nextMs = fresh.ok
      ? renewalDelay(fresh.value, now.getTime(), random())
      : retryDelay(failures, random(), fresh.error);
    nextAt = now.getTime() + nextMs;
    timer = setTimeout(renewUnlessAtRest, nextMs).unref();
    onRenewal({ role, fault, worksUntil: current()?.expiresAt, nextMs });
  }

  function renewUnlessAtRest(): void {
    const life = kept === undefined ? 0 : kept.expiresAt.getTime() - kept.takenAt.getTime();
    isResting = Date.now() - askedAt > Math.max(life, REST_AFTER_MS);
    if (!isResting) void renew();
  }

  void renew();
  return {
    current,
    isReady: () => current() !== undefined || (isResting && kept !== undefined),
    async get() {
      askedAt = Date.now();
      const found = current();
      const isDue = askedAt >= nextAt;
      if (found !== undefined) {
        if (isDue && !isStopped) void renew();
        return ok(found);
      }
      // Credentials may expire before their renewal is due, where they last for seconds.
      const mayAsk = isDue || fault === undefined;
      if (underWay !== undefined || (mayAsk && !isStopped)) await renew();
      const fresh = current();
      return fresh ? ok(fresh) : { ok: false, error: fault ?? STOPPED.error };
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

const STOPPED = serviceFailed('the agent is stopping');

/** One line of the log. */
export function formatRenewal({ role, fault, worksUntil, nextMs }: Renewal): string {
  const next = `next in ${Math.ceil(nextMs / 1000)} s`;
  const until = worksUntil === undefined ? 'no credentials' : `works until ${worksUntil.toISOString()}`;
  const what = fault === undefined ? 'taken' : `not taken, ${fault.message}`;
  return `${new Date().toISOString()} ${showable(role)}: ${what}; ${until}; ${next}`;
}
