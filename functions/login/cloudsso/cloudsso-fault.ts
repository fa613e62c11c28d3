// The failures of the CloudSSO dialect. All have a status of 4xx: stock clients take anything else for an answer, and the
// aliyun command line crashes on it.
import type { LogLevel } from '../../../shared/kernel/logger.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import type { TokenFault, TokenFaultReason } from '../request/token-fault.ts';
import { logRefusal } from '../request/trace-request.ts';

const TOO_MANY = 429;

/** By `ErrorCode`. The text is constant: it says nothing of other people, and repeats nothing of the request. */
const ERRORS = {
  InvalidParameter: { status: 400, message: 'The request is malformed.' },
  /** The client sleeps for `Interval` seconds and polls again. */
  AuthorizationPending: { status: 400, message: 'The person has not answered yet.' },
  /** The only other code of /token at which the command line stops. At any other it polls 100 times at once. */
  InvalidDeviceCodeError: {
    status: 400,
    message: 'The sign-in was denied, is over, or is of another client.',
  },
  InvalidAccessToken: { status: 401, message: 'The access token has ended. Run aliyun configure again.' },
  AccessConfigurationNotChosen: {
    status: 400,
    message:
      'Send AccountId and AccessConfigurationId, or take credentials with a client that does so first.',
  },
  AccessConfigurationNotOfToken: {
    status: 403,
    message: 'The access token is for another access configuration. Run aliyun configure again.',
  },
  AccessDenied: { status: 403, message: 'You may not use this access configuration.' },
  StepUpRequired: {
    status: 403,
    message:
      'Sign in again in the portal, with a second factor if you have one. Then run aliyun configure again.',
  },
  RoleMisconfigured: { status: 403, message: 'The role is not set up correctly. Ask its administrator.' },
  NotFound: { status: 404, message: 'There is nothing here.' },
  TooLarge: { status: 413, message: 'The request is too large.' },
  Throttling: { status: TOO_MANY, message: 'Too many requests. Try again later.' },
  /** An outage, or a bug. */
  ServiceUnavailable: {
    status: TOO_MANY,
    message: 'Stint or a service that it needs is down. Try again later.',
  },
} as const;

export type CloudSsoError = keyof typeof ERRORS;

export interface CloudSsoFault {
  readonly error: CloudSsoError;
  /** For the log only. */
  readonly reason: TokenFaultReason;
  readonly cause?: string | undefined;
  /** The client hears to wait, and the operator that something is down. */
  readonly isOutage?: boolean;
  /** Set for a limit that was reached: the status is then 429. */
  readonly retryAfterSeconds?: number;
  /** As in TokenFault. */
  readonly about?: TokenFault['about'] | undefined;
}

/** Seconds. A fail-over takes about this long. */
const RETRY_AFTER = 5;

export const serviceUnavailable = ({
  reason,
  cause,
}: {
  readonly reason: TokenFaultReason;
  readonly cause?: string | undefined;
}): CloudSsoFault => ({ error: 'ServiceUnavailable', reason, cause });

/** vend's refusals that a person can do something about. */
const OF_VEND: Partial<Record<SignOnFailure['code'], CloudSsoError>> = {
  access_denied: 'AccessDenied',
  step_up_required: 'StepUpRequired',
  role_misconfigured: 'RoleMisconfigured',
  rate_limited: 'Throttling',
};

export const ofVend = ({ code, reason, cause }: SignOnFailure): CloudSsoFault => ({
  error: OF_VEND[code] ?? 'ServiceUnavailable',
  reason,
  cause,
});

function levelOf({ error, isOutage = false, retryAfterSeconds }: CloudSsoFault): LogLevel {
  if (isOutage || error === 'ServiceUnavailable') return 'error';
  // A client that waits gets it every few seconds.
  return error === 'AuthorizationPending' && retryAfterSeconds === undefined ? 'debug' : 'info';
}

/** Logs the failure and answers with it. */
export function formatCloudSsoFault(c: LoginContext, fault: CloudSsoFault, deps: LoginDeps) {
  const { error, reason, cause, retryAfterSeconds } = fault;
  const isLimit = retryAfterSeconds !== undefined;
  const requestId = c.get('requestId');
  logRefusal(c, levelOf(fault), { code: error, reason, cause }, deps);
  const status = isLimit ? TOO_MANY : ERRORS[error].status;
  if (status === TOO_MANY) c.header('retry-after', String(retryAfterSeconds ?? RETRY_AFTER));
  return c.json({ ErrorCode: error, ErrorMessage: ERRORS[error].message, RequestId: requestId }, status);
}
