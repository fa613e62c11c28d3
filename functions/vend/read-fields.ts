// A body's JSON → the fields of a schema. A fault names its field and never repeats the field's value. This runs before the
// caller is identified, so its time must not depend on what else the body holds.
import type * as z from 'zod';
import type { Failure, FieldFault } from '../../shared/kernel/failure.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { parseObject } from '../../shared/ram/parse-parts.ts';

/** A field's name may be the caller's own text: only plain names are repeated. */
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

/** The name of a field within another, such as `as.claims`; `body` for the body as a whole. */
const within = (prefix: string, path: string): string => [prefix, path].filter(Boolean).join('.') || 'body';

/** Fails with `invalid_request`. Unknown fields are refused here rather than by zod, which would list each of thousands. */
export function readFields<Shape extends z.core.$ZodLooseShape>(
  schema: z.ZodObject<Shape>,
  input: unknown,
  prefix = '',
): Result<z.output<z.ZodObject<Shape>>, Failure> {
  const object = parseObject(input, within(prefix, ''));
  if (!object.ok) return invalidFields([{ field: object.error.path, message: object.error.message }]);
  const body = object.value;
  const names = Object.keys(schema.shape);
  const own: Record<string, unknown> = {};
  const strange: FieldFault[] = [];
  for (const name of Object.keys(body)) {
    if (names.includes(name)) own[name] = body[name];
    else if (strange.length < MAX_FIELD_FAULTS)
      strange.push({ field: within(prefix, name), message: 'is not a known field' });
  }
  const parsed = schema.safeParse(own);
  if (parsed.success && strange.length === 0) return ok(parsed.data);
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => ({ field: within(prefix, path.join('.')), message }));
  return invalidFields([...wrong, ...strange]);
}
