// Adds conditions to every Allow of a policy. Denies stay as they are: a condition would make them hold less often.
import { intersectCondition } from './intersect-condition.ts';
import type { Condition, Policy, Statement } from './policy.ts';

const isOnSame = (a: Condition, b: Condition): boolean => a.operator === b.operator && a.key === b.key;

/** Whether RAM takes such keys for one is not documented, so that nobody can tell what both together mean. */
const isOtherCase = (a: string, b: string): boolean => a !== b && a.toLowerCase() === b.toLowerCase();

function withCondition(statement: Statement, added: Condition): Statement | undefined {
  if (statement.conditions.some(({ key }) => isOtherCase(key, added.key))) return undefined;
  const own = statement.conditions.find((condition) => isOnSame(condition, added));
  const both = own ? intersectCondition(own, added) : added;
  if (!both) return undefined;
  const others = statement.conditions.filter((condition) => condition !== own);
  return { ...statement, conditions: [...others, both] };
}

/** Undefined when an Allow and a condition have nothing in common: the rules contradict each other. */
export function restrictStatement(statement: Statement, added: readonly Condition[]): Statement | undefined {
  if (statement.effect === 'Deny') return statement;
  return added.reduce<Statement | undefined>(
    (restricted, condition) => restricted && withCondition(restricted, condition),
    statement,
  );
}

export function restrictPolicy(policy: Policy, added: readonly Condition[]): Policy | undefined {
  const statements: Statement[] = [];
  for (const statement of policy.statements) {
    const restricted = restrictStatement(statement, added);
    if (!restricted) return undefined;
    statements.push(restricted);
  }
  return { ...policy, statements };
}
