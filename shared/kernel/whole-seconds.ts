// The one form of a time that RAM, STS, ActionTrail and all their clients take.

/**
 * ISO 8601 in UTC with whole seconds, 20 characters: YYYY-MM-DDTHH:MM:SSZ. The credentials libraries for Python and Java refuse
 * any other form. The fraction is cut off, which never lengthens a life.
 */
export const formatWholeSeconds = (at: Date): string => at.toISOString().replace(/\.\d{3}Z$/, 'Z');
