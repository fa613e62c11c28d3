// Which page a failure is to a person, and with which status it is answered. What they read on it is in messages/.
import type { SignOnFailure, SignOnFailureCode } from '../../../../shared/people/sign-on-failure.ts';

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

/** `too_many_groups`: it helps nobody to try that again. */
export type PageFault = SignOnFailureCode | 'too_many_groups';

/** A SAML response that is longer than is read is of somebody in hundreds of groups, if it is not an attack. */
const TOO_MANY_GROUPS: ReadonlySet<string> = new Set([
  'groups-overage',
  'groups-too-many',
  'claims-too-large',
  'xml-too-complex',
  'message-too-large',
]);

/** Of a SAML response the reason is the cause. */
export const pageFaultOf = ({ code, reason, cause = '' }: SignOnFailure): PageFault =>
  TOO_MANY_GROUPS.has(reason) || TOO_MANY_GROUPS.has(cause) ? 'too_many_groups' : code;
