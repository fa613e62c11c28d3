// A moment in words. Always in UTC and saying so: the server does not know where a person is.

const STYLE = {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
} as const satisfies Intl.DateTimeFormatOptions;

export const formatTime = (at: Date, language: string): string =>
  `${new Intl.DateTimeFormat(language, STYLE).format(at)} UTC`;
