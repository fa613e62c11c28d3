// The port of traces: one span for a request, and one for each part of it that is timed.
import type { TimedPart } from './number-names.ts';

/** Identifiers of the configuration, codes and numbers. No subject, address, token or text that a caller sent. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestSpan {
  /** Times are of the stopwatch, in milliseconds. */
  part(part: TimedPart, from: number, to: number): void;
  /** `attributes`: `stint.provider` is that of the caller; without it the caller is not known. */
  end(to: number, status: number, attributes: SpanAttributes): void;
}

export interface Tracer {
  /** `traceparent`: the request's header, unread. Undefined: this request is not recorded. */
  begin(name: string, traceparent: string | undefined, from: number): RequestSpan | undefined;
  /** Sends what is waiting. For the end of the process. A failure loses it, and does not reject: requests may still be under way. */
  flush(): Promise<void>;
}
