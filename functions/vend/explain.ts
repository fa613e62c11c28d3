// POST /v1/explain: what POST /v1/credentials would do, and why. It runs the same stages up to compose. It has no access to
// STS, so nothing can be issued. An administrator may describe another caller (`as`). The permission to do so is decided before
// anything of the description is looked at, so that other callers cannot use it to find out what exists. The same permission shows
// how the request came to the function (`arrival`).
import type { Answer } from '../../shared/http/answer.ts';
import type { Principal } from '../../shared/identity/principal.ts';
import type { Failure } from '../../shared/kernel/failure.ts';
import type { RequestId } from '../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { AuditContext, StageOutcome } from '../../shared/pipeline/audit/record-outcome.ts';
import { openConditionOf, simulatePrincipal } from '../../shared/pipeline/authenticate/simulate-principal.ts';
import { decidePermission, findRole } from '../../shared/pipeline/decide/decide-vend.ts';
import type { RequestContext, RoleRequest } from '../../shared/pipeline/decide/decision.ts';
import { refuseBlockedCaller } from '../../shared/pipeline/decide/refuse-blocked.ts';
import type { PermissionGrant } from '../../shared/pipeline/grants/grant.ts';
import { resolveGrants } from '../../shared/pipeline/grants/resolve-grants.ts';
import { type DecisionRequest, resolveDecision } from '../../shared/pipeline/resolve-decision.ts';
import type { Rules } from '../../shared/rules/document/rules.ts';
import type { VendDeps } from './deps.ts';
import { describeArrival } from './describe-arrival.ts';
import { explainRefusal, explainResponse } from './explain-response.ts';
import { type IdentifiedCaller, identifyCaller } from './identify-caller.ts';
import { invalidFields } from './read-fields.ts';
import type { ReceivedRequest } from './received-request.ts';
import { repeatIfRulesChange } from './repeat-if-rules-change.ts';
import type { ArrivalBody } from './response-schemas.ts';
import {
  type CallerDescription,
  parseExplanationRequest,
  readArrivalQuestion,
  readCallerDescription,
  readCallerPolicy,
} from './wire-requests.ts';

/** `as`: the caller to explain; undefined for the caller that asks. */
interface WantedExplanation extends Pick<DecisionRequest, 'roleRequest' | 'callerPolicy'> {
  readonly as: CallerDescription | undefined;
  /** How the request came, where the caller asks for that. */
  readonly arrival: ArrivalBody | undefined;
}

export async function explain(received: ReceivedRequest, deps: VendDeps): Promise<Answer> {
  const { metadata, presented, body, watch, auditAndRespond } = received;

  const request = body.ok ? parseExplanationRequest(body.value) : body;
  if (!request.ok) return auditAndRespond({ stage: 'request' }, request);
  const { roleRequest, bodyToken } = request.value;

  const caller = await watch.timed('authenticate', () =>
    identifyCaller({ ...presented, bodyToken }, metadata, deps),
  );
  if (!caller.result.ok) return auditAndRespond(caller.auditContext, caller.result);

  const callerPolicy = readCallerPolicy(request.value);
  if (!callerPolicy.ok) return auditAndRespond({ ...caller.auditContext, stage: 'request' }, callerPolicy);
  const as = readCallerDescription(request.value);
  if (!as.ok) return auditAndRespond({ ...caller.auditContext, stage: 'request' }, as);

  const question = readArrivalQuestion(request.value);
  if (!question.ok) return auditAndRespond({ ...caller.auditContext, stage: 'request' }, question);

  const { arrived } = received;
  const arrival =
    question.value && arrived && describeArrival(arrived(), question.value, { ...deps, ...metadata });
  const wanted = { roleRequest, callerPolicy: callerPolicy.value, as: as.value, arrival };
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
  const chosen = await chooseExplained(wanted, caller, deps);
  if (!chosen.result.ok)
    return explainUnidentified(chosen.auditContext, chosen.result.error, wanted, requestId);

  // grants → decide → compose
  const request = { ...wanted, ...chosen.result.value, rules: caller.rules };
  const resolved = await resolveDecision(request, deps);
  const auditContext = { ...chosen.auditContext, requestedRole: resolved.auditContext.requestedRole };
  // Without the grants there is nothing to explain. Any other failure is what the explanation is about.
  if (!resolved.result.ok && resolved.auditContext.stage === 'grants')
    return { auditContext: { ...auditContext, stage: 'grants' }, result: resolved.result };

  const reader = wanted.as ? 'administrator' : 'caller';
  const answer = explainResponse(request, resolved, reader, wanted.arrival, requestId);
  return { auditContext: { ...auditContext, stage: 'respond' }, result: ok(answer) };
}

/** When the described caller lacks a claim that its provider requires, that is the explanation. Any other failure stands. */
function explainUnidentified(
  auditContext: AuditContext,
  failure: Failure,
  { as }: WantedExplanation,
  requestId: RequestId,
): StageOutcome<Answer> {
  const { denialDetail } = failure;
  if (!denialDetail || !as) return { auditContext, result: err(failure) };
  const refusal = explainRefusal(failure, denialDetail, as.claims, requestId);
  return { auditContext: { ...auditContext, stage: 'respond' }, result: ok(refusal) };
}

/** The request to explain: its caller, its time and its address. */
interface ExplainedRequest extends RequestContext {
  readonly principal: Principal;
}

/** The caller's own request, or that of the caller whom an administrator describes. How it came is for administrators alone, too. */
async function chooseExplained(
  { as, arrival, roleRequest }: WantedExplanation,
  caller: IdentifiedCaller,
  deps: VendDeps,
): Promise<StageOutcome<ExplainedRequest>> {
  const { principal, rules, clientAddress } = caller;
  const own = { principal, now: deps.clock.now(), clientAddress };
  const known = { revision: rules.revision, principal };
  if (!as && !arrival) return { auditContext: { ...known, stage: 'authenticate' }, result: ok(own) };

  const permitted = await permitAdministrator(own, roleRequest, rules, deps);
  if (!permitted.result.ok) return { auditContext: permitted.auditContext, result: permitted.result };

  const permission = permitted.result.value;
  if (!as) {
    const explained = { principal, permission };
    return { auditContext: { ...known, stage: 'decide', explained }, result: ok(own) };
  }
  const described = await simulateDescribed(as, caller);
  if (!described.ok)
    return { auditContext: { ...permitted.auditContext, stage: 'request' }, result: described };
  const explained = { principal: described.value, permission };
  return {
    auditContext: { ...known, stage: 'decide', explained },
    result: ok({
      principal: described.value,
      now: as.at === undefined ? own.now : new Date(as.at),
      clientAddress: as.sourceIp,
    }),
  };
}

/** The grant of the permission `explain` by which an administrator may describe a caller, or ask how its own request came. */
async function permitAdministrator(
  administrator: ExplainedRequest,
  roleRequest: RoleRequest,
  rules: Rules,
  deps: VendDeps,
): Promise<StageOutcome<PermissionGrant>> {
  const { principal } = administrator;
  const known = { revision: rules.revision, principal };
  const admitted = refuseBlockedCaller(principal, rules.blocks, administrator.now);
  if (!admitted.ok) {
    // Without its detail: that would be taken for the explanation of the described caller.
    const refusal = { ...admitted.error, denialDetail: undefined };
    return { auditContext: { ...known, stage: 'decide' }, result: err(refusal) };
  }
  const grants = await resolveGrants(principal, { ...deps, rules });
  if (!grants.ok) return { auditContext: { ...known, stage: 'grants' }, result: grants };

  const role = findRole(roleRequest.role, rules.rolesById);
  const permission = decidePermission('explain', grants.value, { ...administrator, role, roleRequest });
  return { auditContext: { ...known, requestedRole: role?.id, stage: 'decide' }, result: permission };
}

async function simulateDescribed(
  { provider: id, ...as }: CallerDescription,
  { rules }: IdentifiedCaller,
): Promise<Result<Principal, Failure>> {
  const provider = rules.providersById.get(id);
  if (!provider) return invalidFields([{ field: 'as.provider', message: 'is not a configured provider' }]);
  const principal = simulatePrincipal(as, provider, await openConditionOf(provider));
  // A required claim that the description lacks is the answer to the question, not a fault of the question.
  if (principal.ok || principal.error.denialDetail) return principal;
  const field = principal.error.reason.startsWith('groups-') ? 'as.groups' : 'as.subject';
  return invalidFields([{ field, message: 'is not what a token of this provider could say' }]);
}
