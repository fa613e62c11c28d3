// What a request is granted must hold by the rules that are in force when it is answered, for a person who has not left. A request
// may wait for STS or a store for so long that a grant is removed meanwhile, or that the person leaves. So the rules and the
// person's leaver rows are read again at the end, and if the rules changed, the request is decided again.

import { isDeepStrictEqual } from 'node:util';
import type { Failure } from '../../shared/kernel/failure.ts';
import { isSameFlush } from '../../shared/kernel/flushes.ts';
import { err, type Result } from '../../shared/kernel/result.ts';
import { storeUnavailable } from '../../shared/kernel/store-fault.ts';
import type { RequestMetadata, StageOutcome } from '../../shared/pipeline/audit/record-outcome.ts';
import { checkSignIn } from '../../shared/pipeline/authenticate/oidc/own-session-token.ts';
import type { Provider } from '../../shared/rules/document/provider.ts';
import type { Rules } from '../../shared/rules/document/rules.ts';
import type { VendDeps } from './deps.ts';
import { completeCaller, type IdentifiedCaller } from './identify-caller.ts';
import { refuseLeaver } from './refuse-leaver.ts';

/** Rules change once an hour at most, and a round takes seconds. After this many rounds the caller is asked to retry. */
const MAX_ROUNDS = 3;

const rulesChanged: Result<never, Failure> = err({
  code: 'store_unavailable',
  reason: 'rules-changed',
  cause: 'during-request',
});

/**
 * Calls `decide`, and calls it again with the caller under the new rules if these changed or were flushed, or something was
 * blocked, meanwhile. Reading
 * them is usually free: the store answers from memory, unless its copy is older than the time within which a change must
 * count.
 *
 * Fails as `decide` does; with `invalid_token` when the new rules no longer authenticate the caller, or it left meanwhile; and with
 * `store_unavailable` when the rules cannot be read, verify proofs in another way, or changed in every round.
 */
export async function repeatIfRulesChange<T>(
  caller: IdentifiedCaller,
  metadata: RequestMetadata,
  deps: Pick<VendDeps, 'store' | 'publicUrl' | 'leavers'>,
  decide: (caller: IdentifiedCaller) => Promise<StageOutcome<T>>,
): Promise<StageOutcome<T>> {
  let current = caller;
  for (let round = 1; ; round += 1) {
    const outcome = await decide(current);
    // A refusal gives nothing away, so it is not decided again.
    if (!outcome.result.ok) return outcome;
    const { revision } = current.rules;
    const auditContext = { stage: 'authenticate', revision, principal: current.principal } as const;
    const present = await refuseLeaver(current.principal, deps);
    if (!present.ok) {
      await keyRow(outcome);
      return { auditContext, result: present };
    }
    const rules = await deps.store.current();
    if (rules.ok && isSameInForce(rules.value, current.rules)) return outcome;

    // From here on `outcome` is dropped, with the credentials that may be in it.
    await keyRow(outcome);
    const again = rules.ok
      ? admitAgain(current, rules.value, metadata, deps.publicUrl)
      : err(storeUnavailable(rules.error));
    if (!again.ok) return { auditContext, result: again };
    if (round === MAX_ROUNDS) return { auditContext, result: rulesChanged };
    current = again.value;
  }
}

/** A key that is dropped is registered all the same, before the answer: after it the platform may freeze the instance. */
const keyRow = ({ auditContext }: StageOutcome<unknown>) => auditContext.credentials?.registered;

const isSameInForce = (one: Rules, other: Rules): boolean =>
  one.revision === other.revision &&
  isSameFlush(one.flushes, other.flushes) &&
  one.blocks.text === other.blocks.text;

/**
 * The caller under the new rules. Its proof may be valid for one request only, so it is not verified a second time. Instead,
 * the entry of the provider that verified it must still be in force.
 */
function admitAgain(
  caller: IdentifiedCaller,
  rules: Rules,
  metadata: RequestMetadata,
  publicUrl: string,
): Result<IdentifiedCaller, Failure> {
  const { principal } = caller;
  const before = caller.rules.providersById.get(principal.provider);
  const now = rules.providersById.get(principal.provider);
  if (!now) return err({ code: 'invalid_token', reason: 'issuer-unknown' });
  if (!before || !verifiesAlike(before, now)) return rulesChanged;
  const signedIn = checkSignIn(principal, { rules, publicUrl });
  return signedIn.ok ? completeCaller(rules, principal, metadata) : signedIn;
}

/** Do both entries verify a proof in the same way? Limits and web pages do not matter: they are checked again in any case. */
function verifiesAlike(one: Provider, other: Provider): boolean {
  const byProof = (provider: Provider) => ({ ...provider, limits: undefined, allowedOrigins: undefined });
  return isDeepStrictEqual(byProof(one), byProof(other));
}
