// Names under localhost are this machine (RFC 6761, section 6.3), but Node.js asks the system's resolver for them, and many do
// not know the rule. Only an SDK that puts names before the host of its endpoint needs this, and only where that host is
// localhost, as the local cloud's is.
import dns from 'node:dns';

const LOOPBACK = '127.0.0.1';
const UNDER_LOCALHOST = /\.localhost$/i;

let isResolved = false;

/** From now on, if the endpoint's host is `localhost`, connections of this process to names under it reach 127.0.0.1. */
export function resolveLocalhostNames(endpoint: string): void {
  if (isResolved || new URL(endpoint).hostname !== 'localhost') return;
  isResolved = true;
  const lookup = dns.lookup;
  Reflect.set(dns, 'lookup', (name: string, ...rest: readonly unknown[]): unknown =>
    Reflect.apply(lookup, dns, [UNDER_LOCALHOST.test(name) ? LOOPBACK : name, ...rest]),
  );
}
