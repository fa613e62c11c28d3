// The failures of signing on and of the portal.

import type { ClaimsReason, CloudReason, FailureOf, RequestReason } from '../kernel/failure.ts';
import type { LeaverReason } from './leaver.ts';

export type SignOnReason =
  | 'connection-unknown'
  | 'state-missing'
  | 'state-unreadable'
  | 'state-used'
  | 'idp-unreachable'
  | 'idp-unreadable'
  | 'idp-tls'
  | 'idp-address'
  | 'issuer-wrong'
  | 'id-token-issuer'
  | 'id-token-algorithm'
  | 'metadata-missing'
  | 'metadata-unreadable'
  | 'idp-error'
  | 'answer-refused'
  | 'answer-used'
  | 'code-refused'
  | 'client-authentication-refused'
  | 'request-refused'
  | 'client-secret-missing'
  | 'person-blocked'
  | 'person-differs'
  | 'blocked'
  | 'passkey-refused'
  | 'passkey-unknown'
  | 'passkey-limit'
  | 'sign-on-too-old'
  | 'recheck-refused'
  | 'recheck-overdue'
  | 'subject-unusable'
  | 'person-link-unusable'
  | LeaverReason
  | ClaimsReason
  | 'logout-token-refused'
  | 'logout-token-used'
  | 'client-unknown'
  | 'redirect-uri-refused'
  | 'command-line-refused';

/** How signing on and what people do afterwards can fail. Said to a person, on a page that is constant for each code. */
export type SignOnFailure =
  | (FailureOf<
      'sign_on_ended' | 'sign_on_refused' | 'sign_on_misconfigured' | 'idp_unavailable' | 'logout_refused',
      SignOnReason
    > & {
      /** What the identity provider says, made inert: for the log and the audit row, and for no page. */
      readonly providerError?: string;
    })
  /** A program asks to sign in, and is not one that may. */
  | FailureOf<'client_refused', SignOnReason>
  | FailureOf<'form_refused', 'another-site' | 'form-token' | 'form-fields' | 'body-aborted'>
  | FailureOf<'session_ended', 'session-missing' | 'cookie-reused'>
  | FailureOf<'not_found' | 'method_not_allowed' | 'too_large', RequestReason | 'connection-unknown'>
  | FailureOf<
      'access_denied' | 'step_up_required' | 'role_misconfigured' | 'vend_unavailable',
      'vend-refused' | 'vend-unreachable' | 'vend-unreadable'
    >
  | (FailureOf<'rate_limited', 'vend-refused' | 'user-code-limit' | 'stranger-limit'> & {
      readonly retryAfterSeconds?: number;
    })
  | FailureOf<'console_unavailable', 'console-refused' | 'console-unreachable'>
  | FailureOf<'destination_refused', 'not-the-console'>
  | FailureOf<'internal_error', 'bug' | 'saml-key-missing'>
  | FailureOf<'store_unavailable' | 'audit_unavailable' | 'keys_unavailable', CloudReason>;

export type SignOnFailureCode = SignOnFailure['code'];
