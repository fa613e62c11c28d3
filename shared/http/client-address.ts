// The caller's address, from the one header that configuration names. Anything but a single address is unknown: a
// list's first entry is whatever the caller wrote.
import { isIP } from 'node:net';

export function clientAddress(headerValue: string | undefined): string | undefined {
  const text = headerValue?.trim();
  return text !== undefined && isIP(text) !== 0 ? text : undefined;
}
