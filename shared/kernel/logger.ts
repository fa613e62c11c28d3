// The operator's log as a port: one event a line.

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface Logger {
  /** `event` is a constant. `fields` hold identifiers, codes and numbers, and never a secret or a text that a caller sent. */
  log(level: LogLevel, event: string, fields: Readonly<Record<string, string | number>>): void;
}
