// The `typ` of a token's header, normalised (RFC 7515 section 4.1.9): media types are not case-sensitive, and the prefix
// `application/` may be left out when the rest has no slash.

/** `typ` in lower case, without the prefix. Empty when it is not a text: no rule allows the empty type. */
export function tokenType(typ: unknown): string {
  if (typeof typ !== 'string') return '';
  const type = typ.toLowerCase();
  const bare = type.replace(/^application\//, '');
  return bare.includes('/') ? type : bare;
}
