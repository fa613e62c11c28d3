// The section `signOn` of the rules in force, as login asks for it.
import type { Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import type { SignOnInForce } from './sign-on.ts';

export interface SignOnStore {
  /** The section signOn of the rules in force, as old as RulesStore's at most; undefined when there is none. */
  current(): Promise<Result<SignOnInForce | undefined, StoreFault>>;
}
