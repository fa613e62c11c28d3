// IPv4 and IPv6 addresses and CIDR blocks, as RAM's IpAddress conditions compare them. Resolves no names.

/** A CIDR block; a single address is one whose prefix has all bits. */
export interface Network {
  readonly bits: 32 | 128;
  /** How many leading bits count. */
  readonly prefix: number;
  /** The network address, host bits cleared. */
  readonly base: bigint;
}

/** Decimal without leading zeros: some readers take `010` for octal 8, so it is refused. */
const OCTET = /^(?:0|[1-9]\d{0,2})$/;
const HEX_GROUP = /^[0-9a-fA-F]{1,4}$/;
const IPV6_GROUPS = 8;

/** `::ffff:0:0/96`: IPv4 addresses as IPv6 sockets show them (RFC 4291, 2.5.5.2). */
const MAPPED_PREFIX = 96;
const MAPPED_HEAD = 0xffffn;

function parseIpv4(text: string): bigint | undefined {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => OCTET.test(octet) && Number(octet) <= 255)) {
    return undefined;
  }
  return octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

/** `::ffff:192.0.2.1` → `::ffff:c000:201`; what ends in no IPv4 address stays as it is. */
function withoutDottedTail(text: string): string {
  const start = text.lastIndexOf(':') + 1;
  const tail = parseIpv4(text.slice(start));
  if (tail === undefined) return text;
  return `${text.slice(0, start)}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`;
}

function parseIpv6(text: string): bigint | undefined {
  const halves = withoutDottedTail(text).split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = IPV6_GROUPS - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => HEX_GROUP.test(group))) return undefined;
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** An IPv4-mapped network is the IPv4 network: the same callers, of whom a cloud sees the IPv4 address. */
function unmap(network: Network): Network {
  const { bits, prefix, base } = network;
  if (bits === 32 || prefix < MAPPED_PREFIX || base >> 32n !== MAPPED_HEAD) return network;
  return { bits: 32, prefix: prefix - MAPPED_PREFIX, base: base & 0xffffffffn };
}

/** The network of that prefix around an address, or around a narrower network. */
export function widen({ bits, base }: Network, prefix: number): Network {
  const hostBits = BigInt(bits - prefix);
  return { bits, prefix, base: (base >> hostBits) << hostBits };
}

/** An address or CIDR block as text. Undefined for anything else, such as a leading zero or a zone. */
export function parseNetwork(text: string): Network | undefined {
  const [host = '', prefixText, ...rest] = text.split('/');
  const bits = host.includes(':') ? 128 : 32;
  const base = bits === 128 ? parseIpv6(host) : parseIpv4(host);
  const prefix = prefixText === undefined ? bits : OCTET.test(prefixText) ? Number(prefixText) : bits + 1;
  if (base === undefined || rest.length > 0 || prefix > bits) return undefined;
  return unmap(widen({ bits, prefix: bits, base }, prefix));
}

const groupsOf = (base: bigint, count: number, bits: bigint): readonly bigint[] =>
  Array.from({ length: count }, (_, i) => (base >> (bits * BigInt(count - 1 - i))) & ((1n << bits) - 1n));

function formatBase({ base, bits }: Network): string {
  if (bits === 32) return groupsOf(base, 4, 8n).join('.');
  const groups = groupsOf(base, IPV6_GROUPS, 16n).map((group) => group.toString(16));
  // The URL standard writes IPv6 addresses in their shortest form (RFC 5952), and a policy has few bytes.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** One text for all spellings of a network; a single address has no prefix. */
export function formatNetwork(network: Network): string {
  const base = formatBase(network);
  return network.prefix === network.bits ? base : `${base}/${network.prefix}`;
}

/** Whether every address of `narrow` is in `wide`. IPv4 and IPv6 never cover each other. */
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

/** Whether the text is one address, and in the network. */
export function isAddressWithin(address: string, network: string): boolean {
  const wide = parseNetwork(network);
  return wide !== undefined && isInNetwork(address, wide) === true;
}

/** Both as text, a network or a single address; false when either cannot be read. */
export function isNetworkWithin(narrow: string, wide: string): boolean {
  const [inner, outer] = [parseNetwork(narrow), parseNetwork(wide)];
  return inner !== undefined && outer !== undefined && covers(outer, inner);
}
