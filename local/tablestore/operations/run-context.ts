// What every operation gets besides its request, and the checks that operations share.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome, refuse } from '../errors.ts';
import type { FaultKind } from '../ots-faults.ts';
import type { Store } from '../store/store.ts';
import type { StoredTable } from '../store/table.ts';

export interface RunContext {
  readonly store: Store;
  /** Read once a request, so that all its rows carry the same version. */
  readonly now: Date;
  readonly fault: FaultKind | undefined;
}

/** OTSObjectNotExist if there is no such table. */
export function requireTable(store: Store, name: string): Outcome<StoredTable> {
  const table = store.findTable(name);
  return table === undefined ? refuse('OTSObjectNotExist', 'Requested table does not exist.') : ok(table);
}

/** Whether the fault plan refuses this row; rows are counted through all tables of a batch. */
export function isRowBusy(fault: FaultKind | undefined, index: number): boolean {
  return fault?.kind === 'rows-busy' && fault.rows.includes(index);
}

/** A request that names a local transaction must not run outside of it: this server has none. */
export function refuseTransaction(request: { readonly transactionId?: string }): Outcome<undefined> {
  if (request.transactionId === undefined) return ok(undefined);
  return invalid('The local Tablestore has no local transactions.');
}
