// The one table from failure to HTTP (RFC 9457). `detail` is constant for each code: it says what the caller can do,
// and nothing of other identities, of roles, or of why a proof failed.

import type { Failure, FailureCode, FieldFault } from '../kernel/failure.ts';
import type { RequestId } from '../kernel/names.ts';
import { DPOP_ALGORITHMS } from '../kernel/signature-algorithms.ts';

export interface ProblemSpec {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 415 | 422 | 429 | 500 | 502 | 503;
  readonly title: string;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** STS counts calls by the second; a few seconds let a burst pass. */
const RETRY_THROTTLED = { 'retry-after': '5' };
/** A partition split or a fail-over takes about this long. */
export const RETRY_OUTAGE = { 'retry-after': '2' };

export const PROBLEMS = {
  invalid_request: {
    status: 400,
    title: 'The request is malformed',
    detail: 'Correct the fields that are named in errors and send the request again.',
  },
  invalid_token: {
    status: 401,
    title: 'The proof of identity was not accepted',
    detail: 'Send one valid token of a configured identity provider, addressed to this service.',
    headers: { 'www-authenticate': 'Bearer' },
  },
  access_denied: {
    status: 403,
    title: 'Access denied',
    detail: 'You have no grant that gives this. Ask the owner of the role for one.',
  },
  step_up_required: {
    status: 403,
    title: 'Stronger authentication is required',
    detail: 'Sign in again with a second factor and send the new token.',
  },
  not_found: { status: 404, title: 'Not found', detail: 'There is nothing at this address.' },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'Use a method that is named in the Allow header.',
  },
  too_large: { status: 413, title: 'The request is too large', detail: 'Send at most 64 KB.' },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'Send the body as application/json.',
  },
  policy_not_narrower: {
    status: 422,
    title: 'The policy is not narrower than the grant',
    detail:
      'The statement that is named in errors is not provably within the grant. Narrow it, or leave it out.',
  },
  policy_too_large: {
    status: 422,
    title: 'The session policy is too large',
    detail: 'The effective session policy exceeds 2,048 bytes. Ask for less, or have the grant shortened.',
  },
  duration_too_long: {
    status: 422,
    title: 'The duration is too long',
    detail: 'Ask for at most the longest duration that GET /v1/roles shows.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    detail: 'Wait for the time in Retry-After and send the request again.',
    headers: RETRY_THROTTLED,
  },
  internal_error: {
    status: 500,
    title: 'Stint made a mistake',
    detail: 'Nothing was issued. Give the requestId to the operator.',
  },
  role_misconfigured: {
    status: 502,
    title: 'The role is misconfigured',
    detail: 'The operator must correct the role. Give them the requestId.',
  },
  store_unavailable: {
    status: 503,
    title: 'The access rules cannot be read',
    detail: 'Nothing was issued. Wait for the time in Retry-After and send the request again.',
    headers: RETRY_OUTAGE,
  },
  sts_unavailable: {
    status: 503,
    title: 'STS is unavailable',
    detail: 'Nothing was issued. Wait for the time in Retry-After and send the request again.',
    headers: RETRY_OUTAGE,
  },
  audit_unavailable: {
    status: 503,
    title: 'The audit log is unavailable',
    detail: 'Nothing was issued. Wait for the time in Retry-After and send the request again.',
    headers: RETRY_OUTAGE,
  },
  keys_unavailable: {
    status: 503,
    title: 'The identity provider’s keys cannot be read',
    detail: 'Nothing was issued. Wait for the time in Retry-After and send the request again.',
    headers: RETRY_OUTAGE,
  },
} as const satisfies Record<FailureCode, ProblemSpec>;

/** In place of Bearer, where only a DPoP proof will do (RFC 9449 sections 7.1 and 9). */
export function challengeHeaders(failure: Failure): Readonly<Record<string, string>> {
  if (failure.code !== 'invalid_token' || !failure.dpop) return {};
  const { nonce } = failure.dpop;
  const error = nonce === undefined ? failure.code : 'use_dpop_nonce';
  const challenge = `DPoP error="${error}", algs="${DPOP_ALGORITHMS.join(' ')}"`;
  return { 'www-authenticate': challenge, ...(nonce === undefined ? {} : { 'dpop-nonce': nonce }) };
}

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: FailureCode;
  readonly requestId: RequestId;
  readonly errors?: readonly FieldFault[];
}

/** The body of a problem (RFC 9457 section 3); `code`, `requestId` and `errors` are Stint's own members. */
export function problemBody(failure: Failure, requestId: RequestId): ProblemBody {
  const { status, title, detail } = PROBLEMS[failure.code];
  const errors = 'fields' in failure ? failure.fields : undefined;
  const type = `urn:stint:problem:${failure.code}`;
  const body = { type, title, status, detail, code: failure.code, requestId };
  return errors ? Object.assign(body, { errors }) : body;
}
