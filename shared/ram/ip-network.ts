// IPv4 and IPv6 addresses and CIDR blocks, as IpAddress conditions compare them. Resolves no names.

export interface Network {
  readonly bits: 32 | 128;
  readonly prefix: number;
  /** The network address, host bits cleared. */
  readonly base: bigint;
}

/** Decimal without leading zeros: some readers take `010` for octal 8, so it is refused. */
const OCTET = /^(?:0|[1-9]\d{0,2})$/;
const HEX_GROUP = /^[0-9a-fA-F]{1,4}$/;
const IPV6_GROUPS = 8;

function parseIpv4(text: string): bigint | undefined {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => OCTET.test(octet) && Number(octet) <= 255)) {
    return undefined;
  }
  return octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = IPV6_GROUPS - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => HEX_GROUP.test(group))) return undefined;
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

export function parseNetwork(text: string): Network | undefined {
  const [host = '', prefixText, ...rest] = text.split('/');
  const bits = host.includes(':') ? 128 : 32;
  const address = bits === 128 ? parseIpv6(host) : parseIpv4(host);
  const prefix = prefixText === undefined ? bits : OCTET.test(prefixText) ? Number(prefixText) : bits + 1;
  if (address === undefined || rest.length > 0 || prefix > bits) return undefined;
  const hostBits = BigInt(bits - prefix);
  return { bits, prefix, base: (address >> hostBits) << hostBits };
}

export function covers(wide: Network, narrow: Network): boolean {
  const hostBits = BigInt(wide.bits - wide.prefix);
  return (
    wide.bits === narrow.bits &&
    wide.prefix <= narrow.prefix &&
    narrow.base >> hostBits === wide.base >> hostBits
  );
}

/** Undefined when the text is not one address. */
export function isInNetwork(address: string, network: Network): boolean | undefined {
  const narrow = parseNetwork(address);
  return narrow === undefined || narrow.prefix !== narrow.bits ? undefined : covers(network, narrow);
}

/** Is this one address, and in the network? */
export function isAddressWithin(address: string, network: string): boolean {
  const wide = parseNetwork(network);
  return wide !== undefined && isInNetwork(address, wide) === true;
}

/** Both as text, a network or a single address; false when either cannot be read. */
export function isNetworkWithin(narrow: string, wide: string): boolean {
  const [inner, outer] = [parseNetwork(narrow), parseNetwork(wide)];
  return inner !== undefined && outer !== undefined && covers(outer, inner);
}
