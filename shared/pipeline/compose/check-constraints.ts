// Do all Allows of a composed policy carry what the grant's constraints demand? Part of the second opinion: reads the
// conditions back by other means than those that wrote them.

import { formatNetwork, isAddressWithin, isNetworkWithin, parseNetwork } from '../../kernel/ip-network.ts';
import type { Policy, Statement } from '../../ram/policy.ts';
import { ADDRESS_BITS, type Constraints } from '../../rules/values/constraints.ts';

type Values = readonly string[];

function valuesOf({ conditions }: Statement, operator: string, key: string): Values | undefined {
  return conditions.find((condition) => condition.operator === operator && condition.key === key)?.values;
}

const areAll = (values: Values | undefined, test: (value: string) => boolean): boolean =>
  values !== undefined && values.length > 0 && values.every(test);

const equals = (statement: Statement, key: string, wanted: string): boolean =>
  areAll(valuesOf(statement, 'StringEquals', key), (value) => value === wanted);

function isPinned(values: Values | undefined, pin: Constraints['pinSourceIp'], address: string | undefined) {
  if (!pin) return true;
  const host = address === undefined ? undefined : parseNetwork(address);
  if (host === undefined) return false;
  const { ipv4PrefixLength, ipv6PrefixLength } =
    pin === true ? { ipv4PrefixLength: ADDRESS_BITS.ipv4, ipv6PrefixLength: ADDRESS_BITS.ipv6 } : pin;
  const widest = `${formatNetwork(host)}/${host.bits === ADDRESS_BITS.ipv6 ? ipv6PrefixLength : ipv4PrefixLength}`;
  return areAll(values, (value) => isNetworkWithin(value, widest));
}

function carriesNetwork(statement: Statement, { sourceIp, pinSourceIp }: Constraints, address?: string) {
  const values = valuesOf(statement, 'IpAddress', 'acs:SourceIp');
  const isListed =
    !sourceIp ||
    (address !== undefined &&
      sourceIp.some((network) => isAddressWithin(address, network)) &&
      areAll(values, (value) => sourceIp.some((network) => isNetworkWithin(value, network))));
  return isListed && isPinned(values, pinSourceIp, address);
}

function carriesAll(statement: Statement, constraints: Constraints, address: string | undefined): boolean {
  const { secureTransport, resourceGroup, tags = {} } = constraints;
  return (
    carriesNetwork(statement, constraints, address) &&
    (!secureTransport ||
      areAll(valuesOf(statement, 'Bool', 'acs:SecureTransport'), (value) => value === 'true')) &&
    (resourceGroup === undefined || equals(statement, 'acs:ResourceGroupId', resourceGroup)) &&
    Object.entries(tags).every(([key, value]) => equals(statement, `acs:ResourceTag/${key}`, value))
  );
}

export function carriesConstraints(
  policy: Policy,
  constraints: Constraints,
  address: string | undefined,
): boolean {
  return policy.statements
    .filter(({ effect }) => effect === 'Allow')
    .every((statement) => carriesAll(statement, constraints, address));
}
