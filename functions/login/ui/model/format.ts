// Times and counts as text. The scripts of the pages import this file too.
/** A phrase with a number in it, which a script can fill in again. */
export interface Counted {
  readonly one: string;
  /** `#` stands for the number. */
  readonly other: string;
}

export const formatCount = ({ one, other }: Counted, count: number): string =>
  (count === 1 ? one : other).replace('#', String(count));

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** A remaining time in milliseconds as a countdown: `29:41`, `1:05:00`. */
export function timeLeft(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = twoDigits(seconds % 60);
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${rest}` : `${minutes}:${rest}`;
}

const STYLE = {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
} as const satisfies Intl.DateTimeFormatOptions;

/** A date and time, always in UTC and with the letters UTC: the server does not know the person's time zone. */
export const formatTime = (at: Date, language: string): string =>
  `${new Intl.DateTimeFormat(language, STYLE).format(at)} UTC`;
