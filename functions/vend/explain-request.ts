// The wire's JSON → what is to be explained: a request for credentials, and of whom.
import type * as z from 'zod';
import type { Failure } from '../../shared/errors.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import { readFields } from './read-fields.ts';
import { ExplainRequest as Fields } from './request-schemas.ts';
import { toVendRequest, type VendRequest } from './vend-request.ts';

export interface ExplainRequest extends VendRequest {
  readonly as: z.output<typeof Fields>['as'];
}

export function parseExplainRequest(body: unknown): Result<ExplainRequest, Failure> {
  const fields = readFields(Fields, body);
  if (!fields.ok) return fields;
  const { as, ...rest } = fields.value;
  const request = toVendRequest(rest);
  return request.ok ? ok({ ...request.value, as }) : request;
}
