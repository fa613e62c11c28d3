// The wire's JSON → the request that the pipeline takes. Names faulty fields, and never repeats what was in them.
import type { Wish } from '../../shared/decide/decision.ts';
import type { Failure, FieldFault } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { parsePolicy } from '../../shared/ram/parse-policy.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import { CredentialsRequest } from './schemas.ts';

export interface VendRequest {
  readonly wish: Wish;
  readonly callerPolicy: Policy | undefined;
  readonly bodyToken: string | undefined;
}

/** A field's name may itself be the caller's text. */
const PLAIN_FIELD = /^[A-Za-z][A-Za-z0-9_.[\]-]{0,99}$/;
const MAX_FIELD_FAULTS = 10;

const named = (field: string, message: string): FieldFault => ({
  field: PLAIN_FIELD.test(field) ? field : 'body',
  message,
});

const invalid = (faults: readonly FieldFault[]): Result<never, Failure> =>
  err({ code: 'invalid_request', reason: 'body-invalid', fields: faults.slice(0, MAX_FIELD_FAULTS) });

type Issue = NonNullable<ReturnType<typeof CredentialsRequest.safeParse>['error']>['issues'][number];

function faultsOf(issue: Issue): readonly FieldFault[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => named(key, 'is not a known field'));
  return [named(issue.path.join('.'), issue.message)];
}

export function parseVendRequest(body: unknown): Result<VendRequest, Failure> {
  const parsed = CredentialsRequest.safeParse(body);
  if (!parsed.success) return invalid(parsed.error.issues.flatMap(faultsOf));
  const { role, durationSeconds, policy, token } = parsed.data;
  const callerPolicy = policy === undefined ? undefined : parsePolicy(policy);
  if (callerPolicy && !callerPolicy.ok) {
    return invalid([named(`policy.${callerPolicy.error.path}`, 'is not in the grammar of RAM policies')]);
  }
  return ok({ wish: { role, durationSeconds }, callerPolicy: callerPolicy?.value, bodyToken: token });
}
