// A grant's constraints → the conditions by which the cloud enforces them too. `limitLifetime` of compose adds the end.
import { formatNetwork, parseNetwork, widen } from '../../kernel/ip-network.ts';
import { meaningOf } from '../../ram/operators.ts';
import type { Condition } from '../../ram/policy.ts';
import { intersectCondition } from '../../ram/restrict-policy.ts';
import { ADDRESS_BITS, type Constraints } from '../values/constraints.ts';

/**
 * Takes the caller's address, if it is known. Undefined when the constraints need the address and it is unknown, or when it
 * is outside of the networks from which the caller must come.
 */
export function constraintConditions(
  constraints: Constraints,
  address: string | undefined,
): readonly Condition[] | undefined {
  const network = networkCondition(constraints, address);
  if (!network) return undefined;
  const { secureTransport, resourceGroup, tags = {} } = constraints;
  return [
    ...(network === 'none' ? [] : [network]),
    ...(secureTransport ? [{ operator: 'Bool', key: 'acs:SecureTransport', values: ['true'] } as const] : []),
    ...(resourceGroup === undefined ? [] : [equals('acs:ResourceGroupId', resourceGroup)]),
    ...Object.entries(tags).map(([key, value]) => equals(`acs:ResourceTag/${key}`, value)),
  ];
}

/** What the listed networks and the pinned network share. */
function networkCondition(
  { sourceIp, pinSourceIp }: Constraints,
  address: string | undefined,
): Condition | 'none' | undefined {
  const listed = sourceIp && fromNetworks(sourceIp);
  if (!pinSourceIp) return listed ?? 'none';
  const pinned = address === undefined ? undefined : pinnedNetwork(address, pinSourceIp);
  if (pinned === undefined) return undefined;
  return listed ? intersectCondition(listed, fromNetworks([pinned])) : fromNetworks([pinned]);
}

type PinSourceIp = NonNullable<Constraints['pinSourceIp']>;

/** The network to which credentials are pinned: the caller's address, cut to the prefix that the grant says. */
function pinnedNetwork(address: string, pin: PinSourceIp): string | undefined {
  const host = parseNetwork(address);
  if (!host || host.prefix !== host.bits) return undefined;
  return formatNetwork(widen(host, prefixOf(pin, host.bits)));
}

function prefixOf(pin: PinSourceIp, bits: 32 | 128): number {
  if (typeof pin === 'boolean') return bits;
  return bits === ADDRESS_BITS.ipv4 ? pin.ipv4PrefixLength : pin.ipv6PrefixLength;
}

const fromNetworks = (values: readonly string[]): Condition => ({
  operator: 'IpAddress',
  key: 'acs:SourceIp',
  values: [...new Set(values.map(meaningOf('IpAddress').write))],
});
const equals = (key: string, value: string): Condition => ({
  operator: 'StringEquals',
  key,
  values: [value],
});
