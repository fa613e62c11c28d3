// A grant's session policy with named holes. Holes sit only in resources and condition values, as nodes of the parsed
// tree: a value can fill a hole, and can never become syntax.
import { err, ok, type Result } from '../../kernel/result.ts';
import { quoted } from '../../ram/parse-parts.ts';
import { parsePolicy } from '../../ram/parse-policy.ts';
import type { Condition, Statement } from '../../ram/policy.ts';
import { parseValuePattern, type ValuePattern } from '../values/value-pattern.ts';
import type { SessionPolicyTemplate } from './stored-grant.ts';

/** Literal text, or a hole that a variable's value fills. */
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

/** A text, and where it stands. */
interface Place {
  readonly path: string;
  readonly text: TemplateText;
}

const item = (path: string, index: number, { length }: readonly unknown[]): string =>
  length === 1 ? path : `${path}[${index}]`;

/** The texts that may have holes. */
const fillable = (path: string, { resources, conditions }: TemplateStatement): readonly Place[] => [
  ...resources.map((text, i) => ({ path: item(`${path}.Resource`, i, resources), text })),
  ...conditions.flatMap(({ operator, key, values }) =>
    values.map((text, i) => ({ path: item(`${path}.Condition.${operator}.${key}`, i, values), text })),
  ),
];

/** The texts that may have neither holes nor a `$`. */
const fixed = (path: string, { actions, conditions }: TemplateStatement): readonly Place[] => [
  ...actions.patterns.map((text) => ({
    path: `${path}.${actions.kind === 'only' ? 'Action' : 'NotAction'}`,
    text: [text],
  })),
  ...conditions.map(({ operator, key }) => ({ path: `${path}.Condition.${operator}`, text: [key] })),
];

const variablesIn = (text: TemplateText): readonly string[] =>
  text.flatMap((segment) => (typeof segment === 'string' ? [] : [segment.variable]));

const hasDollar = ({ text }: Place): boolean =>
  text.some((segment) => typeof segment === 'string' && segment.includes('$'));

function findHoleFault(
  statements: readonly TemplateStatement[],
  declared: ReadonlySet<string>,
): TemplateFault | undefined {
  const pathOf = (index: number) => `document.Statement[${index}]`;
  const texts = statements.flatMap((statement, i) => fillable(pathOf(i), statement));
  for (const { path, text } of texts) {
    const unknown = variablesIn(text).find((name) => !declared.has(name));
    if (unknown !== undefined)
      return { path, message: `uses a variable that is not declared under variables: ${quoted(unknown)}` };
  }
  const used = new Set(texts.flatMap(({ text }) => variablesIn(text)));
  const unused = [...declared].find((name) => !used.has(name));
  if (unused !== undefined)
    return {
      path: `variables.${unused}`,
      message: 'declares a variable that it does not use: remove it, or use it',
    };
  const stray = [...statements.flatMap((statement, i) => fixed(pathOf(i), statement)), ...texts].find(
    hasDollar,
  );
  return (
    stray && {
      path: stray.path,
      message: 'has a $ that is not a ${variable} in a Resource or a Condition value',
    }
  );
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

/** Gives the policy with its holes, or the first fault: a pattern, the policy, or a hole that fits no variable. */
export function parsePolicyTemplate(raw: SessionPolicyTemplate): Result<PolicyTemplate, TemplateFault> {
  const variables = parseVariables(raw);
  if (!variables.ok) return variables;
  const policy = parsePolicy(raw.document);
  if (!policy.ok) {
    return err({ ...policy.error, path: `document.${policy.error.path}`.replace(/\.$/, '') });
  }
  const statements = policy.value.statements.map(parseStatement);
  const declared = new Set(variables.value.map(({ name }) => name));
  const fault = findHoleFault(statements, declared);
  return fault ? err(fault) : ok({ variables: variables.value, statements });
}
