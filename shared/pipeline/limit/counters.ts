// Counts that instances share, as this stage asks for them.
import type { Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';

/** Counts that all instances share. */
export interface Counters {
  /** Adds one and tells what it is now. A counter may be too high after a failure, never too low. */
  add(counter: string): Promise<Result<number, StoreFault>>;
}
