// W3C Trace Context, level 1: the header `traceparent`, by which a caller names the trace that its request belongs to.

export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Of the caller's span: 16 hexadecimal digits. */
  readonly spanId: string;
  /** Whether the caller records the trace itself. */
  readonly sampled: boolean;
}

/** Section 3.2.2: version, trace-id, parent-id and trace-flags in lower case; a later version may add fields behind a dash. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const VERSION = '00';
/** Section 3.2.2.1. */
const FORBIDDEN_VERSION = 'ff';
/** Sections 3.2.2.3 and 3.2.2.4: an id of zeros alone is invalid. */
const ZEROS = /^0+$/;
const SAMPLED = 1;
/** Longer than any version that is known; what a caller sends is read no further. */
const MAX_CHARACTERS = 256;

/** Undefined for a header that is absent or malformed: the request then begins a trace of its own (section 4.3). */
export function parseTraceparent(text: string | undefined): TraceParent | undefined {
  if (text === undefined || text.length > MAX_CHARACTERS) return undefined;
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(text) ?? [];
  if (!traceId || !spanId || !flags || version === FORBIDDEN_VERSION) return undefined;
  if (version === VERSION && more !== undefined) return undefined;
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

/** The header, section 3.2. */
export const formatTraceparent = ({ traceId, spanId, sampled }: TraceParent): string =>
  `${VERSION}-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
