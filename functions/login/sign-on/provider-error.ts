// The words of an identity provider about an error, for the operator's log and the audit row. A stranger can put words into
// the address of a callback, and a provider may repeat the values that it was sent; so the text is short, one line of visible
// characters, and without secrets. No page shows it.
import { showable } from '../../../shared/kernel/showable.ts';

/** A code and a sentence. */
const MAX_CHARACTERS = 200;
const REMOVED = '[removed]';

/**
 * At most 200 characters of `parts`, joined, with every spelling of the secrets removed. Undefined if the provider said
 * nothing.
 */
export function providerError(
  parts: readonly (string | undefined)[],
  secrets: readonly string[],
): string | undefined {
  const given = parts.filter((part) => part !== undefined && part !== '');
  if (given.length === 0) return undefined;
  const hidden = secrets.filter((secret) => secret !== '').flatMap(spellingsOf);
  const text = hidden.reduce((left, secret) => left.replaceAll(secret, REMOVED), given.join(': '));
  return showable(text).slice(0, MAX_CHARACTERS);
}

/** The secret as it is, as a body, a header (RFC 6749 section 2.3.1) and an address encode it, and in base64. */
const spellings = (secret: string): readonly string[] => {
  const base64 = Buffer.from(secret).toString('base64');
  return [
    ...[secret, formEncoded(secret), basicEncoded(secret), encodeURIComponent(secret)],
    ...[base64, base64.replace(/=+$/, ''), Buffer.from(secret).toString('base64url')],
  ];
};

/** The longest first: removing a shorter spelling first would leave the tail of a longer one. */
const spellingsOf = (secret: string): readonly string[] =>
  spellings(secret).toSorted((one, other) => other.length - one.length);

/** As a value in an application/x-www-form-urlencoded body. */
const formEncoded = (text: string): string => new URLSearchParams({ _: text }).toString().slice('_='.length);

/** As in an Authorization header (RFC 6749 section 2.3.1): oauth4webapi also encodes the marks that a body leaves as they are. */
export const basicEncoded = (text: string): string =>
  formEncoded(text).replace(/[*\-._]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
