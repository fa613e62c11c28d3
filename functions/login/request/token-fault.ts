// How a request of a command line can fail, as OAuth says it (RFC 6749 section 5.2). `reason` is for the operator's log.
import type { LogLevel } from '../../../shared/kernel/logger.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import type { LoginDeps } from './deps.ts';
import type { LoginContext } from './login-env.ts';
import type { AuditEntry } from './record.ts';

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
  readonly reason: string;
  readonly cause?: string;
  /** Of a limit that was reached. */
  readonly retryAfterSeconds?: number;
  /** Whom it concerns, where somebody is: their audit trail has it then. What is made up is nobody's. */
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

/** Seconds; a fail-over takes about this long. */
const RETRY_AFTER = 5;

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
  // Said every few seconds while somebody looks for their browser.
  return error === 'authorization_pending' ? 'debug' : 'info';
}

/** Constant for each error: nothing of the request comes back. */
export function formatFault(c: LoginContext, fault: TokenFault, { logger }: LoginDeps) {
  const { error, reason, cause = '', retryAfterSeconds } = fault;
  const status = retryAfterSeconds === undefined ? STATUS[error] : TOO_MANY;
  const requestId = c.get('requestId');
  logger.log(levelOf(fault, status), 'refused', { requestId, code: error, reason, cause });
  if (status === 503 || status === TOO_MANY)
    c.header('retry-after', String(retryAfterSeconds ?? RETRY_AFTER));
  return c.json({ error }, status);
}
