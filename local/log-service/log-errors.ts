// Errors of the local Log Service: codes and statuses of its "Error codes" page and of the pages of CreateProject and
// CreateLogStore; what no source confirms is marked so.
import type { ErrorSpec } from '../rpc/rpc-error.ts';

export const LOG_ERRORS = {
  RequestTimeExpired: { status: 400, message: 'Request time has been expired.' },
  InvalidRequestTime: { status: 400, message: 'Request time does not follow RFC 822.' },
  ProjectAlreadyExist: { status: 400, message: 'Project already exist.' },
  LogStoreAlreadyExist: { status: 400, message: 'logstore already exists' },
  LogStoreInfoInvalid: { status: 400, message: 'logstore info is invalid' },
  ProjectQuotaExceed: { status: 400, message: 'Project Quota Exceed' },
  /** Not confirmed, like the next one: IndexAlreadyExist is what public clients test for. */
  IndexAlreadyExist: { status: 400, message: 'log store index is already created' },
  IndexConfigNotExist: { status: 404, message: "index config doesn't exist" },
  ProjectNotExist: { status: 404, message: 'The Project does not exist.' },
  LogStoreNotExist: { status: 404, message: 'logstore does not exist' },
  /** Not confirmed, like the next one. */
  ResourceAlreadyExist: { status: 400, message: 'The resource already exists.' },
  ResourceNotExist: { status: 404, message: 'The resource does not exist.' },
  ParameterInvalid: { status: 400, message: 'A parameter is invalid.' },
  PostBodyInvalid: { status: 400, message: 'The body is invalid.' },
  SignatureNotMatch: { status: 401, message: 'Signature not matched.' },
  Unauthorized: { status: 401, message: 'The AccessKeyId is unauthorized.' },
  InvalidAPIVersion: { status: 400, message: 'The API version is invalid.' },
  InternalServerError: { status: 500, message: 'Internal Server Error' },
  ServerBusy: { status: 503, message: 'The server is busy.' },
} as const satisfies Record<string, ErrorSpec>;

export type LogErrorCode = keyof typeof LOG_ERRORS;

export interface LogError {
  readonly code: LogErrorCode;
  /** Instead of the code's own message: what RAM denied. */
  readonly message?: string;
}
