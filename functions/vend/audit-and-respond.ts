// audit → respond, the end of every request that has an audit row: no answer leaves before its row is durable, and a request
// has one row.

import type { Answer } from '../../shared/http/answer.ts';
import type { Failure, FailureCode } from '../../shared/kernel/failure.ts';
import type { RequestId } from '../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import {
  type AuditContext,
  type RequestMetadata,
  recordOutcome,
} from '../../shared/pipeline/audit/record-outcome.ts';
import type { VendDeps } from './deps.ts';
import { isForPages, showToPage } from './web-pages.ts';

/** The answer to send: the result's, or that of `audit_unavailable` when the audit row could not be written. */
export type AuditAndRespond = (
  auditContext: AuditContext,
  result: Result<Answer, Failure>,
) => Promise<Answer>;

/** A failure in the words of the request's wire. */
export type Refuse = (failure: Failure, requestId: RequestId) => Answer;

/** One for each request. A second call for the same request, after a bug or a deadline, writes no second row. */
export function createAuditAndRespond(
  deps: VendDeps,
  metadata: RequestMetadata,
  refuse: Refuse,
): AuditAndRespond {
  const { requestId, origin } = metadata;
  let isRecorded = false;

  const record = (auditContext: AuditContext, failure: Failure | undefined) => {
    // Set before the row is written: a write that was interrupted may still have arrived.
    isRecorded = true;
    // The row's time is when the outcome was known: a caller that holds a request back must not be able to backdate its row.
    return recordOutcome(deps.auditLog, { ...metadata, at: deps.clock.now() }, auditContext, failure);
  };

  const answerTo = (
    outcome: Result<Answer, Failure>,
    { principal }: AuditContext,
  ): Answer | Promise<Answer> => {
    const answer = outcome.ok ? outcome.value : refuse(outcome.error, requestId);
    return origin === undefined || !isForPages(metadata)
      ? answer
      : showToPage(answer, origin, principal, deps);
  };

  return async (auditContext, result) => {
    const outcome = result.ok ? result : err(countFailure(result.error, auditContext, metadata, deps));
    const failure = outcome.ok ? undefined : outcome.error;
    if (failure) logFailure(deps, metadata, auditContext, failure);
    if (failure && !hasRow(failure)) return answerTo(outcome, auditContext);
    const recorded = isRecorded ? ok(undefined) : await record(auditContext, failure);
    if (!recorded.ok) logFailure(deps, metadata, auditContext, recorded.error);
    return answerTo(recorded.ok ? outcome : recorded, auditContext);
  };
}

/** Counts an unauthenticated request against its address. Beyond the limit of all such requests, that limit is its failure. */
function countFailure(
  failure: Failure,
  auditContext: AuditContext,
  { clientAddress }: RequestMetadata,
  { requestLimits, clock }: VendDeps,
): Failure {
  if (!isUnauthenticated(auditContext, failure)) return failure;
  const counted = requestLimits.recordFailure(clientAddress, clock.now());
  return counted.ok ? failure : counted.error;
}

/** A refusal by a limit was counted by that limit. */
const isUnauthenticated = ({ principal, stage }: AuditContext, { code, reason }: Failure): boolean =>
  !principal && stage !== 'limit' && COUNTED.has(code) && !PROVED_BEFORE.has(reason);

/** Failures of the caller to authenticate. Failures of Stint itself are not among them. */
const COUNTED: ReadonlySet<FailureCode> = new Set([
  'invalid_token',
  'invalid_request',
  'too_large',
  'unsupported_media_type',
  // The issuer's keys, or STS's answer about a caller, were not available: no identity is proved, and each request may have
  // caused a call.
  'keys_unavailable',
  'sts_unavailable',
  'rate_limited',
]);

/**
 * Failures that only come after a good token: a nonce is sent to a caller that showed one and will come back with it; and a
 * late request has passed authentication, whose deadlines are shorter.
 */
const PROVED_BEFORE: ReadonlySet<string> = new Set(['dpop-nonce-needed', 'request-late']);

const hasRow = (failure: Failure): boolean => failure.code !== 'rate_limited' || !failure.unrecorded;

function logFailure(
  { logger }: VendDeps,
  { requestId, action }: RequestMetadata,
  auditContext: AuditContext,
  failure: Failure,
): void {
  const { code, reason, cause = '' } = failure;
  const level = code.endsWith('_unavailable') || code === 'role_misconfigured' ? 'error' : 'info';
  const role = auditContext.allowed?.role.id ?? auditContext.requestedRole ?? '';
  logger.log(level, 'refused', { requestId, action, stage: auditContext.stage, code, reason, cause, role });
}
