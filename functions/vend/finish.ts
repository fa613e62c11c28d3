// The end of every audited request: audit → respond. Without its audit row nothing leaves.
import { type RequestFacts, recordOutcome, type Trail } from '../../shared/audit/record-outcome.ts';
import type { Failure } from '../../shared/errors.ts';
import { type Answer, problem } from '../../shared/http/answer.ts';
import type { Result } from '../../shared/kernel/result.ts';
import type { VendDeps } from './deps.ts';

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

export function createFinish(deps: VendDeps, facts: RequestFacts): Finish {
  return async (trail, result) => {
    const failure = result.ok ? undefined : result.error;
    if (failure) logFailure(deps, facts, trail, failure);
    const recorded = await recordOutcome(deps.auditLog, facts, trail, failure);
    if (!recorded.ok) logFailure(deps, facts, trail, recorded.error);
    if (!recorded.ok) return problem(recorded.error, facts.requestId);
    return result.ok ? result.value : problem(result.error, facts.requestId);
  };
}
