// The failures of the OAuth endpoints (RFC 6749 section 5.2, RFC 8628 section 3.5).

import type { Failure } from '../../../shared/kernel/failure.ts';
import type { LogLevel } from '../../../shared/kernel/logger.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { LoginDeps } from './deps.ts';
import type { LoginContext } from './login-env.ts';
import type { AuditEntry } from './record.ts';
import { logRefusal } from './trace-request.ts';

/** Of command lines and other devices, as they sign in and renew. */
export type CommandLineReason =
  | 'parameter-twice'
  | 'grant-type-missing'
  | 'grant-type-unknown'
  | 'code-missing'
  | 'code-unreadable'
  | 'code-used'
  | 'redirect-uri-differs'
  | 'verifier-wrong'
  | 'approval-ended'
  | 'device-name'
  | 'device-code-missing'
  | 'device-code-unknown'
  | 'device-code-used'
  | 'device-request-ended'
  | 'device-denied'
  | 'device-waiting'
  | 'polled-too-soon'
  | 'user-codes-taken'
  | 'refresh-token-missing'
  | 'refresh-token-malformed'
  | 'refresh-token-unknown'
  | 'refresh-token-reused'
  | 'session-ended'
  | 'changed'
  // Of the CloudSSO dialect alone.
  | 'body-members'
  | 'access-token-malformed'
  | 'access-token-unknown'
  | 'access-configuration-missing'
  | 'access-configuration-unknown'
  | 'token-bound-to-another-role';

/** What the log says of a refusal, and the audit row as its cause. docs/refusals.md has each. */
export type TokenFaultReason = CommandLineReason | Failure['reason'] | SignOnFailure['reason'];

export interface TokenFault {
  readonly error:
    | 'invalid_request'
    | 'invalid_client'
    | 'invalid_grant'
    | 'unsupported_grant_type'
    | 'authorization_pending'
    | 'slow_down'
    | 'access_denied'
    | 'expired_token'
    | 'temporarily_unavailable';
  /** For the log only. */
  readonly reason: TokenFaultReason;
  readonly cause?: string;
  /** Set for a limit that was reached: the status is then 429. */
  readonly retryAfterSeconds?: number;
  /** The person or session that it concerns, for an audit row. Absent for a code or token that was made up. */
  readonly about?: Pick<AuditEntry, 'connection' | 'subject' | 'session'>;
}

const STATUS = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unsupported_grant_type: 400,
  authorization_pending: 400,
  slow_down: 400,
  access_denied: 400,
  expired_token: 400,
  temporarily_unavailable: 503,
} as const satisfies Record<TokenFault['error'], number>;

/** Seconds. A fail-over takes about this long. */
const RETRY_AFTER = 5;

/** `temporarily_unavailable`, for a store or an audit trail that fails. */
export const unavailable = ({
  reason,
  cause,
}: StoreFault | { reason: 'audit-lost'; cause: string }): TokenFault => ({
  error: 'temporarily_unavailable',
  reason,
  cause,
});

const TOO_MANY = 429;

function levelOf({ error }: TokenFault, status: number): LogLevel {
  if (status >= 500) return 'error';
  // A device that polls gets it every few seconds.
  return error === 'authorization_pending' ? 'debug' : 'info';
}

/** Logs the failure and answers with OAuth's error, which is constant for each code. */
export function formatFault(c: LoginContext, fault: TokenFault, deps: LoginDeps) {
  const { error, reason, cause, retryAfterSeconds } = fault;
  const status = retryAfterSeconds === undefined ? STATUS[error] : TOO_MANY;
  logRefusal(c, levelOf(fault, status), { code: error, reason, cause }, deps);
  if (status === 503 || status === TOO_MANY)
    c.header('retry-after', String(retryAfterSeconds ?? RETRY_AFTER));
  return c.json({ error }, status);
}
