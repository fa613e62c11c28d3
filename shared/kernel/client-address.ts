// Whose address a request is judged by: the connection's, from the one header that configuration names, or the one that
// a proof tells. Anything but a single address is unknown: a list's first entry is whatever the caller wrote.
import { isIP } from 'node:net';
import { formatNetwork, parseNetwork } from './ip-network.ts';

/** A server that listens on both protocols shows an IPv4 caller as an IPv6 address; all others stay as they are spelt. */
function unmapped(address: string): string {
  const network = parseNetwork(address);
  return network?.bits === 32 ? formatNetwork(network) : address;
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
