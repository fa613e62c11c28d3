// Converts between instants and the local time of a time zone (IANA), with Intl, which knows every change of the clocks.

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The known offsets of one zone. A call of Intl takes 10 µs and more, and a window asks for the same minutes all day. */
interface ZoneClock {
  readonly format: Intl.DateTimeFormat;
  readonly offsets: Map<number, number>;
}

const clocks = new Map<string, ZoneClock>();
/** How many minutes are kept for one zone: about a day of requests, in 100 KB. */
const MAX_KEPT_MINUTES = 1_500;

function clockOf(timeZone: string): ZoneClock {
  const known = clocks.get(timeZone);
  if (known) return known;
  const date = { year: 'numeric', month: 'numeric', day: 'numeric', calendar: 'gregory' } as const;
  const time = { hour: 'numeric', minute: 'numeric', hourCycle: 'h23' } as const;
  const format = new Intl.DateTimeFormat('en-US', { timeZone, ...date, ...time });
  const clock: ZoneClock = { format, offsets: new Map() };
  clocks.set(timeZone, clock);
  return clock;
}

function askOffset({ format }: ZoneClock, minute: number): number {
  const parts = format.formatToParts(minute * MINUTE_MS).map(({ type, value }) => [type, Number(value)]);
  const { year = 0, month = 0, day = 0, hour = 0, minute: shown = 0 } = Object.fromEntries(parts);
  return Date.UTC(year, month - 1, day, hour, shown) - minute * MINUTE_MS;
}

/** Milliseconds by which local time is ahead of UTC. Clocks change on whole minutes. */
function offsetAt(instant: number, timeZone: string): number {
  const clock = clockOf(timeZone);
  const minute = Math.floor(instant / MINUTE_MS);
  const known = clock.offsets.get(minute);
  if (known !== undefined) return known;
  if (clock.offsets.size >= MAX_KEPT_MINUTES) clock.offsets.clear();
  const offset = askOffset(clock, minute);
  clock.offsets.set(minute, offset);
  return offset;
}

/** The local time at an instant, as the milliseconds since the epoch at which UTC shows the same. */
export const wallClock = (instant: number, timeZone: string): number => instant + offsetAt(instant, timeZone);

/** The first minute within (before, after] at which the offset is another. */
function changeBetween(before: number, after: number, timeZone: string): number {
  const first = offsetAt(before, timeZone);
  let [low, high] = [before, after];
  while (high - low > MINUTE_MS) {
    const middle = low + Math.floor((high - low) / (2 * MINUTE_MS)) * MINUTE_MS;
    if (offsetAt(middle, timeZone) === first) low = middle;
    else high = middle;
  }
  return high;
}

/** The instant of a local time: the first one if the clock shows it twice, the moment of the change if the clock skips it. */
export function instantOf(wall: number, timeZone: string): number {
  const offsets = [offsetAt(wall - DAY_MS, timeZone), offsetAt(wall + DAY_MS, timeZone)];
  const instants = offsets.map((offset) => wall - offset);
  const shown = instants.filter((instant) => wallClock(instant, timeZone) === wall);
  return shown.length > 0
    ? Math.min(...shown)
    : changeBetween(Math.min(...instants) - MINUTE_MS, Math.max(...instants), timeZone);
}

export const startOfDay = (wall: number): number => Math.floor(wall / DAY_MS) * DAY_MS;
export const nextDay = (day: number): number => day + DAY_MS;
export const previousDay = (day: number): number => day - DAY_MS;
