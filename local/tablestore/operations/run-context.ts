// What every operation gets besides its request.

import { ok } from '../../../shared/kernel/result.ts';
import { type Outcome, refuse } from '../errors.ts';
import type { FaultKind } from '../ots-faults.ts';
import type { Store } from '../store/store.ts';
import type { StoredTable } from '../store/table.ts';

export interface RunContext {
  readonly store: Store;
  /** Read once a request, so that all its rows carry the same version. */
  readonly now: Date;
  readonly fault: FaultKind | undefined;
}

export function requireTable(store: Store, name: string): Outcome<StoredTable> {
  const table = store.findTable(name);
  return table === undefined ? refuse('OTSObjectNotExist', 'Requested table does not exist.') : ok(table);
}

/** Rows that the fault plan wants refused, counted through all tables of a batch. */
export function isRowBusy(fault: FaultKind | undefined, index: number): boolean {
  return fault?.kind === 'rows-busy' && fault.rows.includes(index);
}
