// The store of people who left. A row that cannot be read is a fault: it may keep anyone out.
import type { Result } from '../kernel/result.ts';
import type { StoreFault } from '../kernel/store-fault.ts';
import type { Leaver, NewLeave, Reinstatement } from './leaver.ts';

/** `isChanged`: false if the row said so already. */
export interface ChangedLeaver {
  readonly leaver: Leaver;
  readonly isChanged: boolean;
}

export interface LeaverPage {
  readonly leavers: readonly Leaver[];
  /** The name with which the next page begins. Undefined: this was the last. */
  readonly next: string | undefined;
}

export interface LeaverStore {
  /** The rows of these names, in one read; a name without a row is left out. */
  find(names: readonly string[]): Promise<Result<readonly Leaver[], StoreFault>>;
  mark(name: string, leave: NewLeave): Promise<Result<ChangedLeaver, StoreFault>>;
  /** Undefined: the name has no row. */
  reinstate(
    name: string,
    reinstatement: Reinstatement,
  ): Promise<Result<ChangedLeaver | undefined, StoreFault>>;
  /** In the order of their names, from this one on; at most `limit`. */
  page(from: string, limit: number): Promise<Result<LeaverPage, StoreFault>>;
}
