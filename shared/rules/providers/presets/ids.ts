// UUIDs, in lower case, as several vendors write the ids of what never passes to another owner.

/** Part of a regular expression; without capturing groups. */
export const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const WHOLE = new RegExp(`^${UUID}$`);

export const isUuid = (value: unknown): value is string => typeof value === 'string' && WHOLE.test(value);
