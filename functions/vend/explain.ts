// POST /v1/explain: what POST /v1/credentials would do, and why. It runs the same stages up to compose and has no access to
// STS, so nothing can be issued. An administrator may describe another caller to explain. Without the permission to do so,
// nothing of the description is looked at, so it cannot be used to find out what exists.
import type { Answer } from '../../shared/http/answer.ts';
import type { Principal } from '../../shared/identity/principal.ts';
import type { Failure } from '../../shared/kernel/failure.ts';
import type { RequestId } from '../../shared/kernel/names.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import type { StageOutcome } from '../../shared/pipeline/audit/record-outcome.ts';
import { simulatePrincipal } from '../../shared/pipeline/authenticate/simulate-principal.ts';
import { decidePermission, findRole } from '../../shared/pipeline/decide/decide-vend.ts';
import type { RequestContext } from '../../shared/pipeline/decide/decision.ts';
import { resolveGrants } from '../../shared/pipeline/grants/resolve-grants.ts';
import { type DecisionRequest, resolveDecision } from '../../shared/pipeline/resolve-decision.ts';
import type { VendDeps } from './deps.ts';
import { explainRefusal, explainResponse } from './explain-response.ts';
import { type IdentifiedCaller, identifyCaller } from './identify-caller.ts';
import { invalidFields } from './read-fields.ts';
import type { ReceivedRequest } from './received-request.ts';
import { repeatIfRulesChange } from './repeat-if-rules-change.ts';
import {
  type CallerDescription,
  parseExplanationRequest,
  readCallerDescription,
  readCallerPolicy,
} from './wire-requests.ts';

/** `as`: the caller to explain, in place of the one that asks. */
interface WantedExplanation extends Pick<DecisionRequest, 'roleRequest' | 'callerPolicy'> {
  readonly as: CallerDescription | undefined;
}

export async function explain(received: ReceivedRequest, deps: VendDeps): Promise<Answer> {
  const { metadata, presented, body, auditAndRespond } = received;

  const request = body.ok ? parseExplanationRequest(body.value) : body;
  if (!request.ok) return auditAndRespond({ stage: 'request' }, request);
  const { roleRequest, bodyToken } = request.value;

  const caller = await identifyCaller({ ...presented, bodyToken }, metadata, deps);
  if (!caller.result.ok) return auditAndRespond(caller.auditContext, caller.result);

  const callerPolicy = readCallerPolicy(request.value);
  if (!callerPolicy.ok) return auditAndRespond({ ...caller.auditContext, stage: 'request' }, callerPolicy);
  const as = readCallerDescription(request.value);
  if (!as.ok) return auditAndRespond({ ...caller.auditContext, stage: 'request' }, as);

  const wanted = { roleRequest, callerPolicy: callerPolicy.value, as: as.value };
  const explained = await repeatIfRulesChange(caller.result.value, metadata, deps, (current) =>
    explainTo(current, wanted, metadata.requestId, deps),
  );
  return auditAndRespond(explained.auditContext, explained.result);
}

async function explainTo(
  caller: IdentifiedCaller,
  wanted: WantedExplanation,
  requestId: RequestId,
  deps: VendDeps,
): Promise<StageOutcome<Answer>> {
  const explained = await chooseExplained(wanted, caller, deps);
  if (!explained.result.ok) {
    const { auditContext, result } = explained;
    const { denialDetail } = result.error;
    if (!denialDetail || !wanted.as) return { auditContext, result };
    const refusal = explainRefusal(result.error, denialDetail, wanted.as.claims, requestId);
    return { auditContext: { ...auditContext, stage: 'respond' }, result: ok(refusal) };
  }

  // grants → decide → compose
  const request = { ...wanted, ...explained.result.value, rules: caller.rules };
  const resolved = await resolveDecision(request, deps);
  const auditContext = { ...explained.auditContext, requestedRole: resolved.auditContext.requestedRole };
  const { result } = resolved;
  if (!result.ok && resolved.auditContext.stage === 'grants')
    return { auditContext: { ...auditContext, stage: 'grants' }, result };

  const answer = explainResponse(request, resolved, wanted.as ? 'administrator' : 'caller', requestId);
  return { auditContext: { ...auditContext, stage: 'respond' }, result: ok(answer) };
}

/** The request to explain: its caller, its time and its address. */
interface ExplainedRequest extends RequestContext {
  readonly principal: Principal;
}

/** The caller's own request, or that of the caller described by an administrator with a grant of the permission `explain`. */
async function chooseExplained(
  { as, roleRequest }: WantedExplanation,
  caller: IdentifiedCaller,
  deps: VendDeps,
): Promise<StageOutcome<ExplainedRequest>> {
  const { principal, rules, clientAddress } = caller;
  const now = deps.clock.now();
  const own = { principal, now, clientAddress };
  const known = { revision: rules.revision, principal };
  if (!as) return { auditContext: { ...known, stage: 'authenticate' }, result: ok(own) };

  const grants = await resolveGrants(principal, { ...deps, rules });
  if (!grants.ok) return { auditContext: { ...known, stage: 'grants' }, result: grants };

  const role = findRole(roleRequest.role, rules.rolesById);
  const requestedRole = role?.id;
  const permission = decidePermission('explain', grants.value, { ...own, role, roleRequest });
  if (!permission.ok)
    return { auditContext: { ...known, requestedRole, stage: 'decide' }, result: permission };

  const described = simulateDescribed(as, caller);
  if (!described.ok)
    return { auditContext: { ...known, requestedRole, stage: 'request' }, result: described };
  const explained = { principal: described.value, permission: permission.value };
  return {
    auditContext: { ...known, stage: 'decide', explained },
    result: ok({
      principal: described.value,
      now: as.at === undefined ? now : new Date(as.at),
      clientAddress: as.sourceIp,
    }),
  };
}

function simulateDescribed(
  { provider: id, ...as }: CallerDescription,
  { rules }: IdentifiedCaller,
): Result<Principal, Failure> {
  const provider = rules.providersById.get(id);
  if (!provider) return invalidFields([{ field: 'as.provider', message: 'is not a configured provider' }]);
  const principal = simulatePrincipal(as, provider);
  // A claim that the provider requires and the description lacks is an answer to the question, not a fault of it.
  if (principal.ok || principal.error.denialDetail) return principal;
  const field = principal.error.reason.startsWith('groups-') ? 'as.groups' : 'as.subject';
  return invalidFields([{ field, message: 'is not what a token of this provider could say' }]);
}
