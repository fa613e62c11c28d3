// The part of a role's trust policy that is about Stint: vend's role may assume it, with the ExternalId that the access document
// has. Pure: JSON in, JSON out. What else the role trusts stays.
import { isDeepStrictEqual } from 'node:util';
import { parseObject } from '../../../shared/ram/parse-parts.ts';
import { parseTrustPolicy } from '../../../shared/ram/parse-trust-policy.ts';

/** docs/deploy.md says what is not confirmed about this key. */
const EXTERNAL_ID_KEY = 'sts:ExternalId';

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** Nothing but vend's role. A Deny is a limit that others set, and is not Stint's to drop. */
function allowsVendAlone(statement: unknown, vendRole: string): boolean {
  const object = parseObject(statement, '');
  const principal = object.ok ? parseObject(object.value['Principal'], '') : object;
  return (
    object.ok &&
    object.value['Effect'] === 'Allow' &&
    principal.ok &&
    isDeepStrictEqual(Object.keys(principal.value), ['RAM']) &&
    isDeepStrictEqual(listOf(principal.value['RAM']), [vendRole])
  );
}

const statementsOf = (trust: unknown): readonly unknown[] => {
  const object = parseObject(trust, '');
  return object.ok ? listOf(object.value['Statement']) : [];
};

/** The trust policy of a role that vend alone may assume. `vendRole`: its ARN. */
export const trustOfVend = (vendRole: string, externalId: string) => ({
  Version: '1',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { RAM: [vendRole] },
      Condition: { StringEquals: { [EXTERNAL_ID_KEY]: [externalId] } },
    },
  ],
});

/** The same trust policy, with vend's part as it has to be. */
export function withVendTrust(trust: unknown, vendRole: string, externalId: string): unknown {
  const others = statementsOf(trust).filter((statement) => !allowsVendAlone(statement, vendRole));
  return { Version: '1', Statement: [...others, ...trustOfVend(vendRole, externalId).Statement] };
}

/**
 * How a role trusts vend. `externalIds`: those of which it asks for one; empty: it asks for none. `denied`: a Deny without
 * conditions names vend, whatever else the policy allows.
 */
export type VendTrust =
  | { readonly kind: 'none' | 'denied' }
  | { readonly kind: 'trusted'; readonly externalIds: readonly string[] };

export function readVendTrust(trust: unknown, vendRole: string): VendTrust {
  const parsed = parseTrustPolicy(trust);
  if (!parsed.ok) return { kind: 'none' };
  const named = parsed.value.statements.filter(({ principals }) =>
    principals.some(({ kind, name }) => kind === 'RAM' && name === vendRole),
  );
  if (named.some(({ effect, conditions }) => effect === 'Deny' && conditions.length === 0))
    return { kind: 'denied' };
  const statement = named.find(({ effect }) => effect === 'Allow');
  if (statement === undefined) return { kind: 'none' };
  const condition = statement.conditions.find(
    ({ key }) => key.toLowerCase() === EXTERNAL_ID_KEY.toLowerCase(),
  );
  return { kind: 'trusted', externalIds: condition?.values ?? [] };
}
