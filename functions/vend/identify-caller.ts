// authenticate → limit, the first stages of every endpoint that takes a proof of identity: read the rules in force,
// authenticate the caller by them, refuse it if it asks too often or from a web page that its provider does not name.

import type { Principal } from '../../shared/identity/principal.ts';
import { callerAddress } from '../../shared/kernel/client-address.ts';
import type { Failure } from '../../shared/kernel/failure.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { storeUnavailable } from '../../shared/kernel/store-fault.ts';
import type { RequestMetadata, StageOutcome } from '../../shared/pipeline/audit/record-outcome.ts';
import { type AuthenticateContext, authenticate } from '../../shared/pipeline/authenticate/authenticate.ts';
import type { Presented } from '../../shared/pipeline/authenticate/read-proof.ts';
import type { Rules } from '../../shared/rules/document/rules.ts';
import { DEFAULT_LIMITS, type Limits } from '../../shared/rules/values/provider-limits.ts';
import type { VendDeps } from './deps.ts';
import { refuseLeaver } from './refuse-leaver.ts';
import { admitPage } from './web-pages.ts';

export interface IdentifiedCaller {
  /** The rules that authenticated the caller. */
  readonly rules: Rules;
  readonly principal: Principal;
  /** The limits of the principal's provider. */
  readonly limits: Limits;
  /** The address that the proof asserts, otherwise the connection's. Undefined when unknown. */
  readonly clientAddress: string | undefined;
}

/**
 * Must be called after the whole body was read. It reads the clock after the rules. Otherwise a body that is held back, or a
 * slow store, would make a proof valid for longer than it says.
 */
export async function identifyCaller(
  presented: Presented,
  metadata: RequestMetadata,
  deps: VendDeps,
): Promise<StageOutcome<IdentifiedCaller>> {
  const current = await deps.store.current();
  if (!current.ok)
    return { auditContext: { stage: 'authenticate' }, result: err(storeUnavailable(current.error)) };
  const rules = current.value;
  const { revision } = rules;

  const proved = await authenticate(presented, contextOf(rules, deps));
  if (!proved.ok) return { auditContext: { stage: 'authenticate', revision }, result: proved };
  const principal = proved.value;

  const admitted = admit(principal, rules, deps);
  if (!admitted.ok) return { auditContext: { stage: 'limit', revision, principal }, result: admitted };
  // After the limits: each look-up may be a read of the store.
  const present = await refuseLeaver(principal, deps);
  return {
    auditContext: { stage: 'authenticate', revision, principal },
    result: present.ok ? completeCaller(rules, principal, metadata) : present,
  };
}

/** Each member by its name: a spread costs microseconds, and this is made for every request. */
const contextOf = (
  rules: Rules,
  { keys, known, once, openDpop, callers, audience, publicUrl, clock }: VendDeps,
): AuthenticateContext => ({
  rules,
  keys,
  known,
  once,
  openDpop,
  callers,
  audience,
  publicUrl,
  now: clock.now(),
});

const limitsOf = ({ provider }: Principal, { providersById }: Rules): Limits =>
  providersById.get(provider)?.limits ?? DEFAULT_LIMITS;

/** app.ts has already admitted the connection's address. The address that a proof asserts is known only now. */
function admit(
  principal: Principal,
  rules: Rules,
  { requestLimits, clock }: Pick<VendDeps, 'requestLimits' | 'clock'>,
): Result<void, Failure> {
  const now = clock.now();
  const byAddress = requestLimits.admitAddress(principal.assertedAddress ?? undefined, now);
  return byAddress.ok ? requestLimits.admitCaller(principal, limitsOf(principal, rules), now) : byAddress;
}

/**
 * An authenticated principal, with its provider's limits and the address that counts. Fails with `access_denied` for a request
 * from a web page that the provider does not name.
 */
export function completeCaller(
  rules: Rules,
  principal: Principal,
  metadata: Pick<RequestMetadata, 'origin' | 'wire' | 'clientAddress'>,
): Result<IdentifiedCaller, Failure> {
  const page = admitPage(metadata, principal, rules);
  if (!page.ok) return page;
  const limits = limitsOf(principal, rules);
  const clientAddress = callerAddress(principal.assertedAddress, metadata.clientAddress);
  return ok({ rules, principal, limits, clientAddress });
}
