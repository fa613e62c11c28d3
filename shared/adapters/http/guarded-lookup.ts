// Which IP addresses a fetch may connect to, and the name lookup that enforces it. The addresses that the lookup returns are
// those that are connected to, so an answer that changes between a check and the connection (DNS rebinding) changes nothing.

import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { isLoopbackHost } from '../../kernel/endpoint-url.ts';

/** What a fetch may reach: the internet, also the private network that the function is in, or this machine alone. */
type Reach = 'internet' | 'private-network' | 'this-machine';

function listOf(...subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [base = '', prefix] = subnet.split('/');
    list.addSubnet(base, Number(prefix), base.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}

const LOOPBACK = listOf('127.0.0.0/8', '::1/128');

/** RFC 1918, RFC 6598 (cloud services inside a VPC) and RFC 4193. */
const PRIVATE = listOf('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7');

/** Alibaba Cloud's, and those of the clouds that private networks are joined with: they hand out credentials. */
const METADATA = listOf('100.100.100.200/32', '169.254.0.0/16', 'fd00:ec2::254/128', 'fd20:ce::254/128');

/** IANA's special-purpose IPv4 addresses outside the internet, then multicast and the reserved addresses above it. */
const NOT_INTERNET = listOf(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  // Within the IPv6 internet: protocol assignments with Teredo, documentation, and 6to4, which holds an IPv4 address.
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
);

/** RFC 4291 section 2.4: all else in IPv6 is no internet, such as mapped IPv4 and NAT64, which hide an IPv4 address. */
const IPV6_INTERNET = listOf('2000::/3');

const FAMILIES = { 4: 'ipv4', 6: 'ipv6' } as const;

/** Whether a fetch with this reach may connect to an IP address; false for text that is not one. */
export function isReachable(address: string, reach: Reach): boolean {
  const version = isIP(address);
  // A zone (`%eth0`) belongs to link-local addresses only.
  if ((version !== 4 && version !== 6) || address.includes('%')) return false;
  const family = FAMILIES[version];
  if (reach === 'this-machine') return LOOPBACK.check(address, family);
  if (METADATA.check(address, family)) return false;
  if (reach === 'private-network' && PRIVATE.check(address, family)) return true;
  return (version === 4 || IPV6_INTERNET.check(address, family)) && !NOT_INTERNET.check(address, family);
}

/** How a refusal comes out of node:http. */
export class AddressRefused extends Error {}

/** All addresses of a name, as the system gives them. */
export type Resolve = (
  hostname: string,
  done: (error: NodeJS.ErrnoException | null, addresses: readonly Address[]) => void,
) => void;

interface Address {
  readonly address: string;
  readonly family: number;
}

const resolveBySystem: Resolve = (hostname, done) => lookup(hostname, { all: true }, done);

/** A loopback name may lead to this machine only, and no other name may lead there. */
const reachOf = ({ hostname }: URL, privateNetwork: boolean): Reach =>
  isLoopbackHost(hostname) ? 'this-machine' : privateNetwork ? 'private-network' : 'internet';

/** One address out of reach makes the lookup fail: otherwise chance would choose which address is connected to. */
export function guardedLookup(
  url: URL,
  privateNetwork: boolean,
  resolve: Resolve = resolveBySystem,
): LookupFunction {
  const reach = reachOf(url, privateNetwork);
  return (hostname, options, done) => {
    resolve(hostname, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return done(error ?? new AddressRefused(), '');
      if (!addresses.every(({ address }) => isReachable(address, reach)))
        return done(new AddressRefused(), '');
      return options.all ? done(null, [...addresses]) : done(null, first.address, first.family);
    });
  };
}

/** node:http looks no literal address up. The URL parser has put every way to write one into a single form. */
export function isRefusedLiteral(url: URL, privateNetwork: boolean): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && !isReachable(host, reachOf(url, privateNetwork));
}
