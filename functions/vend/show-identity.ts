// GET /v1/identity: who the caller is to Stint, and the claims that rules can see.
import { type Answer, success } from '../../shared/http/answer.ts';
import { ok } from '../../shared/kernel/result.ts';
import type { VendDeps } from './deps.ts';
import { createFinish } from './finish.ts';
import { identifyCaller } from './identify-caller.ts';
import type { Received } from './vend-credentials.ts';

export async function showIdentity({ facts, presented }: Received, deps: VendDeps): Promise<Answer> {
  const finish = createFinish(deps, facts);

  const caller = await identifyCaller({ ...presented, bodyToken: undefined }, facts, deps);
  if (!caller.result.ok) return finish(caller.trail, caller.result);

  const { kind, provider, issuer, subject, groups, mfa, claims } = caller.result.value.principal;
  const body = { kind, provider, issuer, subject, groups, mfa, claims, requestId: facts.requestId };
  return finish({ ...caller.trail, stage: 'respond' }, ok(success(body)));
}
