// Ports that count how they are used: the calls of STS, and the proofs that need not be verified again. What they answer is not
// changed.
import type { KnownPrincipals } from '../../shared/identity/known-principals.ts';
import type { VendNumbers } from '../../shared/kernel/numbers.ts';
import type { Result } from '../../shared/kernel/result.ts';
import type { AssumedRole, AssumeFault } from '../../shared/pipeline/assume/role-assumer.ts';

interface Assumer<Order> {
  assume(order: Order): Promise<Result<AssumedRole, AssumeFault>>;
}

/** Throttling says that the account's quota is used up. Every other fault is one of STS, of the way to it, or of the role. */
const nameOf = ({ kind }: AssumeFault) => (kind === 'throttled' ? 'assumeRoleThrottled' : 'assumeRoleFailed');

/** Every call counts, since each uses the account's quota. One that fails counts a second time, by what STS answered. */
export const countCalls = <Order>(assumer: Assumer<Order>, numbers: VendNumbers): Assumer<Order> => ({
  async assume(order) {
    numbers.count('assumeRoleCalls');
    const assumed = await assumer.assume(order);
    if (!assumed.ok) numbers.count(nameOf(assumed.error));
    return assumed;
  },
});

/**
 * A proof that is found counts: its signature was not verified a second time. A change of its provider in the rules makes it
 * unknown, so a low count after an apply is normal.
 */
export const countKnown = (known: KnownPrincipals, numbers: VendNumbers): KnownPrincipals => ({
  ...known,
  find(...asked) {
    const principal = known.find(...asked);
    if (principal) numbers.count('knownProofs');
    return principal;
  },
});
