// The end of every audited request: audit → respond. Without its audit row nothing leaves.
import { type RequestFacts, recordOutcome, type Trail } from '../../shared/audit/record-outcome.ts';
import type { Failure, FailureCode } from '../../shared/errors.ts';
import { type Answer, problem } from '../../shared/http/answer.ts';
import { err, type Result } from '../../shared/kernel/result.ts';
import type { VendDeps } from './deps.ts';
import { showToPage } from './web-pages.ts';

/** What a part of a request came to, and how far it came. */
export interface Step<T> {
  readonly trail: Trail;
  readonly result: Result<T, Failure>;
}

export type Finish = (trail: Trail, result: Result<Answer, Failure>) => Promise<Answer>;

function logFailure(
  { logger }: VendDeps,
  { requestId, action }: RequestFacts,
  trail: Trail,
  failure: Failure,
): void {
  const { code, reason, cause = '' } = failure;
  const level = code.endsWith('_unavailable') || code === 'role_misconfigured' ? 'error' : 'info';
  const role = trail.allowed?.role.id ?? trail.wished ?? '';
  logger.log(level, 'refused', { requestId, action, stage: trail.stage, code, reason, cause, role });
}

/** What a caller sends that proves nothing, and not what Stint fails in. */
const BLAMED: ReadonlySet<FailureCode> = new Set([
  'invalid_token',
  'invalid_request',
  'too_large',
  'unsupported_media_type',
  // An issuer's keys that cannot be had: nothing is proved, and each request may have asked the issuer.
  'keys_unavailable',
]);

/** Whoever is told a nonce has shown a good token, and comes back with it. */
const provesNothing = ({ principal }: Trail, { code, reason }: Failure): boolean =>
  !principal && BLAMED.has(code) && reason !== 'dpop-nonce-needed';

/** What proves nothing counts against its address; beyond what all such requests may come to, that is the refusal. */
function countFailure(
  failure: Failure,
  trail: Trail,
  { clientAddress, at }: RequestFacts,
  { requestLimits }: VendDeps,
): Failure {
  if (!provesNothing(trail, failure)) return failure;
  const counted = requestLimits.blameAddress(clientAddress, at);
  return counted.ok ? failure : counted.error;
}

const hasRow = (failure: Failure): boolean => failure.code !== 'rate_limited' || !failure.unrecorded;

export function createFinish(deps: VendDeps, facts: RequestFacts): Finish {
  const answerTo = (outcome: Result<Answer, Failure>, { principal }: Trail): Answer | Promise<Answer> => {
    const answer = outcome.ok ? outcome.value : problem(outcome.error, facts.requestId);
    return facts.origin === undefined ? answer : showToPage(answer, facts.origin, principal, deps);
  };
  return async (trail, result) => {
    const failure = result.ok ? undefined : countFailure(result.error, trail, facts, deps);
    if (failure) logFailure(deps, facts, trail, failure);
    if (failure && !hasRow(failure)) return answerTo(err(failure), trail);
    const recorded = await recordOutcome(deps.auditLog, facts, trail, failure);
    if (!recorded.ok) logFailure(deps, facts, trail, recorded.error);
    return answerTo(recorded.ok ? result : recorded, trail);
  };
}
