// The form of a name of a caller or a group. Names are compared byte for byte and never trimmed, folded or normalised.
// Characters by which one name can be made to look like another are refused.
import { MAX_PRINCIPAL_NAME_BYTES } from '../rules/values/principal-key.ts';

const CONTROL_OR_LONE_SURROGATE = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u;

/** Most names: no more characters than bytes, and none that is refused. A token may list a thousand. */
const PLAIN = new RegExp(`^[ -~]{1,${MAX_PRINCIPAL_NAME_BYTES}}$`);

/** A text of 1 to MAX_PRINCIPAL_NAME_BYTES bytes of UTF-8, without control, direction or surrogate characters. */
export function isName(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  if (PLAIN.test(value)) return true;
  return (
    value !== '' &&
    Buffer.byteLength(value) <= MAX_PRINCIPAL_NAME_BYTES &&
    !CONTROL_OR_LONE_SURROGATE.test(value)
  );
}
