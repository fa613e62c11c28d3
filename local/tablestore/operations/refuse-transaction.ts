// Local transactions are not part of this server; a request that names one must not silently run outside of it.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome } from '../errors.ts';

export function refuseTransaction(request: { readonly transactionId?: string }): Outcome<undefined> {
  if (request.transactionId === undefined) return ok(undefined);
  return invalid('The local Tablestore has no local transactions.');
}
