// The second opinion on a composed policy, before it is used. Reads the very text that STS will read, and fills the
// grant's own document by other code than compose's, so that one mistake cannot pass both.

import type { Claims } from '../../identity/principal.ts';
import { parseStrictJson } from '../../kernel/parse-strict-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { contains } from '../../ram/contains.ts';
import { formatPolicy } from '../../ram/format-policy.ts';
import { parsePolicy } from '../../ram/parse-policy.ts';
import type { Policy } from '../../ram/policy.ts';
import { MAX_SESSION_POLICY_BYTES, policyBytes } from '../../ram/policy-size.ts';
import type { Constraints } from '../../rules/values/constraints.ts';
import type { GrantedPolicy } from '../grants/grant.ts';
import { carriesConstraints } from './check-constraints.ts';
import type { SessionPolicy } from './session-policy.ts';

const EVERYTHING: Policy = {
  version: '1',
  statements: [
    { effect: 'Allow', actions: { kind: 'only', patterns: ['*'] }, resources: ['*'], conditions: [] },
  ],
};

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

/** An action of a service that is written out and is neither: the proof is not needed for what is plain to see. */
const PLAINLY_ELSEWHERE = /^(?!(?:sts|ram):)[a-z0-9-]+:/i;

function sparesIdentity(policy: Policy): boolean {
  const isPlain = policy.statements.every(
    ({ effect, actions: { kind, patterns } }) =>
      effect === 'Deny' || (kind === 'only' && patterns.every((pattern) => PLAINLY_ELSEWHERE.test(pattern))),
  );
  return isPlain || contains(ALL_BUT_IDENTITY, policy).ok;
}

const MEANINGFUL_IN_RAM = ['*', '?', '$', '/'];

export interface CheckContext {
  readonly granted: GrantedPolicy;
  readonly claims: Claims;
  readonly constraints: Constraints;
  /** False: no action of sts or ram, whatever the grant's own document says. */
  readonly allowIdentityActions: boolean;
  /** The caller's address as an IPv4 or IPv6 address, when known. */
  readonly address: string | undefined;
  readonly expiresAt: Date;
  /** STS alone would not end the credentials in time, so every Allow must carry the end. */
  readonly timeLimited: boolean;
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

function isWithin(policy: Policy, context: CheckContext): boolean {
  const outer = outerPolicy(context.granted, context.claims);
  if (!outer || !policy.statements.some(({ effect }) => effect === 'Allow')) return false;
  if (context.timeLimited && !endsInTime(policy, context.expiresAt)) return false;
  if (!carriesConstraints(policy, context.constraints, context.address)) return false;
  if (!context.allowIdentityActions && !sparesIdentity(policy)) return false;
  return contains(outer, policy).ok;
}

export function checkSessionPolicy(
  json: string,
  context: CheckContext,
): Result<SessionPolicy, 'too-large' | 'not-within-grant'> {
  if (policyBytes(json) > MAX_SESSION_POLICY_BYTES) return err('too-large');
  const tree = parseStrictJson(json);
  const policy = tree.ok ? parsePolicy(tree.value) : undefined;
  if (!policy?.ok || !isWithin(policy.value, context)) return err('not-within-grant');
  const document = formatPolicy(policy.value);
  // The brand's one constructor: everything above is what it stands for.
  return ok({ json, document } as SessionPolicy);
}
