// Every way in which a request to vend can fail. `code` is for the caller; `reason` is for the operator's log and the audit row
// and never reaches the wire. shared/http/problem.ts gives each code its HTTP status and its text.
import type { DenialDetail } from './denial-detail.ts';

export type GroupsReason = 'groups-unusable' | 'groups-overage' | 'groups-too-many';

/** Why a token proves nothing. */
export type TokenReason =
  | 'token-missing'
  | 'token-twice'
  | 'token-too-long'
  | 'token-malformed'
  | 'issuer-unknown'
  | 'algorithm-not-allowed'
  | 'header-not-allowed'
  | 'key-unknown'
  | 'key-held'
  | 'key-revoked'
  | 'signature-wrong'
  | 'caller-not-trusted'
  | 'claim-missing'
  | 'audience-wrong'
  | 'token-expired'
  | 'token-not-yet-valid'
  | 'token-too-old'
  | 'type-wrong'
  | 'subject-unusable'
  | GroupsReason
  | 'tenant-not-allowed'
  | 'token-ends-too-soon'
  | 'token-replayed'
  | 'lifetime-too-long'
  | 'person-blocked'
  | 'sign-in-flushed'
  | 'sign-in-requirement'
  | 'person-left'
  | 'signed-on-before-leaving';

export type ClaimsReason = GroupsReason | 'claims-unusable' | 'claims-too-large' | 'auth-time-unusable';

/** Why a DPoP proof (RFC 9449), or a token that needs one, is refused. */
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

/** Why a client certificate is refused. `gateway-proof-wrong`: it did not come by way of the gateway. */
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

/** Why the rules give the caller no credentials for this request. */
export type DenyReason =
  | 'no-grant'
  | 'no-permission'
  | 'blocked'
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

/** Why the grant is narrower than the request. */
export type LimitReason = 'policy-wider-than-grant' | 'policy-too-large' | 'duration-over-grant';

/** Which limit was reached. */
export type RateReason =
  | 'address-limit'
  | 'total-limit'
  | 'caller-limit'
  | 'provider-limit'
  | 'session-limit'
  | 'sts-share'
  | 'instance-limit';

/** Why a service that Stint needs did not do its part: the store, an issuer's keys, STS, the audit log. */
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

/** Why a request cannot be read. */
export type RequestReason =
  | 'body-aborted'
  | 'body-unreadable'
  | 'body-invalid'
  | 'body-too-large'
  | 'media-type'
  | 'no-route'
  | 'method';

/** One failure: `Code` for the caller, `Reason` for the operator. */
export interface FailureOf<Code extends string, Reason extends string> {
  readonly code: Code;
  readonly reason: Reason;
  /** For the operator, such as the error code of a cloud service. Never a value that a caller sent. */
  readonly cause?: string;
  /** Shown by explain alone. */
  readonly denialDetail?: DenialDetail | undefined;
}

/** Which field is wrong and how; never the value that it held. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

/** A request that gets no credentials. Expected, and so a value; a bug throws and becomes `internal_error`. */
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
      /** It has no audit row: a flood of refusals would fill the table. */
      readonly unrecorded?: true;
    })
  | FailureOf<'role_misconfigured' | 'sts_unavailable', CloudReason>
  | FailureOf<'internal_error', 'bug'>
  | FailureOf<'store_unavailable' | 'audit_unavailable' | 'keys_unavailable', CloudReason>;

export type FailureCode = Failure['code'];
