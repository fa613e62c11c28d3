// Every failure has its documented answer, which is the same for each code whatever the reason, and holds nothing of
// the request.
import { describe, expect, it } from 'vitest';
import { problem } from '../../../shared/http/answer.ts';
import { PROBLEMS, problemBody } from '../../../shared/http/problem.ts';
import type { Failure } from '../../../shared/kernel/failure.ts';
import { RequestId } from '../../../shared/kernel/names.ts';

const ID = RequestId.parse('request-0001');

/** The contract's table of errors. */
const CONTRACT = {
  invalid_request: 400,
  invalid_token: 401,
  access_denied: 403,
  step_up_required: 403,
  not_found: 404,
  method_not_allowed: 405,
  too_large: 413,
  unsupported_media_type: 415,
  policy_not_narrower: 422,
  policy_too_large: 422,
  duration_too_long: 422,
  rate_limited: 429,
  internal_error: 500,
  role_misconfigured: 502,
  store_unavailable: 503,
  sts_unavailable: 503,
  audit_unavailable: 503,
  keys_unavailable: 503,
};

describe('the table of problems', () => {
  it('is the contract’s', () => {
    expect(Object.fromEntries(Object.entries(PROBLEMS).map(([code, { status }]) => [code, status]))).toEqual(
      CONTRACT,
    );
  });

  it('says when to come back, whenever coming back helps', () => {
    const retried = Object.entries(PROBLEMS).flatMap(([code, spec]) =>
      'headers' in spec && 'retry-after' in spec.headers ? [code] : [],
    );
    const temporary = Object.entries(CONTRACT).flatMap(([code, status]) =>
      status === 429 || status === 503 ? [code] : [],
    );
    expect(retried.sort()).toEqual(temporary.sort());
  });
});

describe('a problem', () => {
  const reasons: readonly Failure[] = [
    { code: 'invalid_token', reason: 'token-expired' },
    { code: 'invalid_token', reason: 'signature-wrong', cause: 'canary' },
  ];

  it('is one answer for one code, whatever the reason and the cause', () => {
    const [one, two] = reasons.map((failure) => problem(failure, ID));
    expect(one).toEqual(two);
    expect(one?.body).not.toContain('canary');
  });

  it('names fields only where there are some', () => {
    const fields = [{ field: 'role', message: 'm' }];
    expect(problemBody({ code: 'invalid_request', reason: 'body-invalid', fields }, ID).errors).toEqual(
      fields,
    );
    expect(problemBody({ code: 'invalid_request', reason: 'body-invalid' }, ID)).not.toHaveProperty('errors');
  });

  it('cannot be given another content type or be stored', () => {
    const { headers } = problem({ code: 'method_not_allowed', reason: 'method' }, ID, {
      allow: 'GET',
      'content-type': 'text/html',
    });
    expect(headers).toEqual({
      'cache-control': 'no-store',
      vary: 'Origin',
      'x-content-type-options': 'nosniff',
      allow: 'GET',
      'content-type': 'application/problem+json',
    });
  });
});
