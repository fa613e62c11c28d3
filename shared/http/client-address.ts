// The caller's address, from the one header that configuration names. Anything but a single address is unknown: a
// list's first entry is whatever the caller wrote.
import { isIP } from 'node:net';

/** A server that listens on both protocols shows an IPv4 caller so; Alibaba Cloud sees the IPv4 address. */
const MAPPED_IPV4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

export function clientAddress(headerValue: string | undefined): string | undefined {
  const text = headerValue?.trim();
  // isIP takes a zone after %, which may be any text of any length.
  if (text === undefined || isIP(text) === 0 || text.includes('%')) return undefined;
  return MAPPED_IPV4.exec(text)?.[1] ?? text;
}
