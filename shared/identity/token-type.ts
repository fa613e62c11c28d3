// What a token's header says it is, in one form (RFC 7515 section 4.1.9): media types do not depend on case, and the
// prefix `application/` may be left out where no other slash is in it.

/** In small letters, without the prefix; empty for what is no type, which no rule names. */
export function tokenType(typ: unknown): string {
  if (typeof typ !== 'string') return '';
  const type = typ.toLowerCase();
  const bare = type.replace(/^application\//, '');
  return bare.includes('/') ? type : bare;
}
