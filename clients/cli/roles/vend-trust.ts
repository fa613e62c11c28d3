// The part of a role's trust policy that is about Stint: vend's role and the hub roles may assume it, with the ExternalId that the access
// document has. Pure: JSON in, JSON out. What else the role trusts stays.
import { isDeepStrictEqual } from 'node:util';
import { parseObject } from '../../../shared/ram/parse-parts.ts';
import { parseTrustPolicy } from '../../../shared/ram/parse-trust-policy.ts';

/** docs/deploy.md says what is not confirmed about this key. */
const EXTERNAL_ID_KEY = 'sts:ExternalId';

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** Those of Stint that may assume a role: first vend's role, then the hub roles. ARNs. */
export type Assumers = readonly [vendRole: string, ...hubRoles: readonly string[]];

/** Nothing but vend's role, and hub roles beside it. A Deny is a limit that others set, and is not Stint's to drop. */
function allowsStintAlone(statement: unknown, assumers: Assumers): boolean {
  const object = parseObject(statement, '');
  const principal = object.ok ? parseObject(object.value['Principal'], '') : object;
  const named = principal.ok ? listOf(principal.value['RAM']) : [];
  return (
    object.ok &&
    object.value['Effect'] === 'Allow' &&
    principal.ok &&
    isDeepStrictEqual(Object.keys(principal.value), ['RAM']) &&
    named.includes(assumers[0]) &&
    named.every((one) => assumers.some((assumer) => assumer === one))
  );
}

const statementsOf = (trust: unknown): readonly unknown[] => {
  const object = parseObject(trust, '');
  return object.ok ? listOf(object.value['Statement']) : [];
};

/** The trust policy of a role that Stint alone may assume. */
export const trustOfStint = (assumers: Assumers, externalId: string) => ({
  Version: '1',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { RAM: assumers },
      Condition: { StringEquals: { [EXTERNAL_ID_KEY]: [externalId] } },
    },
  ],
});

/** The same trust policy, with Stint's part as it has to be. */
export function withStintTrust(trust: unknown, assumers: Assumers, externalId: string): unknown {
  const others = statementsOf(trust).filter((statement) => !allowsStintAlone(statement, assumers));
  return { Version: '1', Statement: [...others, ...trustOfStint(assumers, externalId).Statement] };
}

/**
 * How a role trusts vend's role, or a hub role: `assumer`, its ARN. `externalIds`: those of which it asks for one; empty: it asks for none. `denied`: a Deny without
 * conditions names vend, whatever else the policy allows.
 */
export type VendTrust =
  | { readonly kind: 'none' | 'denied' }
  | { readonly kind: 'trusted'; readonly externalIds: readonly string[] };

export function readVendTrust(trust: unknown, assumer: string): VendTrust {
  const parsed = parseTrustPolicy(trust);
  if (!parsed.ok) return { kind: 'none' };
  const named = parsed.value.statements.filter(({ principals }) =>
    principals.some(({ kind, name }) => kind === 'RAM' && name === assumer),
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
