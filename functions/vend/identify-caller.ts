// authenticate → limit, the first stages of every endpoint that takes a proof of identity: the rules in force, the caller that
// they authenticate, whether it asks too often, and whether it asks from a web page that may.

import type { Principal } from '../../shared/identity/principal.ts';
import { callerAddress } from '../../shared/kernel/client-address.ts';
import type { Failure } from '../../shared/kernel/failure.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { storeUnavailable } from '../../shared/kernel/store-fault.ts';
import type { RequestMetadata, StageOutcome } from '../../shared/pipeline/audit/record-outcome.ts';
import { authenticate } from '../../shared/pipeline/authenticate/authenticate.ts';
import type { Presented } from '../../shared/pipeline/authenticate/read-proof.ts';
import type { Rules } from '../../shared/rules/document/rules.ts';
import { DEFAULT_LIMITS, type Limits } from '../../shared/rules/values/provider-limits.ts';
import type { VendDeps } from './deps.ts';
import { admitPage } from './web-pages.ts';

export interface IdentifiedCaller {
  /** The rules by which the caller was identified. */
  readonly rules: Rules;
  readonly principal: Principal;
  /** Those of the principal's provider. */
  readonly limits: Limits;
  /** The address that the proof asserts, or else the connection's; undefined when unknown. */
  readonly clientAddress: string | undefined;
}

/**
 * Called once the whole body has come, and it reads the clock after the rules: a body that is held back, or a slow store, must
 * not make a proof valid for longer than it says.
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

  const proved = await authenticate(presented, { ...deps, rules, now: deps.clock.now() });
  if (!proved.ok) return { auditContext: { stage: 'authenticate', revision }, result: proved };
  const principal = proved.value;

  const admitted = admit(principal, rules, deps);
  if (!admitted.ok) return { auditContext: { stage: 'limit', revision, principal }, result: admitted };
  return {
    auditContext: { stage: 'authenticate', revision, principal },
    result: callerUnder(rules, principal, metadata),
  };
}

/** The connection's address was admitted before anything was read. An address that the proof asserts is known only now. */
function admit(
  principal: Principal,
  { providersById }: Rules,
  { requestLimits, clock }: Pick<VendDeps, 'requestLimits' | 'clock'>,
): Result<void, Failure> {
  const limits = providersById.get(principal.provider)?.limits ?? DEFAULT_LIMITS;
  const now = clock.now();
  const byAddress = requestLimits.admitAddress(principal.assertedAddress ?? undefined, now);
  return byAddress.ok ? requestLimits.admitCaller(principal, limits, now) : byAddress;
}

/** A proved principal under these rules. Fails with `access_denied` on a web page that its provider does not name. */
export function callerUnder(
  rules: Rules,
  principal: Principal,
  metadata: Pick<RequestMetadata, 'origin' | 'wire' | 'clientAddress'>,
): Result<IdentifiedCaller, Failure> {
  const page = admitPage(metadata, principal, rules);
  if (!page.ok) return page;
  const limits = rules.providersById.get(principal.provider)?.limits ?? DEFAULT_LIMITS;
  return ok({
    rules,
    principal,
    limits,
    clientAddress: callerAddress(principal.assertedAddress, metadata.clientAddress),
  });
}
