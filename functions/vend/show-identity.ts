// GET /v1/identity: who the caller is to Stint, and the claims that rules can see.
import { authenticate } from '../../shared/authenticate/authenticate.ts';
import { type Answer, success } from '../../shared/http/answer.ts';
import { ok } from '../../shared/kernel/result.ts';
import { currentRules } from './current-rules.ts';
import type { VendDeps } from './deps.ts';
import { createFinish } from './finish.ts';
import type { Received } from './vend-credentials.ts';

export async function showIdentity({ facts, authorization }: Received, deps: VendDeps): Promise<Answer> {
  const finish = createFinish(deps, facts);

  const rules = await currentRules(deps.store);
  if (!rules.ok) return finish({ stage: 'authenticate' }, rules);
  const { revision } = rules.value;

  const context = { ...deps, rules: rules.value, now: facts.at };
  const caller = await authenticate({ authorization, bodyToken: undefined }, context);
  if (!caller.ok) return finish({ stage: 'authenticate', revision }, caller);

  const { kind, provider, issuer, subject, groups, mfa, claims } = caller.value;
  const body = { kind, provider, issuer, subject, groups, mfa, claims, requestId: facts.requestId };
  return finish({ stage: 'respond', revision, principal: caller.value }, ok(success(body)));
}
