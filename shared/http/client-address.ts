// The caller's address, from the one header that configuration names. Anything but a single address is unknown: a
// list's first entry is whatever the caller wrote.
import { isIP } from 'node:net';

export function clientAddress(headerValue: string | undefined): string | undefined {
  const text = headerValue?.trim();
  // isIP takes a zone after %, which may be any text of any length.
  return text !== undefined && isIP(text) !== 0 && !text.includes('%') ? text : undefined;
}
