// The type that a token's header states, in one form (RFC 7515 section 4.1.9): media types do not depend on case, and the
// prefix `application/` may be left out where no other slash is in it.

/** `typ` in lower case, without the prefix. Empty when it is not a text: no rule allows the empty type. */
export function tokenType(typ: unknown): string {
  if (typeof typ !== 'string') return '';
  const type = typ.toLowerCase();
  const bare = type.replace(/^application\//, '');
  return bare.includes('/') ? type : bare;
}
