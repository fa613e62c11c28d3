// The network that credentials are pinned to: the caller's address, cut to the prefix that the grant says.
import { ADDRESS_BITS, type Constraints } from '../access/constraints.ts';
import { parseNetwork } from '../ram/ip-network.ts';

type PinSourceIp = NonNullable<Constraints['pinSourceIp']>;

const groupsOf = (base: bigint, count: number, bits: bigint): readonly bigint[] =>
  Array.from({ length: count }, (_, i) => (base >> (bits * BigInt(count - 1 - i))) & ((1n << bits) - 1n));

function writeAddress(base: bigint, bits: 32 | 128): string {
  if (bits === ADDRESS_BITS.ipv4) return groupsOf(base, 4, 8n).join('.');
  const groups = groupsOf(base, 8, 16n).map((group) => group.toString(16));
  // The URL standard writes IPv6 addresses in their shortest form (RFC 5952), and a policy has few bytes.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function prefixOf(pin: PinSourceIp, bits: 32 | 128): number {
  if (typeof pin === 'boolean') return bits;
  return bits === ADDRESS_BITS.ipv4 ? pin.ipv4PrefixLength : pin.ipv6PrefixLength;
}

export function pinnedNetwork(address: string, pin: PinSourceIp): string | undefined {
  const host = parseNetwork(address);
  const prefix = host && prefixOf(pin, host.bits);
  const network = prefix === undefined ? undefined : parseNetwork(`${address}/${prefix}`);
  if (!host || !network) return undefined;
  const written = writeAddress(network.base, network.bits);
  return network.prefix === network.bits ? written : `${written}/${network.prefix}`;
}
