// Which IP addresses a fetch may connect to. Looks at addresses alone: a name says nothing of where it leads.
import { BlockList, isIP } from 'node:net';

/** What a fetch may reach: the internet, also the private network that the function is in, or this machine alone. */
export type Reach = 'internet' | 'private-network' | 'this-machine';

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

/** IANA's special-purpose IPv4 addresses that are not the internet, then multicast and what is reserved above it. */
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
