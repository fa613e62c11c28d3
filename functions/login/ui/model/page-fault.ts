// The page and the HTTP status of each failure. The texts are in messages/.
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
  destination_refused: 400,
  vend_unavailable: 503,
  store_unavailable: 503,
  audit_unavailable: 503,
  keys_unavailable: 503,
  not_found: 404,
  method_not_allowed: 405,
  too_large: 413,
  internal_error: 500,
} as const satisfies Record<SignOnFailureCode, number>;

/**
 * `too_many_groups`: the page does not suggest to try again, because that cannot help. `company_first`: nor that, because a
 * passkey is refused until the person has signed in at the company.
 */
export type PageFault = SignOnFailureCode | 'too_many_groups' | 'company_first';

/** Reasons that a person in hundreds of groups causes. A SAML response over the size limits is one of them, or an attack. */
const TOO_MANY_GROUPS: ReadonlySet<string> = new Set([
  'groups-overage',
  'groups-too-many',
  'claims-too-large',
  'xml-too-complex',
  'message-too-large',
]);

/** The cause counts too, because it holds the reason for which a SAML response was refused. */
export function pageFaultOf({ code, reason, cause = '' }: SignOnFailure): PageFault {
  if (reason === 'sign-on-too-old') return 'company_first';
  return TOO_MANY_GROUPS.has(reason) || TOO_MANY_GROUPS.has(cause) ? 'too_many_groups' : code;
}
