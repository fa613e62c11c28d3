// The end of every audited request: audit → respond. Without its audit row nothing leaves, and a request has one row.

import { type Answer, problem } from '../../shared/http/answer.ts';
import type { Failure, FailureCode } from '../../shared/kernel/failure.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import {
  type AuditContext,
  type RequestFacts,
  recordOutcome,
} from '../../shared/pipeline/audit/record-outcome.ts';
import type { VendDeps } from './deps.ts';
import { showToPage } from './web-pages.ts';

/** Of a request, what is known before any of its body has come. */
export type Arrival = Omit<RequestFacts, 'at'>;

export type AuditAndRespond = (
  auditContext: AuditContext,
  result: Result<Answer, Failure>,
) => Promise<Answer>;

function logFailure(
  { logger }: VendDeps,
  { requestId, action }: Arrival,
  auditContext: AuditContext,
  failure: Failure,
): void {
  const { code, reason, cause = '' } = failure;
  const level = code.endsWith('_unavailable') || code === 'role_misconfigured' ? 'error' : 'info';
  const role = auditContext.allowed?.role.id ?? auditContext.requestedRole ?? '';
  logger.log(level, 'refused', { requestId, action, stage: auditContext.stage, code, reason, cause, role });
}

/** What a caller sends that proves nothing, and not what Stint fails in. */
const COUNTED: ReadonlySet<FailureCode> = new Set([
  'invalid_token',
  'invalid_request',
  'too_large',
  'unsupported_media_type',
  // An issuer's keys, or STS's word on a caller, that cannot be had: nothing is proved, and each request may have asked.
  'keys_unavailable',
  'sts_unavailable',
  'rate_limited',
]);

/**
 * Whoever is told a nonce has shown a good token, and comes back with it; and what takes so long that the request is late
 * comes after the proof, since whatever verifies one ends sooner.
 */
const PROVED_BEFORE: ReadonlySet<string> = new Set(['dpop-nonce-needed', 'request-late']);

/** A limit that was reached has counted already. */
const provesNothing = ({ principal, stage }: AuditContext, { code, reason }: Failure): boolean =>
  !principal && stage !== 'limit' && COUNTED.has(code) && !PROVED_BEFORE.has(reason);

/** What proves nothing counts against its address; beyond what all such requests may come to, that is the refusal. */
function countFailure(
  failure: Failure,
  auditContext: AuditContext,
  { clientAddress }: Arrival,
  { requestLimits, clock }: VendDeps,
): Failure {
  if (!provesNothing(auditContext, failure)) return failure;
  const counted = requestLimits.recordFailure(clientAddress, clock.now());
  return counted.ok ? failure : counted.error;
}

const hasRow = (failure: Failure): boolean => failure.code !== 'rate_limited' || !failure.unrecorded;

/** One for each request: who comes a second time, after a bug, changes nothing of what the first has written. */
export function createAuditAndRespond(deps: VendDeps, arrival: Arrival): AuditAndRespond {
  const { requestId, origin } = arrival;
  let isRecorded = false;

  const record = (auditContext: AuditContext, failure: Failure | undefined) => {
    // From here on: a put that broke off may have arrived.
    isRecorded = true;
    // The row's time is when the outcome was known. A caller who holds a request back must not date its row back.
    return recordOutcome(deps.auditLog, { ...arrival, at: deps.clock.now() }, auditContext, failure);
  };

  const answerTo = (
    outcome: Result<Answer, Failure>,
    { principal }: AuditContext,
  ): Answer | Promise<Answer> => {
    const answer = outcome.ok ? outcome.value : problem(outcome.error, requestId);
    return origin === undefined ? answer : showToPage(answer, origin, principal, deps);
  };

  return async (auditContext, result) => {
    const outcome = result.ok ? result : err(countFailure(result.error, auditContext, arrival, deps));
    const failure = outcome.ok ? undefined : outcome.error;
    if (failure) logFailure(deps, arrival, auditContext, failure);
    if (failure && !hasRow(failure)) return answerTo(outcome, auditContext);
    const recorded = isRecorded ? ok(undefined) : await record(auditContext, failure);
    if (!recorded.ok) logFailure(deps, arrival, auditContext, recorded.error);
    return answerTo(recorded.ok ? outcome : recorded, auditContext);
  };
}
