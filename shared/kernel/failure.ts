// Every way in which a request to vend can fail. `code` is for the caller; `reason` is for the operator's log and the
// audit row, and never reaches the wire.
import type { DenialDetail } from './denial-detail.ts';
import type { GroupsReason, TokenReason } from './token-reason.ts';

export type ClaimsReason = GroupsReason | 'claims-unusable' | 'claims-too-large' | 'auth-time-unusable';

/** Of a DPoP proof (RFC 9449), or of a token that needs one. */
export type DpopReason =
  | 'dpop-missing'
  | 'dpop-scheme-wrong'
  | 'dpop-malformed'
  | 'dpop-key-not-allowed'
  | 'dpop-request-wrong'
  | 'dpop-stale'
  | 'dpop-token-wrong'
  | 'dpop-token-unbound'
  | 'dpop-key-wrong'
  | 'dpop-nonce-needed'
  | 'dpop-signature-wrong'
  | 'dpop-replayed'
  | 'binding-unknown';

/** `gateway-proof-wrong`: a certificate that did not come by way of the gateway. */
export type CertificateReason =
  | 'gateway-proof-wrong'
  | 'certificate-malformed'
  | 'certificate-expired'
  | 'certificate-key-weak'
  | 'certificate-not-for-clients'
  | 'certificate-untrusted'
  | 'certificate-ambiguous'
  | 'certificate-revoked'
  | 'subject-unusable';

export type DenyReason =
  | 'no-grant'
  | 'no-permission'
  | 'role-unknown'
  | 'claim-unusable'
  | 'policy-check-failed'
  | 'condition-false'
  | 'source-ip'
  | 'outside-time-window'
  | 'constraint-unsatisfiable'
  | 'mfa-missing'
  | 'auth-time-missing'
  | 'auth-too-old'
  | 'origin-not-allowed';

export type LimitReason = 'policy-wider-than-grant' | 'policy-too-large' | 'duration-over-grant';

/** Which limit was reached. */
export type RateReason =
  | 'address-limit'
  | 'total-limit'
  | 'caller-limit'
  | 'provider-limit'
  | 'session-limit'
  | 'sts-share';

export type CloudReason =
  | 'rules-unreadable'
  | 'rules-changed'
  | 'store-failed'
  | 'keys-unreachable'
  | 'keys-unreadable'
  | 'request-late'
  | 'sts-throttled'
  | 'sts-refused'
  | 'sts-failed'
  | 'sts-answer-unusable'
  | 'audit-lost';

export type RequestReason =
  | 'body-aborted'
  | 'body-unreadable'
  | 'body-invalid'
  | 'body-too-large'
  | 'media-type'
  | 'no-route'
  | 'method';

export interface FailureOf<Code extends string, Reason extends string> {
  readonly code: Code;
  readonly reason: Reason;
  /** For the operator: the cloud service's own error code, say. Never a value that a caller sent. */
  readonly cause?: string;
  readonly denialDetail?: DenialDetail | undefined;
}

/** Which field is wrong and how; never what was in it. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

export type Failure =
  | (FailureOf<'invalid_request', RequestReason> & { readonly fields?: readonly FieldFault[] })
  | (FailureOf<'invalid_token', TokenReason | CertificateReason | DpopReason> & {
      /** Present: the caller must come with a DPoP proof. */
      readonly dpop?: { readonly nonce?: string };
    })
  | FailureOf<'access_denied' | 'step_up_required', DenyReason>
  | FailureOf<'not_found' | 'method_not_allowed' | 'too_large' | 'unsupported_media_type', RequestReason>
  | (FailureOf<'policy_not_narrower', LimitReason> & { readonly fields: readonly FieldFault[] })
  | FailureOf<'policy_too_large' | 'duration_too_long', LimitReason>
  | (FailureOf<'rate_limited', RateReason | CloudReason> & {
      readonly retryAfterSeconds?: number;
      /** One of so many that it has no audit row: a flood of refusals would fill the table. */
      readonly unrecorded?: true;
    })
  | FailureOf<'role_misconfigured' | 'sts_unavailable', CloudReason>
  | FailureOf<'internal_error', 'bug'>
  | FailureOf<'store_unavailable' | 'audit_unavailable' | 'keys_unavailable', CloudReason>;

export type FailureCode = Failure['code'];
