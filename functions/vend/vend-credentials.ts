// THE pipeline: authenticate → limit → resolveGrants → decide → compose → assume → audit → respond. A stage a line;
// whatever a stage refuses ends here, and `finish` writes the audit row before anything is answered.

import type { RequestFacts } from '../../shared/audit/record-outcome.ts';
import type { Presented } from '../../shared/authenticate/read-proof.ts';
import type { Failure } from '../../shared/errors.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import type { VendDeps } from './deps.ts';
import { createFinish } from './finish.ts';
import { identifyCaller } from './identify-caller.ts';
import { resolveDecision } from './resolve-decision.ts';
import { parseVendRequest } from './vend-request.ts';
import { vendResponse } from './vend-response.ts';

export interface Received {
  readonly facts: RequestFacts;
  /** Every place of a proof but the body. */
  readonly presented: Omit<Presented, 'bodyToken'>;
  readonly body: Result<unknown, Failure>;
}

export async function vendCredentials({ facts, presented, body }: Received, deps: VendDeps): Promise<Answer> {
  const finish = createFinish(deps, facts);
  const { at: now, requestId } = facts;

  const request = body.ok ? parseVendRequest(body.value) : body;
  if (!request.ok) return finish({ stage: 'request' }, request);
  const { wish, callerPolicy, bodyToken } = request.value;

  // authenticate → limit
  const caller = await identifyCaller({ ...presented, bodyToken }, facts, deps);
  if (!caller.result.ok) return finish(caller.trail, caller.result);
  const { rules, principal, limits, clientAddress } = caller.result.value;

  // resolveGrants → decide → compose
  const asked = { rules, principal, wish, callerPolicy, now, clientAddress };
  const resolved = await resolveDecision(asked, deps);
  if (!resolved.result.ok) return finish(resolved.trail, resolved.result);
  const { allowed, composed } = resolved.result.value;

  const assumed = await deps.assumeRole({ requestId, principal, limits, allowed, composed });
  if (!assumed.ok) return finish({ ...resolved.trail, stage: 'assume' }, assumed);
  const session = assumed.value;

  const answer = vendResponse(session, allowed, requestId, deps.random);
  return finish({ ...resolved.trail, stage: 'respond', session }, ok(answer));
}
