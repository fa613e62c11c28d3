// How a request of a command line can fail, as OAuth says it (RFC 6749 section 5.2). `reason` is for the operator's log.
import type { StoreFault } from '../../../shared/ports.ts';
import type { LoginDeps } from '../deps.ts';
import type { LoginContext } from '../http/login-env.ts';
import type { Happening } from '../http/record.ts';

export interface TokenFault {
  readonly error:
    | 'invalid_request'
    | 'invalid_client'
    | 'invalid_grant'
    | 'unsupported_grant_type'
    | 'temporarily_unavailable';
  readonly reason: string;
  readonly cause?: string;
  /** Whom it concerns, where somebody is: their audit trail has it then. What is made up is nobody's. */
  readonly about?: Pick<Happening, 'connection' | 'subject' | 'session'>;
}

const STATUS = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unsupported_grant_type: 400,
  temporarily_unavailable: 503,
} as const satisfies Record<TokenFault['error'], number>;

/** Seconds; a fail-over takes about this long. */
const RETRY_AFTER = '5';

export const unavailable = ({
  reason,
  cause,
}: StoreFault | { reason: 'audit-lost'; cause: string }): TokenFault => ({
  error: 'temporarily_unavailable',
  reason,
  cause,
});

/** Constant for each error: nothing of the request comes back. */
export function sayFault(c: LoginContext, { error, reason, cause = '' }: TokenFault, { logger }: LoginDeps) {
  const status = STATUS[error];
  logger.log(status >= 500 ? 'error' : 'info', 'refused', {
    requestId: c.get('requestId'),
    code: error,
    reason,
    cause,
  });
  if (status === 503) c.header('retry-after', RETRY_AFTER);
  return c.json({ error }, status);
}
