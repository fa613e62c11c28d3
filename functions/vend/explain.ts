// POST /v1/explain: what POST /v1/credentials would do, and why. The same stages up to compose; it has no way to STS, so
// nothing can be issued.
import type { Answer } from '../../shared/http/answer.ts';
import type { RequestId } from '../../shared/kernel/names.ts';
import { ok } from '../../shared/kernel/result.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import { chooseSubject } from './choose-subject.ts';
import type { VendDeps } from './deps.ts';
import { type As, parseExplainRequest, readAs } from './explain-request.ts';
import { explainRefusal, explainResponse } from './explain-response.ts';
import type { Step } from './finish.ts';
import { type Caller, identifyCaller } from './identify-caller.ts';
import { judgeByRules } from './judge-by-rules.ts';
import { resolveDecision } from './resolve-decision.ts';
import type { Received } from './vend-credentials.ts';
import { readCallerPolicy, type VendRequest } from './vend-request.ts';

interface Asked extends Pick<VendRequest, 'wish'> {
  readonly callerPolicy: Policy | undefined;
  readonly as: As | undefined;
}

async function explainTo(
  caller: Caller,
  asked: Asked,
  requestId: RequestId,
  deps: VendDeps,
): Promise<Step<Answer>> {
  const subject = await chooseSubject(asked, caller, deps);
  if (!subject.result.ok) {
    const { obstacle } = subject.result.error;
    if (!obstacle || !asked.as) return { trail: subject.trail, result: subject.result };
    const refusal = explainRefusal(subject.result.error, obstacle, asked.as.claims, requestId);
    return { trail: { ...subject.trail, stage: 'respond' }, result: ok(refusal) };
  }

  // resolveGrants → decide → compose
  const question = { ...asked, ...subject.result.value, rules: caller.rules };
  const resolved = await resolveDecision(question, deps);
  const trail = { ...subject.trail, wished: resolved.trail.wished };
  const { result } = resolved;
  if (!result.ok && resolved.trail.stage === 'grants')
    return { trail: { ...trail, stage: 'grants' }, result };

  const answer = explainResponse(question, resolved, asked.as ? 'administrator' : 'caller', requestId);
  return { trail: { ...trail, stage: 'respond' }, result: ok(answer) };
}

export async function explain(received: Received, deps: VendDeps): Promise<Answer> {
  const { arrival, presented, body, finish } = received;

  const request = body.ok ? parseExplainRequest(body.value) : body;
  if (!request.ok) return finish({ stage: 'request' }, request);
  const { wish, bodyToken } = request.value;

  const caller = await identifyCaller({ ...presented, bodyToken }, arrival, deps);
  if (!caller.result.ok) return finish(caller.trail, caller.result);

  const callerPolicy = readCallerPolicy(request.value);
  if (!callerPolicy.ok) return finish({ ...caller.trail, stage: 'request' }, callerPolicy);
  const as = readAs(request.value);
  if (!as.ok) return finish({ ...caller.trail, stage: 'request' }, as);

  const asked = { wish, callerPolicy: callerPolicy.value, as: as.value };
  const explained = await judgeByRules(caller.result.value, arrival, deps, (judged) =>
    explainTo(judged, asked, arrival.requestId, deps),
  );
  return finish(explained.trail, explained.result);
}
