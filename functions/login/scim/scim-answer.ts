// The answers of the SCIM server: resources with their ETag, and errors (RFC 7644 sections 3.12 and 3.14).
import type { Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { logRefusal } from '../request/trace-request.ts';
import { URN } from './protocol/discovery.ts';
import type { ScimFault } from './protocol/scim-fault.ts';

export interface ScimAnswer {
  readonly status: 200 | 201 | 204 | 304;
  readonly body?: object;
  readonly etag?: string;
  readonly location?: string;
}

export type Answered = Promise<Result<ScimAnswer, ScimFault>>;

const CONTENT_TYPE = 'application/scim+json';
/** Seconds. A fail-over takes about this long. */
const RETRY_AFTER = 5;

/** 503: a store did not do its part. The client sends the request again. */
export const storeFault = ({ reason, cause }: StoreFault): ScimFault => ({
  status: 503,
  reason,
  cause,
  detail: 'Stint cannot reach its store. Send the request again.',
});

export function formatAnswer(c: LoginContext, { status, body, etag, location }: ScimAnswer): Response {
  if (etag !== undefined) c.header('etag', etag);
  if (location !== undefined) c.header('location', location);
  if (body === undefined || status === 204 || status === 304)
    return c.body(null, status === 201 || status === 200 ? 204 : status);
  return c.body(JSON.stringify(body), status, { 'content-type': CONTENT_TYPE });
}

/** Logs the refusal and answers with SCIM's error. A 401 has no detail of the token that was sent. */
export function formatScimFault(c: LoginContext, fault: ScimFault, { logger }: Pick<LoginDeps, 'logger'>) {
  const { status, reason, detail, scimType, cause = '', retryAfterSeconds } = fault;
  logRefusal(c, status >= 500 ? 'error' : 'info', { code: 'scim_refused', reason, cause }, { logger });
  if (status === 401) c.header('www-authenticate', 'Bearer');
  if (status === 429 || status === 503) c.header('retry-after', String(retryAfterSeconds ?? RETRY_AFTER));
  const body = { schemas: [URN.error], status: String(status), ...(scimType && { scimType }), detail };
  return c.body(JSON.stringify(body), status, { 'content-type': CONTENT_TYPE });
}
