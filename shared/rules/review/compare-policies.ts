// Two session policies as their authors wrote them: is one within the other, and what does each allow that the other does
// not? Variables stay as they are written: `${user}` stands for the same value on both sides.
import { contains } from '../../ram/contains.ts';
import { parsePolicy } from '../../ram/parse-policy.ts';
import type { Policy, Statement } from '../../ram/policy.ts';
import type { SessionPolicyTemplate, StoredRoleGrant } from '../document/stored-grant.ts';

type SessionPolicy = StoredRoleGrant['sessionPolicy'];

/** Actions on resources. With `except`, all actions but these. */
export interface PermittedActions {
  readonly actions: readonly string[];
  readonly except: boolean;
  readonly resources: readonly string[];
  /** The statement has conditions, and allows the actions only where they hold. */
  readonly conditional: boolean;
}
export interface PolicyChange {
  readonly relation: 'same' | 'narrower' | 'wider' | 'different';
  readonly gains: readonly PermittedActions[];
  readonly loses: readonly PermittedActions[];
}

const RELATIONS = {
  true: { true: 'same', false: 'narrower' },
  false: { true: 'wider', false: 'different' },
} as const;

/** How `after` differs from `before`. Undefined stands for no policy: the role itself is gained or lost. */
export function comparePolicies(
  before: SessionPolicy | undefined,
  after: SessionPolicy | undefined,
): PolicyChange {
  const rename = (text: string) =>
    before === undefined || before === 'inherit' || after === undefined
      ? text
      : earlierText(text, before, after);
  const [earlier, later] = [toPolicy(before, rename), toPolicy(after, (text) => text)];
  const [within, around] = [contains(earlier, later).ok, contains(later, earlier).ok];
  return {
    relation: RELATIONS[`${within}`][`${around}`],
    gains: within ? [] : beyond(later, earlier),
    loses: around ? [] : beyond(earlier, later),
  };
}

const ALL_OF_THE_ROLE: Policy = {
  version: '1',
  statements: [
    { effect: 'Allow', actions: { kind: 'only', patterns: ['*'] }, resources: ['*'], conditions: [] },
  ],
};
const NOTHING: Policy = { version: '1', statements: [] };

/** The text as it was before, where a variable that stood for another claim or pattern gets another name. */
function earlierText(text: string, { variables }: SessionPolicyTemplate, after: SessionPolicy): string {
  if (after === 'inherit') return text;
  return text.replaceAll(/\$\{([^{}$]*)\}/g, (hole, name: string) => {
    const same = JSON.stringify(variables[name]) === JSON.stringify(after.variables[name]);
    return same ? hole : `\${${name}, as before}`;
  });
}

function toPolicy(source: SessionPolicy | undefined, rename: (text: string) => string): Policy {
  if (source === undefined) return NOTHING;
  if (source === 'inherit') return ALL_OF_THE_ROLE;
  const policy = parsePolicy(source.document);
  if (!policy.ok) return NOTHING;
  return {
    version: '1',
    statements: policy.value.statements.map((statement) => ({
      ...statement,
      resources: statement.resources.map(rename),
      conditions: statement.conditions.map((condition) => ({
        ...condition,
        values: condition.values.map(rename),
      })),
    })),
  };
}

/** One action of the statement on one resource, or all actions but those that it excepts. */
function toCells(statement: Statement): readonly Statement[] {
  const { kind, patterns } = statement.actions;
  const actions =
    kind === 'except' ? [statement.actions] : patterns.map((pattern) => ({ kind, patterns: [pattern] }));
  return actions.flatMap((own) =>
    statement.resources.map((resource) => ({ ...statement, actions: own, resources: [resource] })),
  );
}

/** Joins actions on the same resources. */
function toPermissions(cells: readonly Statement[]): readonly PermittedActions[] {
  const byAction = new Map<string, PermittedActions>();
  for (const { actions, resources, conditions } of cells) {
    const key = JSON.stringify([actions, conditions]);
    const known = byAction.get(key);
    byAction.set(key, {
      actions: actions.patterns,
      except: actions.kind === 'except',
      resources: [...(known?.resources ?? []), ...resources],
      conditional: conditions.length > 0,
    });
  }
  const bySameRest = new Map<string, PermittedActions>();
  for (const permission of byAction.values()) {
    const { actions, ...rest } = permission;
    const key = JSON.stringify(permission.except ? permission : rest);
    const known = bySameRest.get(key);
    bySameRest.set(key, { ...rest, actions: [...(known?.actions ?? []), ...actions] });
  }
  return [...bySameRest.values()];
}

/** What `policy` allows and `other` does not provably allow. */
function beyond(policy: Policy, other: Policy): readonly PermittedActions[] {
  const denies = policy.statements.filter(({ effect }) => effect === 'Deny');
  const allows = policy.statements.filter(({ effect }) => effect === 'Allow');
  const cells = allows.flatMap(toCells);
  return toPermissions(
    cells.filter((cell) => !contains(other, { version: '1', statements: [cell, ...denies] }).ok),
  );
}
