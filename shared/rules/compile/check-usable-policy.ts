// Refuses a session policy of which nothing would be left: one that allows nothing, and one that the constraints of its own
// grant contradict or make too long. Every request for such a grant would be refused, and its author would not know why.
import { formatPolicy, MAX_SESSION_POLICY_BYTES, policyBytes } from '../../ram/format-policy.ts';
import type { Condition, Statement } from '../../ram/policy.ts';
import { restrictStatement } from '../../ram/restrict-policy.ts';
import { constraintConditions } from '../document/constraint-conditions.ts';
import type {
  PolicyTemplate,
  TemplateCondition,
  TemplateStatement,
  TemplateText,
} from '../document/policy-template.ts';
import type { Constraints } from '../values/constraints.ts';
import type { DocumentPath, PathFault } from '../values/document-fault.ts';

const isLiteral = (text: TemplateText): boolean => text.every((segment) => typeof segment === 'string');
const literalPart = (text: TemplateText): string =>
  text.filter((segment) => typeof segment === 'string').join('');

/** What a variable stands for may fit any constraint: such a condition is not compared. */
const isKnown = ({ values }: TemplateCondition): boolean => values.every(isLiteral);

const withConditions = (
  statement: TemplateStatement,
  conditions: readonly TemplateCondition[],
): Statement => ({
  ...statement,
  resources: statement.resources.map(literalPart),
  conditions: conditions.map((condition) => ({ ...condition, values: condition.values.map(literalPart) })),
});

/** All but what depends on the caller: the address to pin to, and the end. */
const knownConditions = (constraints: Constraints): readonly Condition[] =>
  constraintConditions({ ...constraints, pinSourceIp: undefined }, undefined) ?? [];

const restrict = (statement: TemplateStatement, added: readonly Condition[]): Statement | undefined =>
  restrictStatement(withConditions(statement, statement.conditions.filter(isKnown)), added);

/** What is left when every variable is empty: no caller's policy is shorter. */
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

export function checkUsablePolicy(template: PolicyTemplate, constraints: Constraints): readonly PathFault[] {
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
