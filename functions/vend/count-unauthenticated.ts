// Counts requests that fail to authenticate, against the address that they come from: what `RequestLimits.recordFailure`
// limits.
import type { Failure, FailureCode } from '../../shared/kernel/failure.ts';
import type { AuditContext, RequestMetadata } from '../../shared/pipeline/audit/record-outcome.ts';
import type { VendDeps } from './deps.ts';

/**
 * Counts the request if it is unauthenticated. Returns the failure to answer with: the request's own, or `rate_limited` once
 * there are too many unauthenticated requests.
 */
export function countUnauthenticated(
  failure: Failure,
  auditContext: AuditContext,
  { clientAddress }: RequestMetadata,
  { requestLimits, clock }: VendDeps,
): Failure {
  if (!isUnauthenticated(auditContext, failure)) return failure;
  const counted = requestLimits.recordFailure(clientAddress, clock.now());
  return counted.ok ? failure : counted.error;
}

/** A refusal at the stage limit is left out: the limit that refused has counted it. */
const isUnauthenticated = ({ principal, stage }: AuditContext, { code, reason }: Failure): boolean =>
  !principal && stage !== 'limit' && CODES.has(code) && !AUTHENTICATED_REASONS.has(reason);

/** The codes with which a caller can fail to authenticate. Stint's own failures, such as `store_unavailable`, are left out. */
const CODES: ReadonlySet<FailureCode> = new Set([
  'invalid_token',
  'invalid_request',
  'too_large',
  'unsupported_media_type',
  // These three: the issuer's keys, or STS's answer about a caller, were not available. No identity is proved, and each request
  // may have caused a call.
  'keys_unavailable',
  'sts_unavailable',
  'rate_limited',
]);

/**
 * Failures with such a code that a caller meets only after its token was verified: it is sent a nonce and will come back with
 * it, or its request was late. (Authentication has shorter deadlines, so a late request has passed it.)
 */
const AUTHENTICATED_REASONS: ReadonlySet<string> = new Set(['dpop-nonce-needed', 'request-late']);
