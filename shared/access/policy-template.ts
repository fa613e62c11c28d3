// A grant's session policy with named holes. Holes sit only in resources and condition values, as nodes of the parsed
// tree: a value can fill a hole, and can never become syntax.
import { err, ok, type Result } from '../kernel/result.ts';
import { parsePolicy } from '../ram/parse-policy.ts';
import type { Condition, Policy, Statement } from '../ram/policy.ts';
import type { SessionPolicyTemplate } from './stored-grant.ts';
import { parseValuePattern, type ValuePattern } from './value-pattern.ts';

/** Literal text, or a hole to be filled by a variable's value. */
export type Segment = string | { readonly variable: string };
export type TemplateText = readonly Segment[];

export interface TemplateCondition extends Omit<Condition, 'values'> {
  readonly values: readonly TemplateText[];
}
export interface TemplateStatement extends Omit<Statement, 'resources' | 'conditions'> {
  readonly resources: readonly TemplateText[];
  readonly conditions: readonly TemplateCondition[];
}
export interface TemplateVariable {
  readonly name: string;
  readonly claim: string;
  readonly pattern: ValuePattern;
}
export interface PolicyTemplate {
  readonly variables: readonly TemplateVariable[];
  readonly statements: readonly TemplateStatement[];
}

/** `path` is relative to the session policy, as in `document.Statement[0].Resource`. */
export interface TemplateFault {
  readonly path: string;
  readonly message: string;
  /** As in PolicyFault. */
  readonly key?: string;
}

const HOLE = /\$\{([^{}$]*)\}/;

function parseText(text: string): TemplateText {
  // split() with one capture group alternates literal, name, literal, …
  return text
    .split(HOLE)
    .map((part, index) => (index % 2 === 0 ? part : { variable: part }))
    .filter((part) => part !== '');
}

const parseStatement = (statement: Statement): TemplateStatement => ({
  effect: statement.effect,
  actions: statement.actions,
  resources: statement.resources.map(parseText),
  conditions: statement.conditions.map((condition) => ({
    ...condition,
    values: condition.values.map(parseText),
  })),
});

function textsOf(statement: TemplateStatement): readonly TemplateText[] {
  return [...statement.resources, ...statement.conditions.flatMap((condition) => condition.values)];
}

/** What no hole may be in, and no `$` may be left in. */
function fixedTexts({ statements }: Policy): readonly string[] {
  return statements.flatMap(({ actions, conditions }) => [
    ...actions.patterns,
    ...conditions.map(({ key }) => key),
  ]);
}

function findHoleFault(
  policy: Policy,
  statements: readonly TemplateStatement[],
  declared: ReadonlySet<string>,
) {
  const segments = statements.flatMap(textsOf).flat();
  const used = new Set(
    segments.flatMap((segment) => (typeof segment === 'string' ? [] : [segment.variable])),
  );
  const unknown = [...used].find((name) => !declared.has(name));
  if (unknown !== undefined) return 'uses a variable that is not declared under variables';
  if ([...declared].some((name) => !used.has(name))) return 'declares a variable that it does not use';
  const literals = [...fixedTexts(policy), ...segments.filter((segment) => typeof segment === 'string')];
  if (literals.some((text) => text.includes('$'))) {
    return 'has a $ that is not a ${variable} in a Resource or a Condition value';
  }
  return undefined;
}

function parseVariables(raw: SessionPolicyTemplate): Result<readonly TemplateVariable[], TemplateFault> {
  const variables: TemplateVariable[] = [];
  for (const [name, { claim, pattern }] of Object.entries(raw.variables)) {
    const parsed = parseValuePattern(pattern);
    if (!parsed.ok) return err({ path: `variables.${name}.pattern`, message: parsed.error });
    variables.push({ name, claim, pattern: parsed.value });
  }
  return ok(variables);
}

export function parsePolicyTemplate(raw: SessionPolicyTemplate): Result<PolicyTemplate, TemplateFault> {
  const variables = parseVariables(raw);
  if (!variables.ok) return variables;
  const policy = parsePolicy(raw.document);
  if (!policy.ok) {
    return err({ ...policy.error, path: `document.${policy.error.path}`.replace(/\.$/, '') });
  }
  const statements = policy.value.statements.map(parseStatement);
  const declared = new Set(variables.value.map(({ name }) => name));
  const message = findHoleFault(policy.value, statements, declared);
  return message === undefined
    ? ok({ variables: variables.value, statements })
    : err({ path: 'document', message });
}
