// The end of every audited request: audit → respond. Without its audit row nothing leaves.
import { type RequestFacts, recordOutcome, type Trail } from '../../shared/audit/record-outcome.ts';
import type { Failure, FailureCode } from '../../shared/errors.ts';
import { type Answer, problem } from '../../shared/http/answer.ts';
import type { Result } from '../../shared/kernel/result.ts';
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

/** What a caller sends that proves nothing, and not what Stint or an issuer fails in. */
const BLAMED: ReadonlySet<FailureCode> = new Set([
  'invalid_token',
  'invalid_request',
  'too_large',
  'unsupported_media_type',
]);

/** Whoever is told a nonce has shown a good token, and comes back with it. */
const provesNothing = ({ principal }: Trail, { code, reason }: Failure): boolean =>
  !principal && BLAMED.has(code) && reason !== 'dpop-nonce-needed';

export function createFinish(deps: VendDeps, facts: RequestFacts): Finish {
  return async (trail, result) => {
    const failure = result.ok ? undefined : result.error;
    if (failure) logFailure(deps, facts, trail, failure);
    if (failure && provesNothing(trail, failure)) {
      deps.requestLimits.blameAddress(facts.clientAddress, facts.at);
    }
    const recorded = await recordOutcome(deps.auditLog, facts, trail, failure);
    if (!recorded.ok) logFailure(deps, facts, trail, recorded.error);
    const outcome = recorded.ok ? result : recorded;
    const answer = outcome.ok ? outcome.value : problem(outcome.error, facts.requestId);
    return facts.origin === undefined ? answer : showToPage(answer, facts.origin, trail.principal, deps);
  };
}
