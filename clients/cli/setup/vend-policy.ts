// The part of vend's own policy that says which roles it may assume. STS needs it beside the trust policy of each role; so
// neither document alone lets vend hand out a role.
import { isDeepStrictEqual } from 'node:util';
import { parseObject } from '../../../shared/ram/parse-parts.ts';

const ASSUME_ROLE = 'sts:AssumeRole';

type Statement = Readonly<Record<string, unknown>>;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const statementsOf = (document: unknown): readonly Statement[] => {
  const object = parseObject(document, '');
  const statements = object.ok ? object.value['Statement'] : undefined;
  return listOf(statements ?? []).flatMap((one) => {
    const statement = parseObject(one, '');
    return statement.ok ? [statement.value] : [];
  });
};

/** The statement that Stint writes: nothing but AssumeRole, on a list of roles, without a condition. */
const isAssumeRole = (statement: Statement): boolean =>
  statement['Effect'] === 'Allow' &&
  isDeepStrictEqual(listOf(statement['Action']), [ASSUME_ROLE]) &&
  statement['Condition'] === undefined;

/** The ARNs of the roles that a policy of vend lets it assume, in their order. */
export function assumableRoles(document: unknown): readonly string[] {
  const arns = statementsOf(document)
    .filter(isAssumeRole)
    .flatMap((statement) => listOf(statement['Resource']))
    .filter((arn) => typeof arn === 'string');
  return [...new Set(arns)];
}
/** The same policy with these roles in place of the others. */
export function withAssumableRoles(document: unknown, roles: readonly string[]): unknown {
  const others = statementsOf(document).filter((statement) => !isAssumeRole(statement));
  const assume = { Effect: 'Allow', Action: ASSUME_ROLE, Resource: roles };
  return { Version: '1', Statement: roles.length === 0 ? others : [assume, ...others] };
}
