// The errors that Function Compute itself answers with, before or in place of a function's response.
import type { ServerResponse } from 'node:http';

export interface PlatformError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** `FcCommonError` for a fault of the request or the platform, the other for one of the function. */
  readonly type: 'FcCommonError' | 'UnhandledInvocationError';
}

const MIB = 1024 * 1024;
// Limits of an HTTP trigger; over one of them: 400 InvalidArgument (help.aliyun.com: HTTP trigger, "Request limits").
export const MAX_HEADER_BYTES = 8 * 1024;
export const MAX_PATH_BYTES = 4 * 1024;
export const MAX_BODY_BYTES = 32 * MIB;

const invalidArgument = (message: string): PlatformError => ({
  status: 400,
  code: 'InvalidArgument',
  message,
  type: 'FcCommonError',
});
const requestFault = (status: number, code: string, message: string): PlatformError => ({
  status,
  code,
  message,
  type: 'FcCommonError',
});
const functionFault = (status: number, code: string, message: string): PlatformError => ({
  status,
  code,
  message,
  type: 'UnhandledInvocationError',
});

export const HEADERS_TOO_LARGE = invalidArgument(
  `the total size of request headers exceeds ${MAX_HEADER_BYTES} bytes`,
);
export const PATH_TOO_LARGE = invalidArgument(`the size of path and query exceeds ${MAX_PATH_BYTES} bytes`);
export const BODY_TOO_LARGE = invalidArgument(`the size of the request body exceeds ${MAX_BODY_BYTES} bytes`);
export const MALFORMED_REQUEST = invalidArgument('the request is not well-formed HTTP');
export const ROUTE_NOT_FOUND = requestFault(
  404,
  'DomainRouteNotFound',
  'no route of the custom domain matches',
);
export const METHOD_NOT_ALLOWED = requestFault(
  403,
  'AccessDenied',
  'the HTTP trigger does not take this method',
);
export const TOO_MANY_REQUESTS = requestFault(429, 'ResourceExhausted', 'too many requests are waiting');
export const FUNCTION_EXITED = functionFault(
  502,
  'FunctionExited',
  'Process exited unexpectedly before completing request',
);
export const FUNCTION_NOT_STARTED = functionFault(
  502,
  'FunctionNotStarted',
  'the function instance did not start',
);
/** The status of a timed-out HTTP invocation is not documented; clients must cope with any 5xx. */
export const functionTimedOut = (seconds: number): PlatformError =>
  functionFault(504, 'FunctionTimeout', `Function timed out after ${seconds} seconds`);

/** The body of an error as the FC 3.0 API writes it. */
export const errorBody = (error: PlatformError, requestId: string): string =>
  JSON.stringify({ RequestId: requestId, Code: error.code, Message: error.message });

/** Sends the platform's own answer in place of a function's. */
export function sendPlatformError(response: ServerResponse, error: PlatformError, requestId: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(error.status, {
    'content-type': 'application/json',
    'x-fc-error-type': error.type,
    'x-fc-request-id': requestId,
    // Otherwise the unread rest of the request would be read as the next request.
    ...(response.req.complete ? {} : { connection: 'close' }),
  });
  response.end(errorBody(error, requestId));
}
