// The form of a name of a caller or a group. Names are compared byte for byte and never trimmed, folded or normalised.
// Characters by which one name can be made to look like another are refused.
import { MAX_PRINCIPAL_NAME_BYTES } from '../rules/values/principal-key.ts';

const CONTROL_OR_LONE_SURROGATE = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u;

/** A text of 1 to MAX_PRINCIPAL_NAME_BYTES bytes of UTF-8, without control, direction or surrogate characters. */
export function isName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    Buffer.byteLength(value) <= MAX_PRINCIPAL_NAME_BYTES &&
    !CONTROL_OR_LONE_SURROGATE.test(value)
  );
}
