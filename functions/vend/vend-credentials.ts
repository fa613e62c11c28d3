// THE pipeline: authenticate → resolveGrants → decide → compose → assume → audit → respond. A stage a line; whatever a
// stage refuses ends here, and `finish` writes the audit row before anything is answered.

import type { RequestFacts } from '../../shared/audit/record-outcome.ts';
import { authenticate } from '../../shared/authenticate/authenticate.ts';
import { composeSessionPolicy } from '../../shared/compose/compose-session-policy.ts';
import { decideVend } from '../../shared/decide/decide-vend.ts';
import { findRole } from '../../shared/decide/find-role.ts';
import type { Failure } from '../../shared/errors.ts';
import { resolveGrants } from '../../shared/grants/resolve-grants.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import { currentRules } from './current-rules.ts';
import type { VendDeps } from './deps.ts';
import { createFinish } from './finish.ts';
import { parseVendRequest } from './vend-request.ts';
import { vendResponse } from './vend-response.ts';

export interface Received {
  readonly facts: RequestFacts;
  readonly authorization: string | undefined;
  readonly body: Result<unknown, Failure>;
}

export async function vendCredentials(
  { facts, authorization, body }: Received,
  deps: VendDeps,
): Promise<Answer> {
  const finish = createFinish(deps, facts);
  const { at: now, clientAddress } = facts;

  const request = body.ok ? parseVendRequest(body.value) : body;
  if (!request.ok) return finish({ stage: 'request' }, request);
  const { wish, callerPolicy, bodyToken } = request.value;

  const rules = await currentRules(deps.store);
  if (!rules.ok) return finish({ stage: 'authenticate' }, rules);
  const revision = rules.value.revision;

  const caller = await authenticate({ authorization, bodyToken }, { ...deps, rules: rules.value, now });
  if (!caller.ok) return finish({ stage: 'authenticate', revision }, caller);
  const principal = caller.value;

  const grants = await resolveGrants(principal, { ...deps, rules: rules.value });
  if (!grants.ok) return finish({ stage: 'grants', revision, principal }, grants);

  const decision = decideVend(principal, wish, grants.value, rules.value.rolesById, { now, clientAddress });
  const wished = findRole(wish.role, rules.value.rolesById)?.id;
  if (!decision.ok) return finish({ stage: 'decide', revision, principal, wished }, decision);
  const allowed = decision.value;

  const composed = composeSessionPolicy(allowed, {
    claims: principal.claims,
    callerPolicy,
    clientAddress,
    now,
  });
  if (!composed.ok) return finish({ stage: 'compose', revision, principal, allowed }, composed);

  const requestId = facts.requestId;
  const assumed = await deps.assumeRole({ requestId, principal, allowed, composed: composed.value });
  if (!assumed.ok) return finish({ stage: 'assume', revision, principal, allowed }, assumed);
  const session = assumed.value;

  const answer = vendResponse(session, allowed, requestId, deps.random);
  return finish({ stage: 'respond', revision, principal, allowed, session }, ok(answer));
}
