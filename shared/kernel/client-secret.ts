// What a client secret of an identity provider may be (RFC 6749 section 2.3.1), where it is set and where it is read.

/** Secrets of known vendors have 24 to 128 characters; the environment of Function Compute holds 4 KB. */
export const MAX_SECRET_CHARACTERS = 512;
/** No control character, such as a line break left over from a file, and no surrogate, which UTF-8 cannot encode. */
const SENDABLE = /^[^\p{Cc}\p{Cs}]+$/u;

export const isClientSecret = (text: string): boolean =>
  text.length <= MAX_SECRET_CHARACTERS && SENDABLE.test(text);
