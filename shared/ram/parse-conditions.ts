// Reads a Condition block: operator, condition key, values. Takes only operators that RAM documents. Times and networks
// come out in one form, so that policies that mean the same are the same text.
import { nearestName } from '../kernel/nearest-name.ts';
import { ok } from '../kernel/result.ts';
import { isOperator, meaningOf, OPERATOR_NAMES, type Operator } from './operators.ts';
import { parseEach, parseObject, parseTexts } from './parse-parts.ts';
import type { Condition } from './policy.ts';
import { fault, keyFault, type Parsed, quoted } from './policy-fault.ts';

/** `service:Name`, with a tag name after a slash. A key without its prefix never matches, so it is a typing error. */
const CONDITION_KEY = /^[a-z][a-z0-9-]{0,31}:[^\p{C}]{1,256}$/u;

/** RAM documents none for keys: such a key matches no request, and a Deny with it denies nothing. */
const WILDCARD = /[*?]/;

/** A tag's name may have a space in it. At an end of the key or of its parts nobody sees one, and no request has it. */
const STRAY_SPACE = /^\s|\s$|[:/]\s|\s[:/]|(?! )\s/;

export const hasStraySpace = (key: string): boolean => STRAY_SPACE.test(key);

function checkKey(key: string): string | undefined {
  if (hasStraySpace(key)) return `${quoted(key)} has a space where no condition key has one: remove it`;
  if (WILDCARD.test(key)) return `${quoted(key)} has a wildcard, and a condition key has none: name each key`;
  return CONDITION_KEY.test(key)
    ? undefined
    : `${quoted(key)} is not a condition key: write it with its service in small letters, as in acs:SourceIp`;
}

/** Of other clouds, and read by none of RAM's own operators. */
const FOREIGN = /^For(?:Any|All)Values?:|IfExists$/g;

function explainOperator(operator: string): string {
  const nearest = nearestName(operator.replaceAll(FOREIGN, ''), OPERATOR_NAMES);
  const help =
    nearest === undefined
      ? 'there are those of String, Numeric and Date, Bool, IpAddress and NotIpAddress; docs/policy-compiler.md names them'
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

/**
 * The first two that differ by case alone. Whether RAM takes such keys for one is not documented, and two conditions on
 * one key may mean another policy.
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

/** An empty block is no condition, as in policies that tools write. */
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
