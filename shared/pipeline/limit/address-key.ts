// By what an address counts: an IPv6 address with all others of its subscriber.
import { parseNetwork } from '../../kernel/ip-network.ts';

/** What one subscriber gets at least (RFC 6177); each has more addresses in it than could be remembered. */
const IPV6_SUBSCRIBER_PREFIX = 64;

export function addressKey(address: string): string {
  const network = address.includes(':') ? parseNetwork(`${address}/${IPV6_SUBSCRIBER_PREFIX}`) : undefined;
  return network ? network.base.toString(16) : address;
}
