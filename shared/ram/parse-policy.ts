// JSON tree → Policy, strictly: a policy that this parser does not fully understand is refused, because a misread policy
// grants something else. For identity and session policies, which have no Principal; see parse-trust-policy.ts.
// Sources: Alibaba Cloud RAM, "Policy structure and syntax", "Policy elements" and "Condition operator".
import { nearestName } from '../kernel/nearest-name.ts';
import { ok } from '../kernel/result.ts';
import { isOperator, meaningOf, OPERATOR_NAMES, type Operator } from './operators.ts';
import {
  fault,
  type JsonObject,
  keyFault,
  type Parsed,
  parseEach,
  parseEffect,
  parseObject,
  parseObjectOf,
  parseStatements,
  parseTexts,
  quoted,
} from './parse-parts.ts';
import type { Actions, Condition, Policy, Statement } from './policy.ts';

/**
 * Takes a policy as JSON.parse gives it. Gives the policy, with times and networks in one form, or the first fault: the
 * path of the part that is wrong, and what to write there.
 */
export function parsePolicy(input: unknown): Parsed<Policy> {
  return parseStatements(input, parseStatement);
}

/**
 * RAM documents no policy variables. If RAM does know some, it fills in another text than the one that Stint compares
 * with the grant. A grant's own `${…}` are filled in before any comparison.
 */
const VARIABLE = '${';

/** Parses the policy by which a caller narrows a grant. Gives as parsePolicy does, and refuses each `${` in it. */
export function parseCallerPolicy(input: unknown): Parsed<Policy> {
  const policy = parsePolicy(input);
  if (!policy.ok) return policy;
  for (const [index, statement] of policy.value.statements.entries()) {
    const part = findVariable(statement);
    if (part !== undefined) return fault(`Statement[${index}].${part}`, 'must not have a ${…} in it');
  }
  return policy;
}

/** The part of the statement that has a variable in it, or undefined. */
function findVariable({ actions, resources, conditions }: Statement): string | undefined {
  const has = (texts: readonly string[]): boolean => texts.some((text) => text.includes(VARIABLE));
  if (has(actions.patterns)) return actions.kind === 'only' ? 'Action' : 'NotAction';
  if (has(resources)) return 'Resource';
  return conditions.some(({ key, values }) => has([key, ...values])) ? 'Condition' : undefined;
}

function parseStatement(input: unknown, path: string): Parsed<Statement> {
  const object = parseObjectOf(input, path, ['Effect', 'Action', 'NotAction', 'Resource', 'Condition']);
  if (!object.ok) return object;
  const effect = parseEffect(object.value['Effect'], `${path}.Effect`);
  if (!effect.ok) return effect;
  const actions = parseActions(object.value, path);
  if (!actions.ok) return actions;
  const resources = parseTexts(object.value['Resource'], `${path}.Resource`, checkResource);
  if (!resources.ok) return resources;
  const conditions = parseConditions(object.value['Condition'], `${path}.Condition`);
  if (!conditions.ok) return conditions;
  return ok({
    effect: effect.value,
    actions: actions.value,
    resources: resources.value,
    conditions: conditions.value,
  });
}

/** `*`, or `service:Operation` with wildcards. An empty part, as in `rds::ModifyParameter`, is a typing error. */
const ACTION = /^(?:\*|[A-Za-z0-9*?-]+(?::[A-Za-z0-9*?_./-]+)+)$/;

/** `*`, or `acs:<service>:<region>:<account>:<relative id>` with wildcards; no control characters. */
const RESOURCE = /^(?:\*|acs:[^:\p{C}]+:[^:\p{C}]*:[^:\p{C}]*:[^\p{C}]+)$/u;

const checkAction = (text: string): string | undefined =>
  ACTION.test(text) ? undefined : 'must be "*" or written as service:Operation';
const checkResource = (text: string): string | undefined =>
  RESOURCE.test(text) ? undefined : 'must be "*" or written as acs:service:region:account:resource';

function parseActions(statement: JsonObject, path: string): Parsed<Actions> {
  const kinds = ['Action', 'NotAction'].filter((key) => Object.hasOwn(statement, key));
  const [key, ...others] = kinds;
  if (key === undefined || others.length > 0) {
    return fault(path, 'must have exactly one of Action and NotAction');
  }
  const patterns = parseTexts(statement[key], `${path}.${key}`, checkAction);
  return patterns.ok
    ? ok({ kind: key === 'Action' ? 'only' : 'except', patterns: patterns.value })
    : patterns;
}

/**
 * Parses a Condition block. Gives the conditions, or the first fault. A missing block is no condition, and so is an empty
 * one, which tools write.
 */
export function parseConditions(input: unknown, path: string): Parsed<readonly Condition[]> {
  if (input === undefined) return ok([]);
  const condition = parseObject(input, path);
  if (!condition.ok) return condition;
  const blocks = parseEach(Object.entries(condition.value), ([operator, block]) =>
    parseBlock(operator, block, `${path}.${isOperator(operator) ? operator : '?'}`),
  );
  if (!blocks.ok) return blocks;
  const conditions = blocks.value.flat();
  const alike = differByCase(conditions.map(({ key }) => key));
  if (alike === undefined) return ok(conditions);
  return fault(path, `${quoted(alike[0])} and ${quoted(alike[1])} differ by case only: write one of them`);
}

/** One operator with its condition keys. */
function parseBlock(operator: string, input: unknown, path: string): Parsed<readonly Condition[]> {
  if (!isOperator(operator)) {
    return keyFault(path, operator, explainOperator(operator));
  }
  const block = parseObject(input, path);
  if (!block.ok) return block;
  const entries = Object.entries(block.value);
  if (entries.length === 0) return fault(path, 'must name a condition key');
  const { admits, write } = meaningOf(operator);
  const checkValue = (value: string): string | undefined =>
    admits(value) ? undefined : explainValue(operator);
  return parseEach(entries, ([key, input]) => {
    const message = checkKey(key);
    if (message !== undefined) return keyFault(path, key, message);
    const values = parseTexts(input, `${path}.${key}`, checkValue);
    return values.ok ? ok({ operator, key, values: values.value.map(write) }) : values;
  });
}

/** `service:Name`, with a tag name after a slash. A key without its prefix never matches, so it is a typing error. */
const CONDITION_KEY = /^[a-z][a-z0-9-]{0,31}:[^\p{C}]{1,256}$/u;

/** RAM documents no wildcards in keys. Such a key matches no request, and a Deny with it denies nothing. */
const WILDCARD = /[*?]/;

/** A tag's name may have a space inside. A space at an end of the key or of its parts is invisible, and no request has it. */
const STRAY_SPACE = /^\s|\s$|[:/]\s|\s[:/]|(?! )\s/;

/** Does the condition key have a space at an end of one of its parts, or white space other than the plain space? */
export const hasStraySpace = (key: string): boolean => STRAY_SPACE.test(key);

function checkKey(key: string): string | undefined {
  if (hasStraySpace(key)) return `${quoted(key)} has a space where no condition key has one: remove it`;
  if (WILDCARD.test(key)) return `${quoted(key)} has a wildcard, and a condition key has none: name each key`;
  return CONDITION_KEY.test(key)
    ? undefined
    : `${quoted(key)} is not a condition key: write it with its service in small letters, as in acs:SourceIp`;
}

/**
 * Gives the first two keys that differ by case alone, or undefined. RAM does not document whether it takes such keys for
 * one, and two conditions on one key may mean another policy.
 */
export function differByCase(keys: readonly string[]): readonly [string, string] | undefined {
  const spellings = new Map<string, string>();
  for (const key of keys) {
    const folded = key.toLowerCase();
    const first = spellings.get(folded) ?? key;
    if (first !== key) return [first, key];
    spellings.set(folded, first);
  }
  return undefined;
}

/** Prefixes and suffixes of other clouds' operators. RAM has neither. */
const FOREIGN = /^For(?:Any|All)Values?:|IfExists$/g;

function explainOperator(operator: string): string {
  const nearest = nearestName(operator.replaceAll(FOREIGN, ''), OPERATOR_NAMES);
  const help =
    nearest === undefined
      ? 'the operators are those of String, Numeric and Date, Bool, IpAddress and NotIpAddress; docs/policy-compiler.md lists them'
      : `did you mean ${nearest}?${operator.search(FOREIGN) < 0 ? '' : ' There is no IfExists and no ForAnyValue:'}`;
  return `${quoted(operator)} is not a condition operator of RAM: ${help}`;
}

const FORMS: readonly (readonly [RegExp, string])[] = [
  [/^Date/, 'a time such as 2026-01-01T00:00:00Z'],
  [/^Numeric/, 'a number such as 5, of 15 digits at most'],
  [/^Bool/, 'true or false'],
  [/IpAddress$/, 'an address or a network such as 203.0.113.0/24'],
];

function explainValue(operator: Operator): string {
  const form = FORMS.find(([family]) => family.test(operator))?.[1];
  return `is not a value that ${operator} compares${form === undefined ? '' : `: write ${form}, in quotes`}`;
}
