// xs:dateTime as SAML has it: UTC, with a Z (saml-core section 1.3.3). What is written otherwise is refused, not guessed.

/** Clocks of well-kept servers differ by less; more would lengthen every assertion. */
export const CLOCK_SKEW_MS = 60_000;

const UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

export function readTime(text: string | undefined): Date | undefined {
  if (text === undefined || !UTC.test(text)) return undefined;
  const time = new Date(text.replace(/(\.\d{3})\d+Z$/, '$1Z'));
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** NotOnOrAfter is the first moment at which it does not hold. */
export const hasEnded = (notOnOrAfter: Date, now: Date): boolean =>
  now.getTime() - CLOCK_SKEW_MS >= notOnOrAfter.getTime();

export const hasBegun = (notBefore: Date, now: Date): boolean =>
  now.getTime() + CLOCK_SKEW_MS >= notBefore.getTime();
