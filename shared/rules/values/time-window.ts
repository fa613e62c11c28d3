// Hours of the week in which a grant is open, by the clock of a time zone.
import * as z from 'zod';

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** A city, or UTC. Fixed offsets and abbreviations would ignore daylight saving time without saying so. */
const ZONE_NAME = /^(?:UTC|[A-Z][A-Za-z_]+(?:\/[A-Za-z0-9_+-]+){1,2})$/;
const CLOCK_TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const END_OF_DAY = '24:00';

function isTimeZone(name: string): boolean {
  if (!ZONE_NAME.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const isEnd = (text: string): boolean => text === END_OF_DAY || CLOCK_TIME.test(text);

export const TimeWindow = z
  .strictObject({
    timeZone: z
      .string()
      .refine(isTimeZone, 'name a time zone as in the IANA database, such as Asia/Shanghai, or UTC'),
    days: z
      .array(z.enum(WEEKDAYS))
      .min(1)
      .max(WEEKDAYS.length)
      .describe('The days on which the window opens; it may close on the next.'),
    from: z.string().regex(CLOCK_TIME, 'write a time as "09:00", in quotes'),
    to: z.string().refine(isEnd, 'write a time as "17:30", in quotes; "24:00" is the end of the day'),
  })
  .refine(({ from, to }) => from !== to, {
    path: ['to'],
    error: 'make it differ from the start: a whole day is from "00:00" to "24:00"',
  });
export type TimeWindow = z.infer<typeof TimeWindow>;
