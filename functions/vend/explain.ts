// POST /v1/explain: what POST /v1/credentials would do, and why. The same stages up to compose; it has no way to STS, so
// nothing can be issued.
import type { Answer } from '../../shared/http/answer.ts';
import { ok } from '../../shared/kernel/result.ts';
import { chooseSubject } from './choose-subject.ts';
import type { VendDeps } from './deps.ts';
import { parseExplainRequest } from './explain-request.ts';
import { explainResponse } from './explain-response.ts';
import { createFinish } from './finish.ts';
import { identifyCaller } from './identify-caller.ts';
import { resolveDecision } from './resolve-decision.ts';
import type { Received } from './vend-credentials.ts';

export async function explain({ facts, presented, body }: Received, deps: VendDeps): Promise<Answer> {
  const finish = createFinish(deps, facts);

  const request = body.ok ? parseExplainRequest(body.value) : body;
  if (!request.ok) return finish({ stage: 'request' }, request);
  const { bodyToken, ...asked } = request.value;

  const caller = await identifyCaller({ ...presented, bodyToken }, facts, deps);
  if (!caller.result.ok) return finish(caller.trail, caller.result);
  const { rules } = caller.result.value;

  const subject = await chooseSubject(asked, caller.result.value, facts, deps);
  if (!subject.result.ok) return finish(subject.trail, subject.result);

  // resolveGrants → decide → compose
  const question = { ...asked, ...subject.result.value, rules };
  const resolved = await resolveDecision(question, deps);
  const trail = { ...subject.trail, wished: resolved.trail.wished };
  const { result } = resolved;
  if (!result.ok && resolved.trail.stage === 'grants') return finish({ ...trail, stage: 'grants' }, result);

  const answer = explainResponse(question, resolved, facts.requestId);
  return finish({ ...trail, stage: 'respond' }, ok(answer));
}
