// THE pipeline: authenticate → limit → grants → decide → compose → assume → audit → respond. A stage that refuses ends the
// request. Every way out goes through `auditAndRespond`, which writes the audit row before it returns the answer.

import type { Answer } from '../../shared/http/answer.ts';
import type { Principal } from '../../shared/identity/principal.ts';
import { ok } from '../../shared/kernel/result.ts';
import type { AssumedCredentials } from '../../shared/pipeline/assume/assume-role.ts';
import type { RequestMetadata, StageOutcome } from '../../shared/pipeline/audit/record-outcome.ts';
import type { Allowed } from '../../shared/pipeline/decide/decision.ts';
import { type DecisionRequest, resolveDecision } from '../../shared/pipeline/resolve-decision.ts';
import type { VendDeps } from './deps.ts';
import { type IdentifiedCaller, identifyCaller } from './identify-caller.ts';
import type { ReceivedRequest } from './received-request.ts';
import { repeatIfRulesChange } from './repeat-if-rules-change.ts';
import { vendResponse } from './vend-response.ts';
import { parseVendRequest, readCallerPolicy } from './wire-requests.ts';

/** In what a wire (see wires/wire.ts) may differ from POST /v1/credentials. The stages are the same for all. */
export interface VendDialect {
  /** Whether a duration over the grant's longest is shortened. Otherwise it is refused. */
  readonly shortensDuration: boolean;
  /** The last argument is the caller, as the rules in force know it. */
  readonly answer: (...args: [...Parameters<typeof vendResponse>, principal: Principal]) => Answer;
}

const OWN: VendDialect = { shortensDuration: false, answer: vendResponse };

export async function vendCredentials(
  received: ReceivedRequest,
  deps: VendDeps,
  { shortensDuration, answer } = OWN,
): Promise<Answer> {
  const { metadata, presented, body, watch, auditAndRespond } = received;
  const { requestId } = metadata;

  const request = body.ok ? parseVendRequest(body.value) : body;
  if (!request.ok) return auditAndRespond({ stage: 'request' }, request);
  const { bodyToken } = request.value;
  const { role, durationSeconds } = request.value.roleRequest;
  const roleRequest = { role, durationSeconds, shorten: shortensDuration };

  // authenticate → limit
  const { authorization, dpop, certificate } = presented;
  const caller = await watch.timed('authenticate', () =>
    identifyCaller({ authorization, bodyToken, dpop, certificate }, metadata, deps),
  );
  if (!caller.result.ok) return auditAndRespond(caller.auditContext, caller.result);

  // Read only now: a policy of any depth costs time, which an unknown caller must not cause.
  const callerPolicy = readCallerPolicy(request.value);
  if (!callerPolicy.ok) return auditAndRespond({ ...caller.auditContext, stage: 'request' }, callerPolicy);

  // grants → decide → compose → assume
  const wanted = { roleRequest, requestId, callerPolicy: callerPolicy.value, watch };
  const vended = await repeatIfRulesChange(caller.result.value, metadata, deps, (current) =>
    vendByRules(current, wanted, deps),
  );
  if (!vended.result.ok) return auditAndRespond(vended.auditContext, vended.result);
  const { credentials, allowed, principal } = vended.result.value;

  // audit → respond
  return auditAndRespond(vended.auditContext, ok(answer(credentials, allowed, requestId, deps, principal)));
}

type WantedCredentials = Pick<DecisionRequest, 'roleRequest' | 'callerPolicy'> &
  Pick<RequestMetadata, 'requestId'> &
  Pick<ReceivedRequest, 'watch'>;

interface VendedCredentials {
  readonly credentials: AssumedCredentials;
  readonly allowed: Allowed;
  readonly principal: Principal;
}

/** By the rules in `caller`, which may change while STS is asked: see repeat-if-rules-change.ts. */
async function vendByRules(
  caller: IdentifiedCaller,
  { roleRequest, callerPolicy, requestId, watch }: WantedCredentials,
  deps: VendDeps,
): Promise<StageOutcome<VendedCredentials>> {
  const { principal, limits, rules, clientAddress } = caller;

  // grants → decide → compose
  const request = { rules, principal, clientAddress, roleRequest, callerPolicy, now: deps.clock.now() };
  const resolved = await watch.timed('decide', () => resolveDecision(request, deps));
  if (!resolved.result.ok) return { auditContext: resolved.auditContext, result: resolved.result };
  const { allowed, composed } = resolved.result.value;

  const order = { requestId, principal, limits, allowed, composed, rules };
  const assumed = await watch.timed('assume', () => deps.assumeRole(order));
  if (!assumed.ok) return { auditContext: { ...resolved.auditContext, stage: 'assume' }, result: assumed };
  const credentials = assumed.value;

  const { revision, requestedRole } = resolved.auditContext;
  return {
    auditContext: { stage: 'respond', revision, principal, requestedRole, allowed, credentials },
    result: ok({ credentials, allowed, principal }),
  };
}
