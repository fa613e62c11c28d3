// Time as a port, so that tests choose it.

export interface Clock {
  now(): Date;
}

/**
 * By how much the clock of a sender may differ from ours, in seconds: of every token, SAML message and DPoP proof, and in both
 * directions. Servers that are kept by NTP differ by less than a second; `stint doctor` reports a difference of more than this.
 * A longer tolerance would lengthen the life of each stolen token.
 */
export const CLOCK_TOLERANCE_SECONDS = 30;
export const CLOCK_TOLERANCE_MS = CLOCK_TOLERANCE_SECONDS * 1000;
