// audit → respond, the end of every request to an endpoint: the request's one audit row is written, and only when it, and the row
// of a new key, are durable does the answer leave.

import type { Answer } from '../../shared/http/answer.ts';
import type { Failure } from '../../shared/kernel/failure.ts';
import type { RequestId } from '../../shared/kernel/names.ts';
import type { RequestWatch } from '../../shared/kernel/request-watch.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { SpanDescription } from '../../shared/kernel/tracer.ts';
import {
  type AuditContext,
  type RequestMetadata,
  recordWithKey,
  type StageOutcome,
} from '../../shared/pipeline/audit/record-outcome.ts';
import { countUnauthenticated } from './count-unauthenticated.ts';
import type { VendDeps } from './deps.ts';
import { isForPages, showToPage } from './web-pages.ts';

/** The answer to send: the result's, or that of `audit_unavailable` when the audit row could not be written. */
export type AuditAndRespond = (
  auditContext: AuditContext,
  result: Result<Answer, Failure>,
) => Promise<Answer>;

/** The answer to a failure, in the form of the request's wire. */
export type Refuse = (failure: Failure, requestId: RequestId) => Answer;

/** Made once for each request. A second call for the same request, after a bug or a deadline, writes no second row. */
export function createAuditAndRespond(
  deps: VendDeps,
  metadata: RequestMetadata,
  watch: RequestWatch,
  refuse: Refuse,
): AuditAndRespond {
  const { requestId, action, wire, clientAddress, origin } = metadata;
  let isRecorded = false;

  const record = async (
    auditContext: AuditContext,
    failure: Failure | undefined,
  ): Promise<StageOutcome<void>> => {
    if (isRecorded || (failure && !hasRow(failure))) return { auditContext, result: ok(undefined) };
    // Set before the row is written: a write that was interrupted may still have arrived.
    isRecorded = true;
    // Read only now: a caller that holds its request back must not be able to backdate the row.
    const at = deps.clock.now();
    const request = { requestId, action, wire, clientAddress, origin, at };
    return watch.timed('audit', () => recordWithKey(deps.auditLog, request, auditContext, failure));
  };

  return async (reached, result) => {
    const counted = result.ok ? result : err(countUnauthenticated(result.error, reached, metadata, deps));
    const failure = counted.ok ? undefined : counted.error;
    if (failure) logFailure(deps, metadata, reached, failure);

    const { auditContext, result: recorded } = await record(reached, failure);
    if (!recorded.ok) logFailure(deps, metadata, auditContext, recorded.error);

    const outcome = recorded.ok ? counted : recorded;
    const answer = outcome.ok ? outcome.value : refuse(outcome.error, requestId);
    if (outcome.ok) countVend(deps, auditContext);
    watch.ended(answer.status, () => describeSpan(metadata, auditContext, outcome));
    return origin !== undefined && isForPages(metadata)
      ? showToPage(answer, origin, auditContext.principal, deps)
      : answer;
  };
}

/** What a trace says of a request: as the audit row, without what names a person, an address or a key. */
function describeSpan(
  { requestId, action, wire }: RequestMetadata,
  { stage, revision, principal, allowed, requestedRole, credentials }: AuditContext,
  outcome: Result<Answer, Failure>,
): SpanDescription {
  const failure = outcome.ok ? undefined : outcome.error;
  const attributes = {
    'stint.request_id': requestId,
    'stint.action': action,
    'stint.wire': wire,
    'stint.stage': stage,
    'stint.code': failure?.code,
    'stint.reason': failure?.reason,
    'stint.revision': revision,
    'stint.provider': principal?.provider,
    'stint.role': allowed?.role.id ?? requestedRole,
    'stint.grant': allowed?.grant.id,
    'stint.reused': credentials?.reused,
  };
  return { isKnown: principal !== undefined, attributes };
}

function countVend({ numbers }: VendDeps, { credentials }: AuditContext): void {
  if (!credentials) return;
  numbers.count('vends');
  if (credentials.reused) numbers.count('reused');
}

/** Refusals beyond the limit of a flood are logged only. */
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
