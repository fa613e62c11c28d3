// Every error that the local STS answers with. `AssumeRole` codes, messages and statuses are those of the published
// API metadata (Sts 2015-04-01); the rest are the gateway's, and what no source confirms is marked so.

interface ErrorSpec {
  readonly status: number;
  readonly message: string;
}

/** API metadata, AssumeRole errorCodes. SerialNumber, TokenCode and the two ApiUsername/ApiPassword have no cause here. */
const ASSUME_ROLE_ERRORS = {
  'InvalidParameter.DurationSeconds': {
    status: 400,
    message: 'The Min/Max value of DurationSeconds is 15min/1hr.',
  },
  'InvalidParameter.ExternalId': { status: 400, message: 'The parameter ExternalId is wrongly formed.' },
  'InvalidParameter.RoleArn': { status: 400, message: 'The parameter RoleArn is wrongly formed.' },
  'InvalidParameter.RoleSessionName': {
    status: 400,
    message: 'The parameter RoleSessionName is wrongly formed.',
  },
  'InvalidParameter.PolicyGrammar': {
    status: 400,
    message: 'The parameter Policy has not passed grammar check.',
  },
  'InvalidParameter.PolicySize': {
    status: 400,
    message: 'The size of Policy must be smaller than 2048 bytes.',
  },
  'InvalidParameter.ContentType': {
    status: 400,
    message:
      'The ContentType request header must be either "application/json" or "application/x-www-form-urlencoded".',
  },
  NoPermission: {
    status: 403,
    message: 'You are not authorized to do this action. You should be authorized by RAM.',
  },
  'EntityNotExist.Role': { status: 404, message: 'The specified Role not exists .' },
  InternalError: {
    status: 500,
    message: 'STS Server Internal Error happened, please send the RequestId to us.',
  },
} as const satisfies Record<string, ErrorSpec>;

/** Codes of the API gateway. Statuses of the first five are published; messages and the other statuses are not confirmed. */
const GATEWAY_ERRORS = {
  'InvalidAccessKeyId.NotFound': { status: 404, message: 'Specified access key is not found.' },
  SignatureDoesNotMatch: {
    status: 400,
    message: 'Specified signature is not matched with our calculation.',
  },
  SignatureNonceUsed: { status: 400, message: 'Specified signature nonce was used already.' },
  'InvalidTimeStamp.Expired': { status: 400, message: 'Specified time stamp or date value is expired.' },
  'InvalidAction.NotFound': {
    status: 404,
    message: 'Specified api is not found, please check your url and method.',
  },
  'InvalidTimeStamp.Format': {
    status: 400,
    message: 'Specified time stamp or date value is not well formatted.',
  },
  'InvalidSecurityToken.Expired': { status: 400, message: 'Specified SecurityToken is expired.' },
  'InvalidSecurityToken.Malformed': { status: 400, message: 'Specified SecurityToken is malformed.' },
  'InvalidSecurityToken.MismatchWithAccessKey': {
    status: 400,
    message: 'Specified SecurityToken mismatch with the AccessKey.',
  },
  MissingSecurityToken: { status: 400, message: 'SecurityToken is mandatory for this action.' },
  IncompleteSignature: {
    status: 400,
    message: 'The request signature does not conform to Alibaba Cloud standards.',
  },
  InvalidVersion: { status: 400, message: 'Specified parameter Version is not valid.' },
  MissingAction: { status: 400, message: 'Action is mandatory for this action.' },
  MissingVersion: { status: 400, message: 'Version is mandatory for this action.' },
  MissingRoleArn: { status: 400, message: 'RoleArn is mandatory for this action.' },
  MissingRoleSessionName: { status: 400, message: 'RoleSessionName is mandatory for this action.' },
  /** Answered when one name is given twice: which of the two was signed for would be anyone's guess. */
  InvalidParameter: { status: 400, message: 'The request has a repeated or malformed parameter.' },
  'InvalidParameter.SourceIdentity': {
    status: 400,
    message: 'The parameter SourceIdentity is wrongly formed.',
  },
  RequestEntityTooLarge: { status: 413, message: 'The request is too large.' },
  /** STS FAQ names the three codes and a bare 302; no source gives the status. */
  Throttling: { status: 400, message: 'Request was denied due to request throttling.' },
  'Throttling.User': { status: 400, message: 'Request was denied due to user flow control.' },
  'Throttling.Api': { status: 400, message: 'Request was denied due to api flow control.' },
} as const satisfies Record<string, ErrorSpec>;

const STS_ERRORS = { ...ASSUME_ROLE_ERRORS, ...GATEWAY_ERRORS };

export type StsErrorCode = keyof typeof STS_ERRORS;

/** Why RAM refused, as answers carry it (seen in ACK's documentation). */
export interface AccessDeniedDetail {
  readonly AuthAction: string;
  readonly AuthPrincipalDisplayName: string;
  readonly AuthPrincipalOwnerId: string;
  readonly AuthPrincipalType: string;
  readonly NoPermissionType: 'ImplicitDeny' | 'ExplicitDeny';
  readonly PolicyType: string;
}

export interface StsError {
  readonly code: StsErrorCode;
  readonly accessDenied?: AccessDeniedDetail;
}

export function errorSpec(code: StsErrorCode): ErrorSpec {
  return STS_ERRORS[code];
}
