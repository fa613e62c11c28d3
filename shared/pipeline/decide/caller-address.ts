// The caller's address against networks. What cannot be read as an address is in no network.
import { isAddressWithin, parseNetwork } from '../../kernel/ip-network.ts';

export const isAddress = (text: string | undefined): text is string =>
  text !== undefined && !text.includes('/') && parseNetwork(text) !== undefined;

export function isFrom(networks: readonly string[], address: string | undefined): boolean {
  return address !== undefined && networks.some((network) => isAddressWithin(address, network));
}
