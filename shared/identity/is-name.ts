// What may name a caller or a group. Names are compared byte for byte, never trimmed, folded or normalised: what is odd
// is refused instead.
import { MAX_PRINCIPAL_NAME_BYTES } from '../rules/values/principal-key.ts';

const CONTROL_OR_LONE_SURROGATE = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u;

export function isName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    Buffer.byteLength(value) <= MAX_PRINCIPAL_NAME_BYTES &&
    !CONTROL_OR_LONE_SURROGATE.test(value)
  );
}
