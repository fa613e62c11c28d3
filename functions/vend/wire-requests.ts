// The JSON of a body → the requests that the pipeline takes. A body is read in two steps: first the plain fields; then, once
// the caller is known, the objects of any depth (`policy`, `as`). So a request without a good proof never costs more than a
// good one.
import * as z from 'zod';
import type { Failure } from '../../shared/kernel/failure.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import type { RoleRequest } from '../../shared/pipeline/decide/decision.ts';
import { type JsonObject, parseObject } from '../../shared/ram/parse-parts.ts';
import { parseCallerPolicy } from '../../shared/ram/parse-policy.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import { MAX_GROUPS } from '../../shared/rules/values/principal-key.ts';
import { invalidFields, readFields } from './read-fields.ts';
import { ArrivalQuestion, CredentialsRequest, ExplainedCaller, TokenRequest } from './request-schemas.ts';

export interface VendRequest {
  readonly roleRequest: RoleRequest;
  /** Unread: see readCallerPolicy. */
  readonly policy: unknown;
  /** The proof of identity, when it is not in a header. */
  readonly bodyToken: string | undefined;
}

export function parseVendRequest(body: unknown): Result<VendRequest, Failure> {
  const fields = readFields(CredentialsRequest, body);
  return fields.ok ? ok(toVendRequest(fields.value)) : fields;
}

function toVendRequest(fields: z.output<typeof CredentialsRequest>): VendRequest {
  const { role, durationSeconds, policy, token } = fields;
  return { roleRequest: { role, durationSeconds }, policy, bodyToken: token };
}

/**
 * Call this only once the caller is identified. Stops at the first fault. The failure names its place, and repeats no value.
 */
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

export interface ExplanationRequest extends VendRequest {
  /** Unread: see readCallerDescription. */
  readonly as: unknown;
  /** Unread: see readArrivalQuestion. */
  readonly arrival: unknown;
}

const ExplanationFields = CredentialsRequest.extend({
  as: z.unknown().optional(),
  arrival: z.unknown().optional(),
});

export function parseExplanationRequest(body: unknown): Result<ExplanationRequest, Failure> {
  const fields = readFields(ExplanationFields, body);
  if (!fields.ok) return fields;
  const { as, arrival } = fields.value;
  return ok({ ...toVendRequest(fields.value), as, arrival });
}

/** The caller to explain, as an administrator describes it. */
export interface CallerDescription extends Omit<z.output<typeof ExplainedCaller>, 'claims'> {
  readonly claims: JsonObject;
}

/** Call this only once the caller is identified. */
export function readCallerDescription({
  as,
}: Pick<ExplanationRequest, 'as'>): Result<CallerDescription | undefined, Failure> {
  if (as === undefined) return ok(undefined);
  if (hasTooManyGroups(as)) return invalidFields([{ field: 'as.groups', message: 'has too many items' }]);
  const fields = readFields(ExplainedCaller, as, 'as');
  if (!fields.ok) return fields;
  const claims = parseObject(fields.value.claims ?? {}, 'as.claims');
  if (!claims.ok) return invalidFields([{ field: claims.error.path, message: claims.error.message }]);
  return ok({ ...fields.value, claims: claims.value });
}

/** Call this only once the caller is identified. The question is about the caller's own request, and not about one that it describes. */
export function readArrivalQuestion({
  as,
  arrival,
}: Pick<ExplanationRequest, 'as' | 'arrival'>): Result<ArrivalQuestion | undefined, Failure> {
  if (arrival === undefined) return ok(undefined);
  if (as !== undefined) return invalidFields([{ field: 'arrival', message: 'cannot be together with as' }]);
  return readFields(ArrivalQuestion, arrival, 'arrival');
}

/** Counted before the schema is applied, which would list a fault for each of thousands. */
const hasTooManyGroups = (as: unknown): boolean => {
  const object = parseObject(as, 'as');
  const groups = object.ok ? object.value['groups'] : undefined;
  return Array.isArray(groups) && groups.length > MAX_GROUPS;
};

/** What GET and POST /v1/identity and /v1/roles take: nothing but the token. `body` is undefined when there is none. */
export function parseTokenRequest(
  body: unknown,
): Result<{ readonly bodyToken: string | undefined }, Failure> {
  if (body === undefined) return ok({ bodyToken: undefined });
  const fields = readFields(TokenRequest, body);
  return fields.ok ? ok({ bodyToken: fields.value.token }) : fields;
}
