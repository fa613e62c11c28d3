// The ids that vendors give to what never passes to another owner. Several write UUIDs, in lower case.

/** Part of a regular expression; without capturing groups. */
export const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const WHOLE = new RegExp(`^${UUID}$`);

/** `shape`: of a whole id. Without the flag `g`, which would remember where it ended. */
export const isId = (shape: RegExp, value: unknown): value is string =>
  typeof value === 'string' && shape.test(value);

export const isUuid = (value: unknown): value is string => isId(WHOLE, value);
