// Whether a time window is open now, and until when. The window's times are local times of its time zone.
import { type TimeWindow, WEEKDAYS } from '../../rules/values/constraints.ts';
import { instantOf, nextDay, previousDay, startOfDay, wallClock } from './zoned-time.ts';

const MINUTE_MS = 60_000;

/**
 * At most so many windows are joined: two a day for a week. STS's longest session is 12 hours, so a later end makes no
 * difference.
 */
const MAX_JOINED = 14;

/** When the windows that are open now close; undefined when all are closed. Windows that adjoin or overlap count as one. */
export function openUntil(windows: readonly TimeWindow[], now: Date): Date | undefined {
  let end: number | undefined;
  for (let i = 0; i < MAX_JOINED; i += 1) {
    const at = end ?? now.getTime();
    const ends = windows.flatMap((window) => endOf(window, at) ?? []);
    if (ends.length === 0) break;
    end = Math.max(...ends);
  }
  return end === undefined ? undefined : new Date(end);
}

function endOf(window: TimeWindow, now: number): number | undefined {
  const today = startOfDay(wallClock(now, window.timeZone));
  return endFrom(today, window, now) ?? endFrom(previousDay(today), window, now);
}

/** When the window that opens on this day closes, if `now` is in it. */
function endFrom(day: number, { timeZone, days, from, to }: TimeWindow, now: number): number | undefined {
  const weekday = WEEKDAYS[new Date(day).getUTCDay()];
  if (weekday === undefined || !days.includes(weekday)) return undefined;
  const [opens, closes] = [sinceMidnight(from), sinceMidnight(to)];
  const lastDay = closes > opens ? day : nextDay(day);
  if (now < instantOf(day + opens, timeZone)) return undefined;
  const end = instantOf(lastDay + closes, timeZone);
  return now < end ? end : undefined;
}

/** "09:30" → milliseconds since midnight. */
function sinceMidnight(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return ((hours ?? 0) * 60 + (minutes ?? 0)) * MINUTE_MS;
}
