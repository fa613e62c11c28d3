// Stage 6: credentials for the composed policy. They come from this instance's memory, from a call that another request for
// the same is making at this moment, or from a new call of STS.

import { boundedCache } from '../../kernel/bounded-cache.ts';
import type { Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { createSingleFlight } from '../../kernel/single-flight.ts';
import {
  type AssumeRequest,
  type IssueContext,
  type IssuedSession,
  issueSession,
  stsFailure,
} from './issue-session.ts';
import { mayReuse, reuseKey } from './reuse-session.ts';

/** Callers whose credentials one instance keeps; about 4 KB each, so 40 MB. */
const MAX_CACHED_SESSIONS = 10_000;
/** For counting, STS and the register, each of which has a deadline of its own. The function itself is ended after 30 s. */
const ISSUE_DEADLINE_MS = 28_000;

export interface AssumedSession extends IssuedSession {
  /** The credentials were issued for an earlier request, or for one at the same time. */
  readonly reused: boolean;
}

/**
 * Fails as `issueSession` does; also with `sts_unavailable` when issuing takes longer than 28 seconds. Credentials that are
 * reused count against no limit of sessions.
 */
export type AssumeRole = (request: AssumeRequest) => Promise<Result<AssumedSession, Failure>>;

export function createAssumeRole(context: IssueContext): AssumeRole {
  const sessions = boundedCache<IssuedSession>(MAX_CACHED_SESSIONS);
  const issues = createSingleFlight<Result<IssuedSession, Failure>>(ISSUE_DEADLINE_MS, () =>
    err(stsFailure({ kind: 'unavailable', cause: 'deadline' })),
  );

  const issueOnce = (key: string, request: AssumeRequest): Promise<Result<IssuedSession, Failure>> =>
    issues.run(key, async () => {
      const issued = await issueSession(request, context);
      if (issued.ok) sessions.set(key, issued.value);
      return issued;
    });

  return async (request) => {
    const key = reuseKey(request);
    const cached = sessions.get(key);
    if (cached && mayReuse(cached, request, context.clock.now())) return ok({ ...cached, reused: true });

    const joined = issues.isUnderWay(key);
    const issued = await issueOnce(key, request);
    return issued.ok ? ok({ ...issued.value, reused: joined }) : issued;
  };
}
