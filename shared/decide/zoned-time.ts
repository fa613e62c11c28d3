// Between instants and the clock on the wall of a time zone, with Intl alone: it holds every change of the clock.

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Building one takes 50 µs and more; the access rules name few zones. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric' } as const;
  const rest = { minute: 'numeric', second: 'numeric', hourCycle: 'h23', calendar: 'gregory' } as const;
  const format = new Intl.DateTimeFormat('en-US', { timeZone, ...parts, ...rest });
  formats.set(timeZone, format);
  return format;
}

/** What a clock on the wall shows at an instant, written as if the wall were at UTC. */
export function wallClock(instant: number, timeZone: string): number {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const offsetAt = (instant: number, timeZone: string): number => {
  const second = Math.floor(instant / 1000) * 1000;
  return wallClock(second, timeZone) - second;
};

/** The instant within (before, after] at which the offset changes, to the second. */
function changeBetween(before: number, after: number, timeZone: string): number {
  const first = offsetAt(before, timeZone);
  let [low, high] = [before, after];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
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
