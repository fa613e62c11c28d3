// What is decided by the rules must hold by the rules that are in force when it is answered: a request may wait longer
// for STS or a store than a removed grant may live on.

import { isDeepStrictEqual } from 'node:util';
import type { Failure } from '../../shared/kernel/failure.ts';
import { isSameFlush } from '../../shared/kernel/flushes.ts';
import { err, type Result } from '../../shared/kernel/result.ts';
import type { StageOutcome } from '../../shared/pipeline/audit/record-outcome.ts';
import { checkSignIn } from '../../shared/pipeline/authenticate/oidc/own-session-token.ts';
import type { Provider } from '../../shared/rules/document/provider.ts';
import type { Rules } from '../../shared/rules/document/rules.ts';
import type { Arrival } from './audit-and-respond.ts';
import { currentRules } from './current-rules.ts';
import type { VendDeps } from './deps.ts';
import { type Caller, callerUnder } from './identify-caller.ts';

/** Rules change by the hour at most, and each round takes seconds: somebody who comes so far is asked to come again. */
const MAX_ROUNDS = 3;

const rulesChanged: Result<never, Failure> = err({
  code: 'store_unavailable',
  reason: 'rules-changed',
  cause: 'during-request',
});

const isSameInForce = (one: Rules, other: Rules): boolean =>
  one.revision === other.revision && isSameFlush(one.flushes, other.flushes);

/** What a proof is verified by. Limits and pages are asked anew in any case. */
function verifiesAlike(one: Provider, other: Provider): boolean {
  const byProof = (provider: Provider) => ({ ...provider, limits: undefined, allowedOrigins: undefined });
  return isDeepStrictEqual(byProof(one), byProof(other));
}

/** A proof may be good for one request only, so it is not verified again: what it was verified by must still be there. */
function admitAgain(
  caller: Caller,
  rules: Rules,
  arrival: Arrival,
  publicUrl: string,
): Result<Caller, Failure> {
  const { principal } = caller;
  const before = caller.rules.providersById.get(principal.provider);
  const now = rules.providersById.get(principal.provider);
  if (!now) return err({ code: 'invalid_token', reason: 'issuer-unknown' });
  if (!before || !verifiesAlike(before, now)) return rulesChanged;
  const signedIn = checkSignIn(principal, { rules, publicUrl });
  return signedIn.ok ? callerUnder(rules, principal, arrival) : signedIn;
}

/**
 * Judges, and judges again if the rules changed meanwhile, or something was flushed. A refusal stands as it is; the store
 * answers from memory unless what it holds is older than the bound within which a change must count.
 */
export async function judgeByRules<T>(
  caller: Caller,
  arrival: Arrival,
  deps: Pick<VendDeps, 'store' | 'publicUrl'>,
  judge: (caller: Caller) => Promise<StageOutcome<T>>,
): Promise<StageOutcome<T>> {
  let judged = caller;
  let step = await judge(judged);
  for (let round = 1; step.result.ok; round += 1) {
    const rules = await currentRules(deps.store);
    if (rules.ok && isSameInForce(rules.value, judged.rules)) return step;
    const again = rules.ok ? admitAgain(judged, rules.value, arrival, deps.publicUrl) : rules;
    // The key that a first judgement may have brought leaves with nobody.
    const auditContext = {
      stage: 'authenticate',
      revision: judged.rules.revision,
      principal: judged.principal,
    } as const;
    if (!again.ok) return { auditContext, result: again };
    if (round === MAX_ROUNDS) return { auditContext, result: rulesChanged };
    judged = again.value;
    step = await judge(judged);
  }
  return step;
}
