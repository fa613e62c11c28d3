// The port of traces: one span for a request, and one for each part of it that is timed.
import type { TimedPart } from './number-names.ts';

/** The parts of a request of vend that are timed, and login's call of vend. */
export type SpanPart = TimedPart | 'vend';

/** Identifiers of the configuration, codes and numbers. No subject, address, token or text that a caller sent. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanDescription {
  /** The request proved who sends it. */
  readonly isKnown: boolean;
  readonly attributes: SpanAttributes;
}

/** Of one request. Times are of the stopwatch, in milliseconds. */
export interface RequestSpan {
  part(part: SpanPart, from: number, to: number): void;
  /**
   * The header for a request that this one makes, so that both are in one trace, or neither. Only for one of a caller who is known:
   * it is the caller's share of the traces that is used.
   */
  traceparent(now: number): string;
  end(to: number, status: number, description: SpanDescription): void;
}

export interface Tracer {
  /** `traceparent`: the request's header, unread. */
  begin(name: string, traceparent: string | undefined, from: number): RequestSpan;
  /** Sends what is waiting. For the end of the process. A failure loses it, and does not reject: requests may still be under way. */
  flush(): Promise<void>;
}
