// Stage 6: credentials for the composed policy. They come from this instance's memory, from the call of STS that an equal
// request is making at this moment, or from a new call of STS.

import { boundedCache } from '../../kernel/bounded-cache.ts';
import type { Failure } from '../../kernel/failure.ts';
import { MAX_WAITING_FOR_ONE } from '../../kernel/requests-at-once.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { createSingleFlight } from '../../kernel/single-flight.ts';
import type { WithinDeadline } from '../../kernel/within-deadline.ts';
import {
  type AssumeRequest,
  type Issue,
  type IssueContext,
  type IssuedCredentials,
  issueCredentials,
  type Registration,
  stsFailure,
} from './issue-credentials.ts';
import { mayReuse, REUSE_WINDOW, type ReuseWindow, reuseKey } from './reuse-credentials.ts';

/** Credentials that one instance keeps; about 4 KB each, so 40 MB. */
const MAX_CACHED = 10_000;
/** For counting the session and calling STS together. Function Compute ends the request after 30 s. */
const ISSUE_DEADLINE_MS = 28_000;

export interface AssumedCredentials extends IssuedCredentials {
  /** True when the credentials were issued for another request, earlier or at the same time. */
  readonly reused: boolean;
  /** They must not leave before it is fulfilled. Undefined: the key's row is durable. */
  readonly registered: Registration | undefined;
}

/** Credentials that are kept for reuse, from the moment at which their key's row is on its way. */
interface Kept {
  readonly credentials: IssuedCredentials;
  registered: Registration | undefined;
}

/**
 * Fails as `issueCredentials` does; also with `sts_unavailable` when issuing takes longer than 28 seconds, or too many
 * requests wait for it. Reused credentials do not count as a new session.
 */
export type AssumeRole = (request: AssumeRequest) => Promise<Result<AssumedCredentials, Failure>>;

/** Written out, because a spread costs microseconds, and this is made for every request. */
const toAssumed = ({ credentials: issued, registered }: Kept, reused: boolean) =>
  ok<AssumedCredentials>({
    role: issued.role,
    composed: issued.composed,
    policyHash: issued.policyHash,
    sessionName: issued.sessionName,
    sourceIdentity: issued.sourceIdentity,
    issuedAt: issued.issuedAt,
    expiresAt: issued.expiresAt,
    registered,
    reused,
  });

/** Absent outside simulations, which run on a clock of their own and try other windows. */
interface AssumeOptions {
  readonly within?: WithinDeadline;
  readonly window?: ReuseWindow;
}

export function createAssumeRole(
  context: IssueContext,
  { within, window = REUSE_WINDOW }: AssumeOptions = {},
): AssumeRole {
  const cache = boundedCache<Kept>(MAX_CACHED);
  const issues = createSingleFlight<Result<Kept, Failure>>(
    ISSUE_DEADLINE_MS,
    () => err(stsFailure({ kind: 'unavailable', cause: 'deadline' })),
    within,
  );

  /** Requests that wait for new credentials, their own or an equal request's. */
  let waiting = 0;

  const keep = (key: string, { credentials, registered }: Issue): Kept => {
    const kept: Kept = { credentials, registered };
    cache.set(key, kept);
    const drop = (): void => {
      if (cache.peek(key) === kept) cache.delete(key);
    };
    registered.then(({ ok: isRegistered }) => {
      if (isRegistered) kept.registered = undefined;
      else drop();
    }, drop);
    return kept;
  };

  const issueOnce = (key: string, request: AssumeRequest): Promise<Result<Kept, Failure>> =>
    issues.run(key, async () => {
      const issued = await issueCredentials(request, context);
      return issued.ok ? ok(keep(key, issued.value)) : issued;
    });

  return async (request) => {
    const key = reuseKey(request);
    const cached = cache.get(key);
    if (cached && mayReuse(cached.credentials, request, context.clock.now(), window))
      return toAssumed(cached, true);

    if (waiting >= MAX_WAITING_FOR_ONE)
      return err(stsFailure({ kind: 'unavailable', cause: 'too-many-waiting' }));
    waiting += 1;
    const joined = issues.isUnderWay(key);
    const issued = await issueOnce(key, request).finally(() => {
      waiting -= 1;
    });
    return issued.ok ? toAssumed(issued.value, joined) : issued;
  };
}
