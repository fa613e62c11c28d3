// The wire's JSON → what is to be explained: a request for credentials, and of whom.

import * as z from 'zod';
import type { Failure } from '../../shared/kernel/failure.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import { type JsonObject, parseObject } from '../../shared/ram/parse-parts.ts';
import { MAX_GROUPS } from '../../shared/rules/values/principal-key.ts';
import { invalidFields, readFields } from './read-fields.ts';
import { CredentialsRequest, ExplainedCaller } from './request-schemas.ts';
import { toVendRequest, type VendRequest } from './vend-request.ts';

/** Whom to explain, as an administrator describes them. */
export interface As extends Omit<z.output<typeof ExplainedCaller>, 'claims'> {
  readonly claims: JsonObject;
}

export interface ExplainRequest extends VendRequest {
  /** Not looked at: see readAs. */
  readonly as: unknown;
}

const Fields = CredentialsRequest.extend({ as: z.unknown().optional() });

export function parseExplainRequest(body: unknown): Result<ExplainRequest, Failure> {
  const fields = readFields(Fields, body);
  return fields.ok ? ok({ ...toVendRequest(fields.value), as: fields.value.as }) : fields;
}

/** Told by their number alone, or a body of thousands would have a fault for each. */
const hasTooManyGroups = (as: unknown): boolean => {
  const object = parseObject(as, 'as');
  const groups = object.ok ? object.value['groups'] : undefined;
  return Array.isArray(groups) && groups.length > MAX_GROUPS;
};

/** For a caller who is known. */
export function readAs({ as }: Pick<ExplainRequest, 'as'>): Result<As | undefined, Failure> {
  if (as === undefined) return ok(undefined);
  if (hasTooManyGroups(as)) return invalidFields([{ field: 'as.groups', message: 'has too many items' }]);
  const fields = readFields(ExplainedCaller, as, 'as');
  if (!fields.ok) return fields;
  const claims = parseObject(fields.value.claims ?? {}, 'as.claims');
  if (!claims.ok) return invalidFields([{ field: claims.error.path, message: claims.error.message }]);
  return ok({ ...fields.value, claims: claims.value });
}
