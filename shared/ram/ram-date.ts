// RAM's date format: ISO 8601 in UTC, whole seconds. Cutting the fraction never lengthens a life.

export const ramDate = (at: Date): string => at.toISOString().replace(/\.\d{3}Z$/, 'Z');
