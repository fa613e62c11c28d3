// A second, independent check of a composed policy, before it is used: is it within the grant, does every Allow carry the
// grant's constraints and the end of the credentials, does it keep out sts and ram? It reads the same text that STS will read.
// It fills the grant's document and reads conditions with code of its own, so that one mistake cannot pass both. Some things
// are therefore repeated on purpose: the policy of `inherit`, the Deny, the unsafe characters.

import type { Claims } from '../../identity/principal.ts';
import { formatNetwork, isAddressWithin, isNetworkWithin, parseNetwork } from '../../kernel/ip-network.ts';
import { parseStrictJson } from '../../kernel/parse-strict-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { contains } from '../../ram/contains.ts';
import { formatPolicy, MAX_SESSION_POLICY_BYTES, policyBytes } from '../../ram/format-policy.ts';
import { parsePolicy } from '../../ram/parse-policy.ts';
import type { Policy, PolicyDocument, Statement } from '../../ram/policy.ts';
import { ADDRESS_BITS, type Constraints } from '../../rules/values/constraints.ts';
import type { GrantedPolicy } from '../grants/grant.ts';

declare const checked: unique symbol;

/**
 * The session policy that goes to STS. Only `checkSessionPolicy` makes one, so an unchecked policy cannot be sent; and it is
 * required wherever STS is called, since without a policy STS hands over everything that the role may do.
 */
export interface SessionPolicy {
  readonly json: string;
  readonly document: PolicyDocument;
  readonly [checked]: true;
}

export interface CheckContext {
  readonly granted: GrantedPolicy;
  readonly claims: Claims;
  readonly constraints: Constraints;
  /** False: no action of sts or ram, whatever the grant's own document says. */
  readonly allowIdentityActions: boolean;
  /** The caller's IPv4 or IPv6 address; undefined when unknown. */
  readonly address: string | undefined;
  readonly expiresAt: Date;
  /** STS alone would not end the credentials in time, so every Allow must carry the end. */
  readonly timeLimited: boolean;
}

/** Refuses text over STS's 2,048 bytes, text that is not a RAM policy, and a policy that fails any of the checks. */
export function checkSessionPolicy(
  json: string,
  context: CheckContext,
): Result<SessionPolicy, 'too-large' | 'not-within-grant'> {
  if (policyBytes(json) > MAX_SESSION_POLICY_BYTES) return err('too-large');
  const tree = parseStrictJson(json);
  const policy = tree.ok ? parsePolicy(tree.value) : undefined;
  if (!policy?.ok || !isWithin(policy.value, context)) return err('not-within-grant');
  const document = formatPolicy(policy.value);
  // The only place that makes a SessionPolicy, after all of the checks above.
  return ok({ json, document } as SessionPolicy);
}

function isWithin(policy: Policy, context: CheckContext): boolean {
  const outer = outerPolicy(context.granted, context.claims);
  if (!outer || !policy.statements.some(({ effect }) => effect === 'Allow')) return false;
  if (context.timeLimited && !endsInTime(policy, context.expiresAt)) return false;
  if (!carriesConstraints(policy, context.constraints, context.address)) return false;
  if (!context.allowIdentityActions && !excludesIdentity(policy)) return false;
  return contains(outer, policy).ok;
}

const EVERYTHING: Policy = {
  version: '1',
  statements: [
    { effect: 'Allow', actions: { kind: 'only', patterns: ['*'] }, resources: ['*'], conditions: [] },
  ],
};

const MEANINGFUL_IN_RAM = ['*', '?', '$', '/'];

/** The widest policy that the grant can mean for this caller. */
function outerPolicy(granted: GrantedPolicy, claims: Claims): Policy | undefined {
  if (granted.kind === 'inherit') return EVERYTHING;
  const values = new Map<string, string>();
  for (const [name, { claim }] of Object.entries(granted.source.variables)) {
    const value = claims[claim];
    if (typeof value !== 'string' || MEANINGFUL_IN_RAM.some((mark) => value.includes(mark))) return undefined;
    values.set(name, value);
  }
  const policy = parsePolicy(fill(granted.source.document, values));
  return policy.ok ? policy.value : undefined;
}

function fill(node: unknown, values: ReadonlyMap<string, string>): unknown {
  if (typeof node === 'string') {
    if (!node.includes('${')) return node;
    return [...values].reduce((text, [name, value]) => text.split(`\${${name}}`).join(value), node);
  }
  if (Array.isArray(node)) return node.map((item) => fill(item, values));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, fill(value, values)]));
}

function endsInTime(policy: Policy, expiresAt: Date): boolean {
  return policy.statements
    .filter(({ effect }) => effect === 'Allow')
    .every(({ conditions }) =>
      conditions.some(
        ({ operator, key, values }) =>
          operator === 'DateLessThan' &&
          key === 'acs:CurrentTime' &&
          values.every((value) => Date.parse(value) <= expiresAt.getTime()),
      ),
    );
}

const ALL_BUT_IDENTITY: Policy = {
  version: '1',
  statements: [
    ...EVERYTHING.statements,
    {
      effect: 'Deny',
      actions: { kind: 'only', patterns: ['sts:*', 'ram:*'] },
      resources: ['*'],
      conditions: [],
    },
  ],
};

/** An action of a service that is written out and is not sts or ram. A policy of such actions alone needs no further proof. */
const PLAINLY_ELSEWHERE = /^(?!(?:sts|ram):)[a-z0-9-]+:/i;

function excludesIdentity(policy: Policy): boolean {
  const isPlain = policy.statements.every(
    ({ effect, actions: { kind, patterns } }) =>
      effect === 'Deny' || (kind === 'only' && patterns.every((pattern) => PLAINLY_ELSEWHERE.test(pattern))),
  );
  return isPlain || contains(ALL_BUT_IDENTITY, policy).ok;
}

function carriesConstraints(policy: Policy, constraints: Constraints, address: string | undefined): boolean {
  return policy.statements
    .filter(({ effect }) => effect === 'Allow')
    .every((statement) => carriesAll(statement, constraints, address));
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

function carriesNetwork(statement: Statement, { sourceIp, pinSourceIp }: Constraints, address?: string) {
  const values = valuesOf(statement, 'IpAddress', 'acs:SourceIp');
  const isListed =
    !sourceIp ||
    (address !== undefined &&
      sourceIp.some((network) => isAddressWithin(address, network)) &&
      areAll(values, (value) => sourceIp.some((network) => isNetworkWithin(value, network))));
  return isListed && isPinned(values, pinSourceIp, address);
}

function isPinned(values: Values | undefined, pin: Constraints['pinSourceIp'], address: string | undefined) {
  if (!pin) return true;
  const host = address === undefined ? undefined : parseNetwork(address);
  if (host === undefined) return false;
  const { ipv4PrefixLength, ipv6PrefixLength } =
    pin === true ? { ipv4PrefixLength: ADDRESS_BITS.ipv4, ipv6PrefixLength: ADDRESS_BITS.ipv6 } : pin;
  const widest = `${formatNetwork(host)}/${host.bits === ADDRESS_BITS.ipv6 ? ipv6PrefixLength : ipv4PrefixLength}`;
  return areAll(values, (value) => isNetworkWithin(value, widest));
}

type Values = readonly string[];

function valuesOf({ conditions }: Statement, operator: string, key: string): Values | undefined {
  return conditions.find((condition) => condition.operator === operator && condition.key === key)?.values;
}

const areAll = (values: Values | undefined, test: (value: string) => boolean): boolean =>
  values !== undefined && values.length > 0 && values.every(test);

const equals = (statement: Statement, key: string, wanted: string): boolean =>
  areAll(valuesOf(statement, 'StringEquals', key), (value) => value === wanted);
