// A grant's constraints → the conditions by which the cloud enforces them too. `limitLifetime` of compose adds the end.

import { meaningOf } from '../../ram/operators.ts';
import type { Condition } from '../../ram/policy.ts';
import { intersectCondition } from '../../ram/restrict-policy.ts';
import type { Constraints } from '../values/constraints.ts';
import { pinnedNetwork } from '../values/pinned-network.ts';

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

/** Of the listed networks and the pinned one, what they share. */
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

/** Undefined when the caller's address is needed and unknown, or outside of where it must be. */
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
