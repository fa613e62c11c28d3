// Every error code that this server can answer with, and its HTTP status. Refusals are values, never thrown.
import { err, type Result } from '../../shared/kernel/result.ts';

/** Statuses: the "Error codes" page of the Tablestore documentation and the C++ SDK's error table. */
export const STATUS_BY_CODE = {
  OTSParameterInvalid: 400,
  OTSInvalidPK: 400,
  OTSMissingHeader: 400,
  OTSUnsupportOperation: 400,
  OTSOutOfRowSizeLimit: 400,
  OTSAuthFailed: 403,
  OTSNoPermissionAccess: 403,
  OTSConditionCheckFail: 403,
  OTSQuotaExhausted: 403,
  OTSCapacityUnitExhausted: 403,
  OTSNotEnoughCapacityUnit: 403,
  OTSOperationThrottled: 403,
  OTSObjectNotExist: 404,
  OTSTableNotReady: 404,
  OTSMethodNotAllowed: 405,
  OTSRequestTimeout: 408,
  OTSObjectAlreadyExist: 409,
  OTSRowOperationConflict: 409,
  OTSRequestBodyTooLarge: 413,
  OTSInternalServerError: 500,
  OTSServerBusy: 503,
  OTSServerUnavailable: 503,
  OTSPartitionUnavailable: 503,
  OTSTimeout: 503,
} as const satisfies Record<string, number>;

export type OtsErrorCode = keyof typeof STATUS_BY_CODE;

export interface Refusal {
  readonly code: OtsErrorCode;
  readonly message: string;
}

export type Outcome<T> = Result<T, Refusal>;

/** A refusal with this code. */
export function refuse(code: OtsErrorCode, message: string): Result<never, Refusal> {
  return err({ code, message });
}

/** OTSParameterInvalid with this message. */
export const invalid = (message: string) => refuse('OTSParameterInvalid', message);
