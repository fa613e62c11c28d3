// What can go wrong at Tablestore, in Stint's terms. Codes and retry classes: Tablestore's error code page.
import { err, type Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';

export interface TablestoreFault {
  /** Tablestore's own code (`OTSServerBusy`, …), or `Network`, `Certificate`, `Unreadable`. */
  readonly code: string;
  readonly requestId: string | undefined;
}

/** No whole answer came from Tablestore. */
export const UNREACHABLE = 'Network';

/** A counter was increased, and what it is now is unknown. */
export const COUNT_UNREADABLE = 'CountUnreadable';
export const NO_PERMISSION = 'OTSNoPermissionAccess';

/** How a fault travels inside the adapters; it never leaves them. */
export class FaultError extends Error {
  readonly fault: TablestoreFault;

  constructor(fault: TablestoreFault) {
    super(fault.code);
    this.fault = fault;
  }
}

/** Nothing was done, and asking again soon may work. */
const SAFE_TO_REPEAT: ReadonlySet<string> = new Set([
  'OTSServerBusy',
  'OTSPartitionUnavailable',
  'OTSRowOperationConflict',
  'OTSTableNotReady',
  'OTSNotEnoughCapacityUnit',
  'OTSCapacityUnitExhausted',
  'OTSOperationThrottled',
]);

/** The service may have done it before the failure: only reads and idempotent writes may ask again. */
const OUTCOME_UNKNOWN: ReadonlySet<string> = new Set([
  'OTSTimeout',
  'OTSServerUnavailable',
  'OTSInternalServerError',
  UNREACHABLE,
  'Unreadable',
]);

/** Whether a call may be sent again: `idempotent` says that doing it twice does no harm. */
export function mayRepeat(fault: TablestoreFault, idempotent: boolean): boolean {
  return SAFE_TO_REPEAT.has(fault.code) || (idempotent && OUTCOME_UNKNOWN.has(fault.code));
}

/** The row was not as a conditional write expected it; nothing was written. */
export const CONDITION_FAILED = 'OTSConditionCheckFail';

export const isConditionFailed = (fault: TablestoreFault): boolean => fault.code === CONDITION_FAILED;

/** The fault as ports report it: the store did not do what it was asked, with Tablestore's code as the cause. */
export const toStoreFault = ({ code }: TablestoreFault): Result<never, StoreFault> =>
  err({ reason: 'store-failed', cause: code });
