// POST /v1/explain: what POST /v1/credentials would do, and why. The same stages up to compose; it has no way to STS, so
// nothing can be issued.

import type { Answer } from '../../shared/http/answer.ts';
import type { RequestId } from '../../shared/kernel/names.ts';
import { ok } from '../../shared/kernel/result.ts';
import type { StageOutcome } from '../../shared/pipeline/audit/record-outcome.ts';
import { resolveDecision } from '../../shared/pipeline/resolve-decision.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import { chooseSubject } from './choose-subject.ts';
import type { VendDeps } from './deps.ts';
import { type As, parseExplainRequest, readAs } from './explain-request.ts';
import { explainRefusal, explainResponse } from './explain-response.ts';
import { type Caller, identifyCaller } from './identify-caller.ts';
import { judgeByRules } from './judge-by-rules.ts';
import type { Received } from './vend-credentials.ts';
import { readCallerPolicy, type VendRequest } from './vend-request.ts';

interface Asked extends Pick<VendRequest, 'roleRequest'> {
  readonly callerPolicy: Policy | undefined;
  readonly as: As | undefined;
}

async function explainTo(
  caller: Caller,
  asked: Asked,
  requestId: RequestId,
  deps: VendDeps,
): Promise<StageOutcome<Answer>> {
  const subject = await chooseSubject(asked, caller, deps);
  if (!subject.result.ok) {
    const { denialDetail } = subject.result.error;
    if (!denialDetail || !asked.as) return { auditContext: subject.auditContext, result: subject.result };
    const refusal = explainRefusal(subject.result.error, denialDetail, asked.as.claims, requestId);
    return { auditContext: { ...subject.auditContext, stage: 'respond' }, result: ok(refusal) };
  }

  // resolveGrants → decide → compose
  const request = { ...asked, ...subject.result.value, rules: caller.rules };
  const resolved = await resolveDecision(request, deps);
  const auditContext = { ...subject.auditContext, requestedRole: resolved.auditContext.requestedRole };
  const { result } = resolved;
  if (!result.ok && resolved.auditContext.stage === 'grants')
    return { auditContext: { ...auditContext, stage: 'grants' }, result };

  const answer = explainResponse(request, resolved, asked.as ? 'administrator' : 'caller', requestId);
  return { auditContext: { ...auditContext, stage: 'respond' }, result: ok(answer) };
}

export async function explain(received: Received, deps: VendDeps): Promise<Answer> {
  const { arrival, presented, body, auditAndRespond } = received;

  const request = body.ok ? parseExplainRequest(body.value) : body;
  if (!request.ok) return auditAndRespond({ stage: 'request' }, request);
  const { roleRequest, bodyToken } = request.value;

  const caller = await identifyCaller({ ...presented, bodyToken }, arrival, deps);
  if (!caller.result.ok) return auditAndRespond(caller.auditContext, caller.result);

  const callerPolicy = readCallerPolicy(request.value);
  if (!callerPolicy.ok) return auditAndRespond({ ...caller.auditContext, stage: 'request' }, callerPolicy);
  const as = readAs(request.value);
  if (!as.ok) return auditAndRespond({ ...caller.auditContext, stage: 'request' }, as);

  const asked = { roleRequest, callerPolicy: callerPolicy.value, as: as.value };
  const explained = await judgeByRules(caller.result.value, arrival, deps, (judged) =>
    explainTo(judged, asked, arrival.requestId, deps),
  );
  return auditAndRespond(explained.auditContext, explained.result);
}
