// Stage 6: credentials for the composed policy. They come from this instance's memory, from the call of STS that an equal
// request is making at this moment, or from a new call of STS.

import { boundedCache } from '../../kernel/bounded-cache.ts';
import type { Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { createSingleFlight } from '../../kernel/single-flight.ts';
import {
  type AssumeRequest,
  type IssueContext,
  type IssuedCredentials,
  issueCredentials,
  stsFailure,
} from './issue-credentials.ts';
import { mayReuse, reuseKey } from './reuse-credentials.ts';

/** Credentials that one instance keeps; about 4 KB each, so 40 MB. */
const MAX_CACHED = 10_000;
/** For counting the session, calling STS and registering the key together. Function Compute ends the request after 30 s. */
const ISSUE_DEADLINE_MS = 28_000;

export interface AssumedCredentials extends IssuedCredentials {
  /** True when the credentials were issued for another request, earlier or at the same time. */
  readonly reused: boolean;
}

/**
 * Fails as `issueCredentials` does; also with `sts_unavailable` when issuing takes longer than 28 seconds. Reused credentials
 * do not count as a new session.
 */
export type AssumeRole = (request: AssumeRequest) => Promise<Result<AssumedCredentials, Failure>>;

export function createAssumeRole(context: IssueContext): AssumeRole {
  const cache = boundedCache<IssuedCredentials>(MAX_CACHED);
  const issues = createSingleFlight<Result<IssuedCredentials, Failure>>(ISSUE_DEADLINE_MS, () =>
    err(stsFailure({ kind: 'unavailable', cause: 'deadline' })),
  );

  const issueOnce = (key: string, request: AssumeRequest): Promise<Result<IssuedCredentials, Failure>> =>
    issues.run(key, async () => {
      const issued = await issueCredentials(request, context);
      if (issued.ok) cache.set(key, issued.value);
      return issued;
    });

  return async (request) => {
    const key = reuseKey(request);
    const cached = cache.get(key);
    if (cached && mayReuse(cached, request, context.clock.now())) return ok({ ...cached, reused: true });

    const joined = issues.isUnderWay(key);
    const issued = await issueOnce(key, request);
    return issued.ok ? ok({ ...issued.value, reused: joined }) : issued;
  };
}
