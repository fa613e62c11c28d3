// The request headers in which load balancers, gateways and content networks write the address of a caller. Which of them the
// platform writes, and which a caller can write, is for each deployment to find out: `stint doctor --live` asks vend.
import { isAddressWithin } from '../kernel/ip-network.ts';

/** In lower case. Values of these alone are ever described, and to administrators alone: other headers carry secrets. */
export const ADDRESS_HEADERS: readonly string[] = [
  'x-forwarded-for',
  'x-real-ip',
  'x-client-ip',
  'x-fc-client-ip',
  'x-original-forwarded-for',
  'x-cluster-client-ip',
  'x-envoy-external-address',
  'ali-cdn-real-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'forwarded',
];

/** For documentation (RFC 5737, RFC 3849): no caller comes from there, so that a header has one only if a caller wrote it. */
const MARKER_NETWORKS = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32'];

/** Whether the text is an address by which a caller can mark headers. With any other text, it could guess at what a header has. */
export const isMarker = (text: string): boolean =>
  MARKER_NETWORKS.some((network) => isAddressWithin(text, network));
