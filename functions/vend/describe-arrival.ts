// How a request came through what stands in front of the function: in which headers of a fixed list an address arrives, whether a
// caller's own marker arrives in them, and whether the host did. An administrator learns this of its own request, and no value of
// a header: some carry the credentials of the function.
import { ADDRESS_HEADERS } from '../../shared/http/address-headers.ts';
import { clientAddress } from '../../shared/kernel/client-address.ts';
import type { VendDeps } from './deps.ts';
import type { ArrivalQuestion } from './request-schemas.ts';
import type { ArrivalBody } from './response-schemas.ts';

/** What of a request is described. */
export interface Arrived {
  /** The Host header; undefined: there was none. */
  readonly host: string | undefined;
  /** Of each header that may have an address, its value. */
  readonly addressHeaders: ReadonlyMap<string, string | undefined>;
}

/** What the description is compared with. */
export interface ArrivedAt extends Pick<VendDeps, 'publicUrl' | 'clientIpHeader'> {
  /** The address of the connection, as every decision takes it. */
  readonly clientAddress: string | undefined;
}

/** `header` reads one header of the request. That of the configuration counts beside the fixed list. */
export function readArrived(
  header: (name: string) => string | undefined,
  { clientIpHeader }: Pick<ArrivedAt, 'clientIpHeader'>,
): Arrived {
  const names = new Set([...ADDRESS_HEADERS, ...(clientIpHeader === undefined ? [] : [clientIpHeader])]);
  return { host: header('host'), addressHeaders: new Map([...names].map((name) => [name, header(name)])) };
}

type MarkerPlace = ArrivalBody['headers'][number]['marker'];

/** Gateways add the address that they see to a list (RFC 7239 section 4), so where in the list a caller's text is says what they do. */
function placeOf(marker: string, value: string | undefined): MarkerPlace {
  const entries = (value ?? '').split(',');
  const index = entries.findIndex((entry) => entry.toLowerCase().includes(marker.toLowerCase()));
  if (index === -1) return 'none';
  if (entries.length === 1) return 'whole';
  return index === 0 ? 'first' : index === entries.length - 1 ? 'last' : 'inside';
}

/** A default port is not in a Host header of every client. */
const hostIn = (text: string, protocol: string): string | undefined =>
  URL.canParse(`${protocol}//${text}`) ? new URL(`${protocol}//${text}`).host : undefined;

function isPublicHost(host: string | undefined, publicUrl: string): boolean {
  const { protocol, host: own } = new URL(publicUrl);
  return host !== undefined && hostIn(host, protocol) === own;
}

function sourceOf(
  { clientIpHeader, clientAddress: address }: ArrivedAt,
  { marker, address: given }: ArrivalQuestion,
): ArrivalBody['address'] {
  if (clientIpHeader === undefined) return 'not_set';
  if (address === undefined) return 'unknown';
  if (address === clientAddress(marker)) return 'marker';
  return address === clientAddress(given) ? 'given' : 'other';
}

export function describeArrival(
  { host, addressHeaders }: Arrived,
  question: ArrivalQuestion,
  at: ArrivedAt,
): ArrivalBody {
  const given = clientAddress(question.address);
  return {
    host: isPublicHost(host, at.publicUrl),
    address: sourceOf(at, question),
    headers: [...addressHeaders].map(([name, value]) => {
      const address = clientAddress(value);
      return {
        name,
        present: value !== undefined && value !== '',
        marker: placeOf(question.marker, value),
        isAddress: address !== undefined,
        isGiven: address !== undefined && address === given,
      };
    }),
  };
}
