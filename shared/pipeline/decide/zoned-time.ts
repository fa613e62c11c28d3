// Between instants and the clock on the wall of a time zone, with Intl alone: it holds every change of the clock.

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** One zone's clock. Asking Intl takes 10 µs and more, and a window asks for the same few minutes all day. */
interface ZoneClock {
  readonly format: Intl.DateTimeFormat;
  readonly offsets: Map<number, number>;
}

const clocks = new Map<string, ZoneClock>();
/** Minutes kept for one zone: a day of requests, about 100 KB. */
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

/** How far the wall is ahead of UTC. Clocks change on whole minutes. */
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

/** What a clock on the wall shows at an instant, written as if the wall were at UTC. */
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

/** When the wall shows `wall`: the first time if the clock shows it twice, the moment of the change if it skips it. */
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
