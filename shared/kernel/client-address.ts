// Whose address a request is judged by: the connection's, from the one header that configuration names, or the one that
// a proof tells. Anything but a single address is unknown: a list's first entry is whatever the caller wrote.
import { isIP } from 'node:net';

/** A server that listens on both protocols shows an IPv4 caller so; Alibaba Cloud sees the IPv4 address. */
const MAPPED_IPV4 = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/;

/** The URL standard writes all spellings of an IPv6 address in one form (RFC 5952). */
function unmapped(address: string): string {
  if (!address.includes(':')) return address;
  const [, high, low] = MAPPED_IPV4.exec(new URL(`http://[${address}]`).hostname) ?? [];
  if (high === undefined || low === undefined) return address;
  return [high, low]
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}

export function clientAddress(headerValue: string | undefined): string | undefined {
  const text = headerValue?.trim();
  // isIP takes a zone after %, which may be any text of any length.
  if (text === undefined || isIP(text) === 0 || text.includes('%')) return undefined;
  return unmapped(text);
}

/** A proof that tells of an address nobody can read (null) leaves it unknown: the connection then is somebody else's. */
export const callerAddress = (
  told: string | null | undefined,
  ofConnection: string | undefined,
): string | undefined => (told === undefined ? ofConnection : (told ?? undefined));
