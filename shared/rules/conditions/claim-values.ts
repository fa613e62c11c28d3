// Claims → the values that CEL compares. Maps, not objects: a claim can then never be mistaken for a member that every
// object has, and cel-js looks at `constructor` of an object to find its type.

/** Values in one claim, lists and maps counted with what they hold. The variable `groups` may hold more. */
export const MAX_CLAIM_VALUES = 200;
/** Levels in one claim. cel-js keeps every type that it meets for ever, and the number of types doubles with each level. */
export const MAX_CLAIM_DEPTH = 4;
/** A search in a text costs up to the product of both lengths. */
export const MAX_CLAIM_CHARACTERS = 1_024;

export type CelValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly CelValue[]
  | ReadonlyMap<string, CelValue>;

interface Budget {
  values: number;
}

/** CEL tells integers from fractions. Beyond 2^53 JSON.parse has rounded, and the token's own number is unknown. */
function toNumber(value: number): CelValue | undefined {
  if (Number.isSafeInteger(value)) return BigInt(value);
  return Number.isFinite(value) && !Number.isInteger(value) ? value : undefined;
}

const toText = (value: string): string | undefined =>
  value.length <= MAX_CLAIM_CHARACTERS ? value : undefined;

function toList(items: readonly unknown[], depth: number, budget: Budget): CelValue | undefined {
  const list: CelValue[] = [];
  for (const item of items) {
    const value = convert(item, depth, budget);
    if (value === undefined) return undefined;
    list.push(value);
  }
  return list;
}

function toMap(object: object, depth: number, budget: Budget): CelValue | undefined {
  const map = new Map<string, CelValue>();
  for (const [name, member] of Object.entries(object)) {
    const value = toText(name) === undefined ? undefined : convert(member, depth, budget);
    if (value === undefined) return undefined;
    map.set(name, value);
  }
  return map;
}

function convert(value: unknown, depth: number, budget: Budget): CelValue | undefined {
  budget.values -= 1;
  if (budget.values < 0 || depth < 0) return undefined;
  switch (typeof value) {
    case 'string':
      return toText(value);
    case 'number':
      return toNumber(value);
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
      return Array.isArray(value) ? toList(value, depth - 1, budget) : toMap(value, depth - 1, budget);
    default:
      return undefined;
  }
}

/**
 * The named claims that the token has. Undefined when one of them is beyond the limits: to leave it out would make
 * `!has(claims.x)` true for a caller who sends an x that is too long.
 */
export function readClaims(
  claims: Readonly<Record<string, unknown>>,
  names: readonly string[],
): ReadonlyMap<string, CelValue> | undefined {
  const values = new Map<string, CelValue>();
  for (const name of names) {
    if (!Object.hasOwn(claims, name)) continue;
    const value = convert(claims[name], MAX_CLAIM_DEPTH, { values: MAX_CLAIM_VALUES });
    if (value === undefined) return undefined;
    values.set(name, value);
  }
  return values;
}
