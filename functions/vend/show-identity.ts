// GET and POST /v1/identity: who the caller is to Stint, and the claims that rules can see.
import { type Answer, success } from '../../shared/http/answer.ts';
import { ok } from '../../shared/kernel/result.ts';
import type { VendDeps } from './deps.ts';
import { identifyCaller } from './identify-caller.ts';
import { judgeByRules } from './judge-by-rules.ts';
import { parseTokenRequest } from './token-request.ts';
import type { Received } from './vend-credentials.ts';

export async function showIdentity(received: Received, deps: VendDeps): Promise<Answer> {
  const { arrival, presented, body, auditAndRespond } = received;

  const request = body.ok ? parseTokenRequest(body.value) : body;
  if (!request.ok) return auditAndRespond({ stage: 'request' }, request);

  const caller = await identifyCaller({ ...presented, ...request.value }, arrival, deps);
  if (!caller.result.ok) return auditAndRespond(caller.auditContext, caller.result);

  const shown = await judgeByRules(caller.result.value, arrival, deps, async ({ principal, rules }) => {
    const { kind, provider, issuer, subject, groups, mfa, claims } = principal;
    const body = { kind, provider, issuer, subject, groups, mfa, claims, requestId: arrival.requestId };
    const auditContext = { stage: 'respond', revision: rules.revision, principal } as const;
    return { auditContext, result: ok(success(body)) };
  });
  return auditAndRespond(shown.auditContext, shown.result);
}
