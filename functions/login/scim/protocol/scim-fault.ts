// The refusals of the SCIM server (RFC 7644 section 3.12).

/** RFC 7644 table 9. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue';

/** Why a request to the SCIM server is refused, for the log and the audit row. docs/refusals.md has each. */
export type ScimReason =
  | 'scim-token-missing'
  | 'scim-token-unknown'
  | 'scim-token-revoked'
  | 'scim-token-expired'
  | 'scim-token-of-another-directory'
  | 'scim-body'
  | 'scim-body-too-large'
  | 'scim-media-type'
  | 'scim-filter'
  | 'scim-filter-too-wide'
  | 'scim-path'
  | 'scim-no-target'
  | 'scim-read-only'
  | 'scim-value'
  | 'scim-taken'
  | 'scim-not-found'
  | 'scim-precondition'
  | 'scim-changed'
  | 'scim-not-supported'
  | 'scim-method';

/** `detail` is for the administrator of the identity provider: it names attributes and limits, and no value that was sent. */
export interface ScimFault {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 429 | 500 | 501 | 503;
  readonly reason: ScimReason | 'stranger-limit' | 'store-failed' | 'audit-lost' | 'bug' | 'rules-unreadable';
  readonly detail: string;
  readonly scimType?: ScimType;
  /** For the operator, such as the error code of a cloud service. */
  readonly cause?: string;
  readonly retryAfterSeconds?: number;
}

/** 400, with the type of table 9. */
export const invalid = (scimType: ScimType, reason: ScimReason, detail: string): ScimFault => ({
  status: 400,
  reason,
  scimType,
  detail,
});
