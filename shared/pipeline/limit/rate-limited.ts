// The refusal of every limit, with the time after which it is worth asking again.
import type { Failure, RateReason } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';

export const rateLimited = (reason: RateReason, waitMs: number): Result<never, Failure> =>
  err({ code: 'rate_limited', reason, retryAfterSeconds: Math.ceil(waitMs / 1000) });

export const withinLimit = (reason: RateReason, waitMs: number): Result<void, Failure> =>
  waitMs === 0 ? ok(undefined) : rateLimited(reason, waitMs);
