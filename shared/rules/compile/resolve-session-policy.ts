// What a grant says about its session policy → what is stored, or why vending could never use it. A policy by name becomes
// its text, cut down and shrunk; a policy that is written in the grant is checked.
import { err, ok, type Result } from '../../kernel/result.ts';
import { cutPolicy } from '../../ram/cut-policy.ts';
import { IDENTITY_SERVICES, mayAllowActionsOf } from '../../ram/forbidden-actions.ts';
import { formatPolicy, MAX_SESSION_POLICY_BYTES, policyBytes } from '../../ram/format-policy.ts';
import { parsePolicy } from '../../ram/parse-policy.ts';
import type { Condition, Policy, Statement } from '../../ram/policy.ts';
import { restrictStatement } from '../../ram/restrict-policy.ts';
import { shrinkPolicy } from '../../ram/shrink-policy.ts';
import { constraintConditions } from '../document/constraint-conditions.ts';
import type { GrantEntry } from '../document/document.ts';
import type { PolicyReference } from '../document/pinned-policy.ts';
import {
  type PolicyTemplate,
  parsePolicyTemplate,
  type TemplateCondition,
  type TemplateFault,
  type TemplateStatement,
  type TemplateText,
} from '../document/policy-template.ts';
import type { SessionPolicyTemplate, StoredRoleGrant } from '../document/stored-grant.ts';
import type { Constraints } from '../values/constraints.ts';
import type { DocumentPath, PathFault } from '../values/document-fault.ts';

/** By name; undefined for a policy whose own faults are reported elsewhere. */
type KnownPolicies = ReadonlyMap<string, Policy | undefined>;

type Resolved<T> = Result<T, readonly PathFault[]>;
type Stored = Resolved<StoredRoleGrant['sessionPolicy']>;

type Given = Pick<GrantEntry, 'sessionPolicy' | 'allowIdentityActions' | 'constraints'>;
/** A policy whose text is known. */
type Written = Pick<StoredRoleGrant, 'sessionPolicy' | 'allowIdentityActions' | 'constraints'>;

/** Paths of faults are relative to the session policy. The same reference in thousands of grants is resolved once. */
export type ResolveSessionPolicy = (grant: Given) => Stored;

export function createResolver(known: KnownPolicies): ResolveSessionPolicy {
  const references = new Map<string, Stored>();
  return ({ sessionPolicy, allowIdentityActions, constraints }) => {
    const more = { allowIdentityActions, constraints };
    if (sessionPolicy === 'inherit' || !('policyFrom' in sessionPolicy))
      return checkWritten({ ...more, sessionPolicy });
    const key = JSON.stringify([sessionPolicy, more]);
    const resolved = references.get(key) ?? checkReferred(sessionPolicy, more, known);
    references.set(key, resolved);
    return resolved;
  };
}

const fault = (path: DocumentPath, message: string): Resolved<never> => err([{ path, message }]);

function cutDown(policy: Policy, only: PolicyReference['only']): Resolved<Policy> {
  if (only === undefined) return ok(shrinkPolicy(policy));
  const cut = cutPolicy(policy, only);
  if (cut.ok) return cut;
  return err(
    cut.error.map(({ index, message }) => ({
      path: index === undefined ? ['only'] : ['only', index],
      message,
    })),
  );
}

function resolveReference({ policyFrom, only }: PolicyReference, known: KnownPolicies): Stored {
  const policy = known.get(policyFrom);
  if (policy === undefined)
    return known.has(policyFrom)
      ? err([])
      : fault(['policyFrom'], 'name an entry of policies, or add it with stint policy fetch --into');
  const cut = cutDown(policy, only);
  if (!cut.ok) return cut;
  const document = formatPolicy(cut.value);
  const bytes = policyBytes(JSON.stringify(document));
  if (bytes > MAX_SESSION_POLICY_BYTES)
    return fault(
      [only === undefined ? 'policyFrom' : 'only'],
      `name ${only === undefined ? 'the actions that are needed with only: […]' : 'fewer actions'}: the policy has ${bytes} bytes, written as short as can be, and STS accepts ${MAX_SESSION_POLICY_BYTES}`,
    );
  return ok({ variables: {}, document: JSON.parse(JSON.stringify(document)) });
}

function checkWritten(written: Written): Stored {
  const faults = checkSessionPolicyTemplate(written);
  return faults.length > 0 ? err(faults) : ok(written.sessionPolicy);
}

/** A policy by name meets the same demands as a policy that is written in the grant. */
function checkReferred(
  reference: PolicyReference,
  more: Omit<Written, 'sessionPolicy'>,
  known: KnownPolicies,
): Stored {
  const resolved = resolveReference(reference, known);
  if (!resolved.ok) return resolved;
  const checked = checkWritten({ ...more, sessionPolicy: resolved.value });
  // The line is in the pinned copy, which must not be edited: the grant has to refer to less of it, or to another.
  return checked.ok
    ? checked
    : err(checked.error.slice(0, 1).map(({ message }) => ({ path: ['policyFrom'], message })));
}

/**
 * Refuses a session policy that vending could never use (not RAM's language, too long, or contradicted by the constraints), and
 * one by which its credentials could get others, unless the grant says so.
 */
function checkSessionPolicyTemplate({
  sessionPolicy: source,
  allowIdentityActions = false,
  constraints,
}: Pick<StoredRoleGrant, 'sessionPolicy' | 'allowIdentityActions' | 'constraints'>): readonly PathFault[] {
  // `inherit` has no text to check: compose denies these actions there.
  if (source === 'inherit') return [];
  const template = parsePolicyTemplate(source);
  if (!template.ok) return [toPathFault(template.error)];
  return [
    ...checkUsablePolicy(template.value, constraints),
    ...checkSpaces(template.value),
    ...(allowIdentityActions ? [] : checkIdentityActions(source)),
  ];
}

const IDENTITY_HELP =
  'name the actions more closely: this could allow actions of sts or ram, by which credentials get others without these limits; where that is meant, add allowIdentityActions: true to the grant';

/** `document.Statement[0].Resource` → its steps. A condition key with a dot in it ends the search for the line early. */
const toSteps = (path: string): DocumentPath =>
  [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([step, index]) =>
    index === undefined ? step : Number(index),
  );

export const toPathFault = ({ path, ...rest }: TemplateFault): PathFault => ({
  ...rest,
  path: toSteps(path),
});

/**
 * Statements that could allow an action by which credentials leave their session policy behind, and the end of their
 * life. Holes are compared as they are written: the same hole is filled alike.
 */
function checkIdentityActions({ document }: SessionPolicyTemplate): readonly PathFault[] {
  const policy = parsePolicy(document);
  if (!policy.ok) return [];
  const { statements } = policy.value;
  const denies = statements.filter(({ effect }) => effect === 'Deny');
  return statements.flatMap((statement, index) =>
    mayAllowActionsOf({ version: '1', statements: [statement, ...denies] }, IDENTITY_SERVICES)
      ? [{ path: ['document', 'Statement', index], message: IDENTITY_HELP }]
      : [],
  );
}

/** A space at the end is invisible. A claim's own value may end so, and a policy of RAM's is RAM's business. */
function checkSpaces({ statements }: PolicyTemplate): readonly PathFault[] {
  return statements.flatMap(({ resources }, index) =>
    resources.flatMap((text, i): readonly PathFault[] => {
      const last = text.at(-1);
      if (typeof last !== 'string' || !/\s$/.test(last)) return [];
      const item = resources.length === 1 ? [] : [i];
      const path = ['document', 'Statement', index, 'Resource', ...item];
      return [{ path, message: 'remove the space at the end' }];
    }),
  );
}

/**
 * Refuses a session policy that allows nothing, and one that the constraints of its own grant contradict or make too long.
 * Every request for such a grant would be refused, and its author would not know why.
 */
function checkUsablePolicy(template: PolicyTemplate, constraints: Constraints): readonly PathFault[] {
  if (template.statements.every(({ effect }) => effect === 'Deny'))
    return [{ path: STATEMENT, message: 'add an Allow: credentials can do nothing that no Allow gives' }];
  const added = knownConditions(constraints);
  const message =
    'correct its Condition or the constraints of the grant: they exclude each other, or have a key that differs by case only, so that every request is refused';
  return [
    ...template.statements.flatMap((statement, index) =>
      restrict(statement, added) ? [] : [{ path: [...STATEMENT, index], message }],
    ),
    ...checkSize(template, added),
  ];
}

const isLiteral = (text: TemplateText): boolean => text.every((segment) => typeof segment === 'string');
const literalPart = (text: TemplateText): string =>
  text.filter((segment) => typeof segment === 'string').join('');

/** The value of a variable may fit any constraint: a condition with a variable is not compared. */
const isKnown = ({ values }: TemplateCondition): boolean => values.every(isLiteral);

const withConditions = (
  statement: TemplateStatement,
  conditions: readonly TemplateCondition[],
): Statement => ({
  ...statement,
  resources: statement.resources.map(literalPart),
  conditions: conditions.map((condition) => ({ ...condition, values: condition.values.map(literalPart) })),
});

/** The conditions that do not depend on the caller: all but the pinned address and the end. */
const knownConditions = (constraints: Constraints): readonly Condition[] =>
  constraintConditions({ ...constraints, pinSourceIp: undefined }, undefined) ?? [];

const restrict = (statement: TemplateStatement, added: readonly Condition[]): Statement | undefined =>
  restrictStatement(withConditions(statement, statement.conditions.filter(isKnown)), added);

/** Bytes of the policy when every variable is empty: no caller's policy is shorter. */
function leastBytes({ statements }: PolicyTemplate, added: readonly Condition[]): number {
  const shortest = statements.map((statement) => {
    const whole = withConditions(statement, statement.conditions);
    const unknown = withConditions(
      statement,
      statement.conditions.filter((condition) => !isKnown(condition)),
    ).conditions;
    const restricted = restrict(statement, added);
    const isOnSame = ({ operator, key }: Condition) =>
      restricted?.conditions.some((other) => other.operator === operator && other.key === key);
    return restricted
      ? { ...restricted, conditions: [...restricted.conditions, ...unknown.filter((own) => !isOnSame(own))] }
      : whole;
  });
  return policyBytes(JSON.stringify(formatPolicy({ version: '1', statements: shortest })));
}

const STATEMENT: DocumentPath = ['document', 'Statement'];

function checkSize(template: PolicyTemplate, added: readonly Condition[]): readonly PathFault[] {
  const bytes = leastBytes(template, added);
  const which = added.length === 0 ? '' : ', those of the grant’s constraints with it,';
  const message = `shorten the policy: it has ${bytes} bytes without its variables${which} and STS accepts ${MAX_SESSION_POLICY_BYTES}`;
  return bytes <= MAX_SESSION_POLICY_BYTES ? [] : [{ path: ['document'], message }];
}
