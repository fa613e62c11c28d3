// A failure in the words of STS: its codes and statuses. Sources: API metadata of Sts 2015-04-01; the page "Error codes" of its
// API reference for `AuthenticationFail`; the common errors of Alibaba Cloud's RPC gateway. No source gives the codes of absent
// parameters and the status of throttling: those follow the gateway's other codes and HTTP.
import { PROBLEMS } from '../../../shared/http/problem.ts';
import type { Failure, FailureCode, RequestReason } from '../../../shared/kernel/failure.ts';

interface StsErrorSpec {
  readonly status: number;
  /** Of a malformed request. Otherwise it is the text of the failure, which is constant for each code. */
  readonly message?: string;
}

export const STS_ERRORS = {
  MissingAction: { status: 400, message: 'Action is mandatory for this action.' },
  MissingVersion: { status: 400, message: 'Version is mandatory for this action.' },
  InvalidVersion: { status: 400, message: 'Specified parameter Version is not valid.' },
  'InvalidAction.NotFound': {
    status: 404,
    message: 'Specified api is not found, please check your url and method.',
  },
  InvalidParameter: { status: 400, message: 'The request has a repeated or malformed parameter.' },
  'InvalidParameter.ContentType': {
    status: 400,
    message: 'The ContentType request header must be "application/x-www-form-urlencoded".',
  },
  RequestEntityTooLarge: { status: 413, message: 'The request is too large.' },
  MissingRoleArn: { status: 400, message: 'RoleArn is mandatory for this action.' },
  'InvalidParameter.RoleArn': { status: 400, message: 'The parameter RoleArn is wrongly formed.' },
  'InvalidParameter.RoleSessionName': {
    status: 400,
    message: 'The parameter RoleSessionName is wrongly formed.',
  },
  'InvalidParameter.DurationSeconds': {
    status: 400,
    message: 'The parameter DurationSeconds must be a whole number of seconds, at least 900.',
  },
  'InvalidParameter.PolicyGrammar': {
    status: 400,
    message: 'The parameter Policy has not passed grammar check.',
  },
  'InvalidParameter.PolicySize': {
    status: 400,
    message: 'The size of Policy must be smaller than 2048 bytes.',
  },
  'AuthenticationFail.OIDCToken.Invalid': { status: 401, message: PROBLEMS.invalid_token.detail },
  'AuthenticationFail.NoPermission': { status: 401 },
  NoPermission: {
    status: 403,
    message: 'The Policy is not provably within the grant. Narrow it, or leave it out.',
  },
  'Throttling.User': { status: 429 },
  InternalError: { status: 500 },
  ServiceUnavailable: { status: 503 },
} as const satisfies Readonly<Record<string, StsErrorSpec>>;

export type StsErrorCode = keyof typeof STS_ERRORS;

/**
 * Why a token was refused, or whether a role exists, is told no more than by POST /v1/credentials: STS's own finer codes, such as
 * `AuthenticationFail.OIDCToken.Expired` and `EntityNotExist.Role`, are not used.
 */
const CODES = {
  invalid_request: 'InvalidParameter',
  invalid_token: 'AuthenticationFail.OIDCToken.Invalid',
  access_denied: 'AuthenticationFail.NoPermission',
  step_up_required: 'AuthenticationFail.NoPermission',
  not_found: 'InvalidAction.NotFound',
  method_not_allowed: 'InvalidAction.NotFound',
  too_large: 'RequestEntityTooLarge',
  unsupported_media_type: 'InvalidParameter.ContentType',
  policy_not_narrower: 'NoPermission',
  policy_too_large: 'InvalidParameter.PolicySize',
  duration_too_long: 'InvalidParameter.DurationSeconds',
  rate_limited: 'Throttling.User',
  internal_error: 'InternalError',
  role_misconfigured: 'InternalError',
  store_unavailable: 'ServiceUnavailable',
  sts_unavailable: 'ServiceUnavailable',
  audit_unavailable: 'ServiceUnavailable',
  keys_unavailable: 'ServiceUnavailable',
} as const satisfies Readonly<Record<FailureCode, StsErrorCode>>;

/** Of the faults that the pipeline itself finds in a field of the request. */
const FIELD_CODES: Readonly<Record<string, StsErrorCode>> = {
  role: 'InvalidParameter.RoleArn',
  policy: 'InvalidParameter.PolicyGrammar',
  token: 'AuthenticationFail.OIDCToken.Invalid',
};

/** A request that is malformed in the way that this code says. The audit row has the code as its cause. */
export const malformedCall = (code: StsErrorCode, reason: RequestReason = 'body-invalid'): Failure => ({
  code: 'invalid_request',
  reason,
  cause: code,
});

export interface StsError {
  readonly code: StsErrorCode;
  readonly status: number;
  readonly message: string;
}

const isStsErrorCode = (text: string): text is StsErrorCode => Object.hasOwn(STS_ERRORS, text);

function codeOf(failure: Failure): StsErrorCode {
  if (failure.code !== 'invalid_request') return CODES[failure.code];
  if (failure.cause !== undefined && isStsErrorCode(failure.cause)) return failure.cause;
  const [field = ''] = failure.fields?.[0]?.field.split(/[.[]/) ?? [];
  return FIELD_CODES[field] ?? CODES.invalid_request;
}

/** Those whose text in a problem is of JSON, or names its member `errors`, which this answer has not. */
const WITH_STS_MESSAGE: ReadonlySet<FailureCode> = new Set([
  'invalid_request',
  'unsupported_media_type',
  'policy_not_narrower',
]);

/** The statement that is too wide, since people see nothing but the message. */
const placeOf = (failure: Failure): string => {
  const [fault] = failure.code === 'policy_not_narrower' ? failure.fields : [];
  return fault ? ` ${fault.field} ${fault.message}.` : '';
};

export function stsErrorOf(failure: Failure): StsError {
  const code = codeOf(failure);
  const spec: StsErrorSpec = STS_ERRORS[code];
  const own = WITH_STS_MESSAGE.has(failure.code) ? spec.message : undefined;
  const message = `${own ?? PROBLEMS[failure.code].detail}${placeOf(failure)}`;
  return { code, status: spec.status, message };
}
