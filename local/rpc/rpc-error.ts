// Errors in the RPC style: what one is, and those of the API gateway, which stands in front of every service. What no
// source confirms is marked so.

export interface ErrorSpec {
  readonly status: number;
  readonly message: string;
}

/** Codes of the API gateway. Statuses of the first five are published; messages and the other statuses are not confirmed. */
export const GATEWAY_ERRORS = {
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
  /** Answered when one name is given twice: which of the two was signed for would be anyone's guess. */
  InvalidParameter: { status: 400, message: 'The request has a repeated or malformed parameter.' },
  RequestEntityTooLarge: { status: 413, message: 'The request is too large.' },
  /** STS FAQ names the three codes and a bare 302; no source gives the status. */
  Throttling: { status: 400, message: 'Request was denied due to request throttling.' },
  'Throttling.User': { status: 400, message: 'Request was denied due to user flow control.' },
  'Throttling.Api': { status: 400, message: 'Request was denied due to api flow control.' },
  /** API metadata of STS, errorCodes of AssumeRole. */
  'InvalidParameter.ContentType': {
    status: 400,
    message:
      'The ContentType request header must be either "application/json" or "application/x-www-form-urlencoded".',
  },
} as const satisfies Record<string, ErrorSpec>;

/** What reading and authenticating a request may answer; each service has its own words for the last. */
export type GatewayErrorCode = keyof typeof GATEWAY_ERRORS | 'InternalError';

/** The status and message of everything that a service answers. */
export type ErrorSpecs<Code extends string> = Readonly<Record<Code | GatewayErrorCode, ErrorSpec>>;

/** Why RAM refused, as answers carry it (seen in ACK's documentation). */
export interface AccessDeniedDetail {
  readonly AuthAction: string;
  readonly AuthPrincipalDisplayName: string;
  readonly AuthPrincipalOwnerId: string;
  readonly AuthPrincipalType: string;
  readonly NoPermissionType: 'ImplicitDeny' | 'ExplicitDeny';
  readonly PolicyType: string;
}

export interface RpcError<Code extends string = GatewayErrorCode> {
  readonly code: Code;
  readonly accessDenied?: AccessDeniedDetail;
}
