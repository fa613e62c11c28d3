// With which status a failure's page is answered. What a person reads on it is in messages/.
import type { SignOnFailureCode } from '../../../shared/errors.ts';

export const FAULT_STATUS = {
  sign_on_ended: 400,
  sign_on_refused: 403,
  sign_on_misconfigured: 502,
  idp_unavailable: 503,
  logout_refused: 400,
  client_refused: 400,
  form_refused: 403,
  session_ended: 403,
  access_denied: 403,
  step_up_required: 403,
  rate_limited: 429,
  role_misconfigured: 502,
  console_unavailable: 503,
  vend_unavailable: 503,
  store_unavailable: 503,
  audit_unavailable: 503,
  not_found: 404,
  method_not_allowed: 405,
  too_large: 413,
  internal_error: 500,
} as const satisfies Record<SignOnFailureCode, number>;
export type PageFault = SignOnFailureCode;
