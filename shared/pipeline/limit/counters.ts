// The port of the counters that all instances share.
import type { Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';

export interface Counters {
  /**
   * Adds one to the counter of this name and returns the new count; a counter that does not exist starts at 0. After a failure
   * the count may be too high, never too low. Failure: `StoreFault`, when the store does not answer in time.
   */
  add(counter: string): Promise<Result<number, StoreFault>>;
}
