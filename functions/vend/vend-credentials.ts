// THE pipeline: authenticate → limit → resolveGrants → decide → compose → assume → audit → respond. A stage a line;
// whatever a stage refuses ends here, and `auditAndRespond` writes the audit row before anything is answered.

import type { Answer } from '../../shared/http/answer.ts';
import type { Failure } from '../../shared/kernel/failure.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import type { AssumedSession } from '../../shared/pipeline/assume/assume-role.ts';
import type { StageOutcome } from '../../shared/pipeline/audit/record-outcome.ts';
import type { Presented } from '../../shared/pipeline/authenticate/read-proof.ts';
import type { Allowed } from '../../shared/pipeline/decide/decision.ts';
import { resolveDecision } from '../../shared/pipeline/resolve-decision.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import type { Arrival, AuditAndRespond } from './audit-and-respond.ts';
import type { VendDeps } from './deps.ts';
import { type Caller, identifyCaller } from './identify-caller.ts';
import { judgeByRules } from './judge-by-rules.ts';
import { parseVendRequest, readCallerPolicy, type VendRequest } from './vend-request.ts';
import { vendResponse } from './vend-response.ts';

export interface Received {
  readonly arrival: Arrival;
  /** Every place of a proof but the body. */
  readonly presented: Omit<Presented, 'bodyToken'>;
  readonly body: Result<unknown, Failure>;
  readonly auditAndRespond: AuditAndRespond;
}

interface Asked extends Pick<VendRequest, 'roleRequest'>, Pick<Arrival, 'requestId'> {
  readonly callerPolicy: Policy | undefined;
}

interface Vended {
  readonly session: AssumedSession;
  readonly allowed: Allowed;
}

/** resolveGrants → decide → compose → assume */
async function vend(
  caller: Caller,
  { roleRequest, callerPolicy, requestId }: Asked,
  deps: VendDeps,
): Promise<StageOutcome<Vended>> {
  const { principal, limits, rules } = caller;
  const resolved = await resolveDecision(
    { ...caller, roleRequest, callerPolicy, now: deps.clock.now() },
    deps,
  );
  if (!resolved.result.ok) return { auditContext: resolved.auditContext, result: resolved.result };
  const { allowed, composed } = resolved.result.value;

  const assumed = await deps.assumeRole({ requestId, principal, limits, allowed, composed, rules });
  if (!assumed.ok) return { auditContext: { ...resolved.auditContext, stage: 'assume' }, result: assumed };
  const session = assumed.value;
  return {
    auditContext: { ...resolved.auditContext, stage: 'respond', session },
    result: ok({ session, allowed }),
  };
}

export async function vendCredentials(received: Received, deps: VendDeps): Promise<Answer> {
  const { arrival, presented, body, auditAndRespond } = received;
  const { requestId } = arrival;

  const request = body.ok ? parseVendRequest(body.value) : body;
  if (!request.ok) return auditAndRespond({ stage: 'request' }, request);
  const { roleRequest, bodyToken } = request.value;

  // authenticate → limit
  const caller = await identifyCaller({ ...presented, bodyToken }, arrival, deps);
  if (!caller.result.ok) return auditAndRespond(caller.auditContext, caller.result);

  const callerPolicy = readCallerPolicy(request.value);
  if (!callerPolicy.ok) return auditAndRespond({ ...caller.auditContext, stage: 'request' }, callerPolicy);

  const asked = { roleRequest, requestId, callerPolicy: callerPolicy.value };
  const vended = await judgeByRules(caller.result.value, arrival, deps, (judged) =>
    vend(judged, asked, deps),
  );
  if (!vended.result.ok) return auditAndRespond(vended.auditContext, vended.result);
  const { session, allowed } = vended.result.value;

  return auditAndRespond(vended.auditContext, ok(vendResponse(session, allowed, requestId, deps)));
}
