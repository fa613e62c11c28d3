// The IP address by which a request is judged: the connection's, from the one header that the configuration names, or the one
// that a proof asserts. Anything but a single address counts as unknown: the first entry of a list is text of the caller's.
import { isIP } from 'node:net';
import { formatNetwork, parseNetwork } from './ip-network.ts';

/** A server that listens on both protocols shows an IPv4 caller as an IPv6 address; all others stay as they are spelt. */
function unmapped(address: string): string {
  const network = parseNetwork(address);
  return network?.bits === 32 ? formatNetwork(network) : address;
}

/** The address in a header, an IPv4 address never in its IPv6 form. Undefined when the header is not one address. */
export function clientAddress(headerValue: string | undefined): string | undefined {
  const text = headerValue?.trim();
  // isIP takes a zone after %, which may be any text of any length.
  if (text === undefined || isIP(text) === 0 || text.includes('%')) return undefined;
  return unmapped(text);
}

/**
 * The caller's address, from `assertedAddress` of the principal and the connection. Null leaves it unknown: the connection is not
 * the caller's then.
 */
export const callerAddress = (
  asserted: string | null | undefined,
  ofConnection: string | undefined,
): string | undefined => (asserted === undefined ? ofConnection : (asserted ?? undefined));
