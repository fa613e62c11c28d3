// The operator's log as a port: one event a line, made of identifiers and codes.

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface Logger {
  /** `fields` hold identifiers and codes only. */
  log(level: LogLevel, event: string, fields: Readonly<Record<string, string | number>>): void;
}
