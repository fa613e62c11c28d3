// One JSON line an event. Takes identifiers and codes; a Secret among them would print as [secret].
import type { Logger, LogLevel } from '../kernel/logger.ts';

const SEVERITY: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };
/** Function Compute cuts a line at 32 KB; a longer field is a mistake anyway. */
const MAX_FIELD_CHARACTERS = 500;

/** Writes events of the level `least` and of graver ones. */
export function createConsoleLogger(least: LogLevel, write: (line: string) => void): Logger {
  return {
    log(level, event, fields) {
      if (SEVERITY[level] > SEVERITY[least]) return;
      const short = Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === 'string' ? value.slice(0, MAX_FIELD_CHARACTERS) : value,
      ]);
      write(`${JSON.stringify({ level, event, ...Object.fromEntries(short) })}\n`);
    },
  };
}
