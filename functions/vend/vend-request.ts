// The wire's JSON → the request that the pipeline takes.
import type * as z from 'zod';
import type { Wish } from '../../shared/decide/decision.ts';
import type { Failure } from '../../shared/errors.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import { parseCallerPolicy } from '../../shared/ram/parse-caller-policy.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import { invalidFields, readFields } from './read-fields.ts';
import { CredentialsRequest } from './request-schemas.ts';

export interface VendRequest {
  readonly wish: Wish;
  readonly callerPolicy: Policy | undefined;
  readonly bodyToken: string | undefined;
}

export function toVendRequest(fields: z.output<typeof CredentialsRequest>): Result<VendRequest, Failure> {
  const { role, durationSeconds, policy, token } = fields;
  const callerPolicy = policy === undefined ? undefined : parseCallerPolicy(policy);
  if (callerPolicy && !callerPolicy.ok) {
    const message = 'is not in the grammar of RAM policies, or has a variable (${…}) in it';
    return invalidFields([{ field: `policy.${callerPolicy.error.path}`, message }]);
  }
  return ok({ wish: { role, durationSeconds }, callerPolicy: callerPolicy?.value, bodyToken: token });
}

export function parseVendRequest(body: unknown): Result<VendRequest, Failure> {
  const fields = readFields(CredentialsRequest, body);
  return fields.ok ? toVendRequest(fields.value) : fields;
}
