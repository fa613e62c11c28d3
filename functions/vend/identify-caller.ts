// authenticate → limit, the first stages of every endpoint that takes a proof: the rules in force, the caller whom they
// let in, whether it asks too often, and whether from a page that may call.
import { DEFAULT_LIMITS, type Limits } from '../../shared/access/limits.ts';
import type { RequestFacts } from '../../shared/audit/record-outcome.ts';
import { authenticate } from '../../shared/authenticate/authenticate.ts';
import type { Principal } from '../../shared/authenticate/principal.ts';
import type { Presented } from '../../shared/authenticate/read-proof.ts';
import type { Failure } from '../../shared/errors.ts';
import { callerAddress } from '../../shared/kernel/client-address.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import type { Rules } from '../../shared/ports.ts';
import { currentRules } from './current-rules.ts';
import type { VendDeps } from './deps.ts';
import type { Step } from './finish.ts';
import { admitPage } from './web-pages.ts';

export interface Caller {
  readonly rules: Rules;
  readonly principal: Principal;
  /** Of the principal's provider. */
  readonly limits: Limits;
  /** Undefined: unknown. */
  readonly clientAddress: string | undefined;
}

/** An address that the proof tells of is known only now; the connection's was judged before anything was read. */
function admit(
  principal: Principal,
  limits: Limits,
  now: Date,
  { requestLimits }: VendDeps,
): Result<void, Failure> {
  const told = requestLimits.admitAddress(principal.toldAddress ?? undefined, now);
  return told.ok ? requestLimits.admitCaller(principal, limits, now) : told;
}

export async function identifyCaller(
  presented: Presented,
  { at: now, origin, clientAddress: ofConnection }: Pick<RequestFacts, 'at' | 'origin' | 'clientAddress'>,
  deps: VendDeps,
): Promise<Step<Caller>> {
  const rules = await currentRules(deps.store);
  if (!rules.ok) return { trail: { stage: 'authenticate' }, result: rules };
  const { revision } = rules.value;

  const caller = await authenticate(presented, { ...deps, rules: rules.value, now });
  if (!caller.ok) return { trail: { stage: 'authenticate', revision }, result: caller };
  const principal = caller.value;

  const limits = rules.value.providersById.get(principal.provider)?.limits ?? DEFAULT_LIMITS;
  const clientAddress = callerAddress(principal.toldAddress, ofConnection);
  const admitted = admit(principal, limits, now, deps);
  if (!admitted.ok) return { trail: { stage: 'limit', revision, principal }, result: admitted };
  const page = admitPage(origin, principal, rules.value);
  return {
    trail: { stage: 'authenticate', revision, principal },
    result: page.ok ? ok({ rules: rules.value, principal, limits, clientAddress }) : page,
  };
}
