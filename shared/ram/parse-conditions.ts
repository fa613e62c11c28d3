// Reads a Condition block: operator, condition key, values. Takes only operators that RAM documents.
import { ok } from '../kernel/result.ts';
import { isOperator, meaningOf } from './operators.ts';
import { parseEach, parseObject, parseTexts } from './parse-parts.ts';
import type { Condition } from './policy.ts';
import { fault, type Parsed, quoted } from './policy-fault.ts';

/** `service:Name`, with a tag name after a slash. A key without its prefix never matches, so it is a typing error. */
const CONDITION_KEY = /^[a-z][a-z0-9-]{0,31}:[^\p{C}]{1,256}$/u;

function parseBlock(operator: string, input: unknown, path: string): Parsed<readonly Condition[]> {
  if (!isOperator(operator)) return fault(path, `${quoted(operator)} is not a condition operator of RAM`);
  const block = parseObject(input, path);
  if (!block.ok) return block;
  const entries = Object.entries(block.value);
  if (entries.length === 0) return fault(path, 'must name a condition key');
  const { admits } = meaningOf(operator);
  const checkValue = (value: string): string | undefined =>
    admits(value) ? undefined : `is not a value that ${operator} compares`;
  return parseEach(entries, ([key, input]) => {
    if (!CONDITION_KEY.test(key)) return fault(path, `${quoted(key)} is not a condition key`);
    const values = parseTexts(input, `${path}.${key}`, checkValue);
    return values.ok ? ok({ operator, key, values: values.value }) : values;
  });
}

export function parseConditions(input: unknown, path: string): Parsed<readonly Condition[]> {
  if (input === undefined) return ok([]);
  const condition = parseObject(input, path);
  if (!condition.ok) return condition;
  const entries = Object.entries(condition.value);
  if (entries.length === 0) return fault(path, 'must hold an operator, or be left out');
  const blocks = parseEach(entries, ([operator, block]) =>
    parseBlock(operator, block, `${path}.${isOperator(operator) ? operator : '?'}`),
  );
  return blocks.ok ? ok(blocks.value.flat()) : blocks;
}
