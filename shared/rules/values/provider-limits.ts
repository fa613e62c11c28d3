// How much the callers of one provider may ask for. Each limit has a default, so a provider without `limits` is limited too.
import * as z from 'zod';

/**
 * STS allows 100 AssumeRole calls a second to the whole account, and more by ticket ("FAQ about RAM roles and STS tokens").
 * A quarter of it: four noisy providers, or four busy instances, use it up.
 */
const STS_CALLS_PER_SECOND = 25;

/** Stock clients that are handed short-lived credentials ask before each call to the cloud, from every thread. */
const REQUESTS_PER_CALLER_PER_SECOND = 100;
/** About as many as one instance can answer, so that it does not limit a single provider; partners should get less. */
const REQUESTS_PER_PROVIDER_PER_SECOND = 5_000;
const MOST_PER_SECOND = 100_000;

/** One in 3.6 seconds for an hour: far more than a fleet that shares one name needs, and 0.3 % of the quota. */
const SESSIONS_PER_CALLER_PER_HOUR = 1_000;
const MOST_SESSIONS_PER_HOUR = 1_000_000;

const upTo = (most: number) => z.int().min(1).max(most);

export const Limits = z.strictObject({
  requestsPerCallerPerSecond: upTo(MOST_PER_SECOND)
    .default(REQUESTS_PER_CALLER_PER_SECOND)
    .describe(
      'Requests per second of one caller, per instance. The requests of ten seconds may come at once.',
    ),
  requestsPerProviderPerSecond: upTo(MOST_PER_SECOND)
    .default(REQUESTS_PER_PROVIDER_PER_SECOND)
    .describe('Requests per second of all callers of this provider, per instance.'),
  sessionsPerCallerPerHour: upTo(MOST_SESSIONS_PER_HOUR)
    .default(SESSIONS_PER_CALLER_PER_HOUR)
    .describe('New sessions (calls of AssumeRole) of one caller, counted over all instances.'),
  stsCallsPerSecond: upTo(MOST_PER_SECOND)
    .default(STS_CALLS_PER_SECOND)
    .describe('Calls of AssumeRole per second for callers of this provider, per instance.'),
});
export type Limits = z.infer<typeof Limits>;

export const DEFAULT_LIMITS: Limits = Limits.parse({});
