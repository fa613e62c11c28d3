// The network that credentials are pinned to: the caller's address, cut to the prefix that the grant says.
import { formatNetwork, parseNetwork, widen } from '../../kernel/ip-network.ts';
import { ADDRESS_BITS, type Constraints } from './constraints.ts';

type PinSourceIp = NonNullable<Constraints['pinSourceIp']>;

function prefixOf(pin: PinSourceIp, bits: 32 | 128): number {
  if (typeof pin === 'boolean') return bits;
  return bits === ADDRESS_BITS.ipv4 ? pin.ipv4PrefixLength : pin.ipv6PrefixLength;
}

export function pinnedNetwork(address: string, pin: PinSourceIp): string | undefined {
  const host = parseNetwork(address);
  if (!host || host.prefix !== host.bits) return undefined;
  return formatNetwork(widen(host, prefixOf(pin, host.bits)));
}
