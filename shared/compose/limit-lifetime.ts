// A time condition in every Allow. STS's shortest life is 900 s; with this the cloud itself ends a shorter one.
import type { Condition, Policy, Statement } from '../ram/policy.ts';

const CURRENT_TIME = 'acs:CurrentTime';
const BEFORE = 'DateLessThan';

const isTimeLimit = ({ operator, key }: Condition): boolean => operator === BEFORE && key === CURRENT_TIME;

/** RAM's date format: ISO 8601 in UTC, whole seconds. */
export const ramDate = (at: Date): string => at.toISOString().replace(/\.\d{3}Z$/, 'Z');

/** A template may have a limit of its own; the earlier of the two stays, as one operator and key have one place. */
function earlier(own: readonly Condition[], end: Date): string {
  const ends = own.map(({ values }) => Math.max(...values.map((value) => Date.parse(value))));
  return ramDate(new Date(Math.min(end.getTime(), ...ends)));
}

function limitStatement(statement: Statement, end: Date): Statement {
  if (statement.effect === 'Deny') return statement;
  const own = statement.conditions.filter(isTimeLimit);
  const others = statement.conditions.filter((condition) => !isTimeLimit(condition));
  const limit: Condition = { operator: BEFORE, key: CURRENT_TIME, values: [earlier(own, end)] };
  return { ...statement, conditions: [...others, limit] };
}

export function limitLifetime(policy: Policy, end: Date): Policy {
  return { ...policy, statements: policy.statements.map((statement) => limitStatement(statement, end)) };
}
