// A body's JSON → the fields of a schema. Names faulty fields, and never repeats what was in them.
import type * as z from 'zod';
import type { Failure, FieldFault } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';

/** A field's name may itself be the caller's text. */
const PLAIN_FIELD = /^[A-Za-z][A-Za-z0-9_.[\]-]{0,99}$/;
const MAX_FIELD_FAULTS = 10;

const named = ({ field, message }: FieldFault): FieldFault => ({
  field: PLAIN_FIELD.test(field) ? field : 'body',
  message,
});

export const invalidFields = (faults: readonly FieldFault[]): Result<never, Failure> =>
  err({
    code: 'invalid_request',
    reason: 'body-invalid',
    fields: faults.slice(0, MAX_FIELD_FAULTS).map(named),
  });

function faultsOf(issue: z.core.$ZodIssue): readonly FieldFault[] {
  if (issue.code !== 'unrecognized_keys') return [{ field: issue.path.join('.'), message: issue.message }];
  return issue.keys.map((key) => ({
    field: [...issue.path, key].join('.'),
    message: 'is not a known field',
  }));
}

export function readFields<Fields>(schema: z.ZodType<Fields>, body: unknown): Result<Fields, Failure> {
  const parsed = schema.safeParse(body);
  return parsed.success ? ok(parsed.data) : invalidFields(parsed.error.issues.flatMap(faultsOf));
}
