// The operator's log as a port: one event a line.
import type { LogEvent, LogFields } from './log-lines.ts';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface Logger {
  /** `event` and its fields are in log-lines.ts. They hold identifiers, codes and numbers, and never a secret or a text that a caller sent. */
  log<Event extends LogEvent>(level: LogLevel, event: Event, fields: LogFields<Event>): void;
}
