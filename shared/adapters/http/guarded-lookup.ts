// The name lookup of a fetch: what it returns is what is connected to, so an answer that changes between a check and
// the connection (DNS rebinding) changes nothing.
import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopbackHost } from '../../kernel/endpoint-url.ts';
import { isReachable, type Reach } from './reachable-addresses.ts';

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

/** A name of this machine leads to this machine, and no other name does. */
const reachOf = ({ hostname }: URL, privateNetwork: boolean): Reach =>
  isLoopbackHost(hostname) ? 'this-machine' : privateNetwork ? 'private-network' : 'internet';

/** One address out of reach condemns the name: its owner would choose by chance which one is taken. */
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
