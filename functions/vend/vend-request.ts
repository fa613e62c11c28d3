// The wire's JSON → the request that the pipeline takes. In two steps: what is needed to know the caller, and, once it
// is known, the policy.
import type * as z from 'zod';
import type { Failure } from '../../shared/kernel/failure.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import type { RoleRequest } from '../../shared/pipeline/decide/decision.ts';
import { parseCallerPolicy } from '../../shared/ram/parse-policy.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import { invalidFields, readFields } from './read-fields.ts';
import { CredentialsRequest } from './request-schemas.ts';

export interface VendRequest {
  readonly roleRequest: RoleRequest;
  /** Not looked at: see readCallerPolicy. */
  readonly policy: unknown;
  readonly bodyToken: string | undefined;
}

export function toVendRequest(fields: z.output<typeof CredentialsRequest>): VendRequest {
  const { role, durationSeconds, policy, token } = fields;
  return { roleRequest: { role, durationSeconds }, policy, bodyToken: token };
}

export function parseVendRequest(body: unknown): Result<VendRequest, Failure> {
  const fields = readFields(CredentialsRequest, body);
  return fields.ok ? ok(toVendRequest(fields.value)) : fields;
}

/** For a caller who is known: up to the first fault, and of that only where it is. */
export function readCallerPolicy({
  policy,
}: Pick<VendRequest, 'policy'>): Result<Policy | undefined, Failure> {
  if (policy === undefined) return ok(undefined);
  const parsed = parseCallerPolicy(policy);
  if (parsed.ok) return parsed;
  const field = ['policy', parsed.error.path].filter(Boolean).join('.');
  return invalidFields([
    { field, message: 'is not in the grammar of RAM policies, or has a variable (${…}) in it' },
  ]);
}
