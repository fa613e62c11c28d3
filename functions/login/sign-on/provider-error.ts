// What an identity provider says went wrong, for the operator's log and the audit row. Anybody can put words into the
// address of a callback, and a provider may repeat what it was sent: so it is short, one line of seen characters, and
// without what must stay secret. No page shows it.
import { showable } from '../../../shared/kernel/showable.ts';
import { basicEncoded, formEncoded } from './form-encoded.ts';

/** A code and a sentence. */
const MAX_CHARACTERS = 200;
const REMOVED = '[removed]';

/** As it is; as a body, a header (RFC 6749 section 2.3.1) and an address have it; and in base64. */
const spellings = (secret: string): readonly string[] => {
  const base64 = Buffer.from(secret).toString('base64');
  return [
    ...[secret, formEncoded(secret), basicEncoded(secret), encodeURIComponent(secret)],
    ...[base64, base64.replace(/=+$/, ''), Buffer.from(secret).toString('base64url')],
  ];
};

/** The longest first: no spelling leaves the tail of one that it begins. */
const spellingsOf = (secret: string): readonly string[] =>
  spellings(secret).toSorted((one, other) => other.length - one.length);

/** Undefined: it said nothing. */
export function providerError(
  said: readonly (string | undefined)[],
  secrets: readonly string[],
): string | undefined {
  const parts = said.filter((part) => part !== undefined && part !== '');
  if (parts.length === 0) return undefined;
  const hidden = secrets.filter((secret) => secret !== '').flatMap(spellingsOf);
  const text = hidden.reduce((left, secret) => left.replaceAll(secret, REMOVED), parts.join(': '));
  return showable(text).slice(0, MAX_CHARACTERS);
}
