// authenticate → limit, the first stages of every endpoint that takes a proof: the rules in force, the caller whom they
// let in, whether it asks too often, and whether from a page that may call.

import type { Principal } from '../../shared/identity/principal.ts';
import { callerAddress } from '../../shared/kernel/client-address.ts';
import type { Failure } from '../../shared/kernel/failure.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import type { StageOutcome } from '../../shared/pipeline/audit/record-outcome.ts';
import { authenticate } from '../../shared/pipeline/authenticate/authenticate.ts';
import type { Presented } from '../../shared/pipeline/authenticate/read-proof.ts';
import type { Rules } from '../../shared/rules/document/rules.ts';
import { DEFAULT_LIMITS, type Limits } from '../../shared/rules/values/provider-limits.ts';
import type { Arrival } from './audit-and-respond.ts';
import { currentRules } from './current-rules.ts';
import type { VendDeps } from './deps.ts';
import { admitPage } from './web-pages.ts';

export interface Caller {
  readonly rules: Rules;
  readonly principal: Principal;
  /** Of the principal's provider. */
  readonly limits: Limits;
  /** Undefined: unknown. */
  readonly clientAddress: string | undefined;
}

/** What these rules make of a proved caller; a web page that its provider does not name gets nothing. */
export function callerUnder(
  rules: Rules,
  principal: Principal,
  { origin, clientAddress: ofConnection }: Pick<Arrival, 'origin' | 'clientAddress'>,
): Result<Caller, Failure> {
  const page = admitPage(origin, principal, rules);
  if (!page.ok) return page;
  const limits = rules.providersById.get(principal.provider)?.limits ?? DEFAULT_LIMITS;
  return ok({
    rules,
    principal,
    limits,
    clientAddress: callerAddress(principal.assertedAddress, ofConnection),
  });
}

/** An address that the proof tells of is known only now; the connection's was judged before anything was read. */
function admit(
  principal: Principal,
  { providersById }: Rules,
  { requestLimits, clock }: Pick<VendDeps, 'requestLimits' | 'clock'>,
): Result<void, Failure> {
  const limits = providersById.get(principal.provider)?.limits ?? DEFAULT_LIMITS;
  const now = clock.now();
  const told = requestLimits.admitAddress(principal.assertedAddress ?? undefined, now);
  return told.ok ? requestLimits.admitCaller(principal, limits, now) : told;
}

/**
 * The proof must be complete, the body's included, and the clock is read after the rules: a body that is held back, or a
 * slow store, must not keep a proof good for longer than it says.
 */
export async function identifyCaller(
  presented: Presented,
  arrival: Arrival,
  deps: VendDeps,
): Promise<StageOutcome<Caller>> {
  const current = await currentRules(deps.store);
  if (!current.ok) return { auditContext: { stage: 'authenticate' }, result: current };
  const rules = current.value;
  const { revision } = rules;

  const proved = await authenticate(presented, { ...deps, rules, now: deps.clock.now() });
  if (!proved.ok) return { auditContext: { stage: 'authenticate', revision }, result: proved };
  const principal = proved.value;

  const admitted = admit(principal, rules, deps);
  if (!admitted.ok) return { auditContext: { stage: 'limit', revision, principal }, result: admitted };
  return {
    auditContext: { stage: 'authenticate', revision, principal },
    result: callerUnder(rules, principal, arrival),
  };
}
