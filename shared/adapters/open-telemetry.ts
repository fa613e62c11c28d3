// Traces by OpenTelemetry's API and SDK, sent over OTLP/HTTP. Loaded only where a setting names the receiver. A receiver that is slow
// or down costs no request anything: spans wait in a bounded queue, and are dropped when it is full.
import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { parseTraceparent } from '../kernel/traceparent.ts';
import type { RequestSpan, SpanAttributes, Tracer } from '../kernel/tracer.ts';

/**
 * Of one instance. A caller that marks every request as sampled must not make Stint send more. Requests whose caller is not known
 * have a share of their own: a flood of them must not keep out the traces of the callers.
 */
const MAX_TRACES_PER_SECOND = { known: 10, unknown: 2 };
const QUEUE = {
  maxQueueSize: 512,
  maxExportBatchSize: 128,
  /** Function Compute freezes an instance soon after an answer: what waits is sent while it still runs, or when it runs again. */
  scheduledDelayMillis: 500,
  exportTimeoutMillis: 5_000,
};
const SECOND_MS = 1_000;
const LEAST_FAILURE = 500;

export interface OtlpOptions {
  /** Where OTLP/HTTP is received, with its path: …/v1/traces or …/api/otlp/traces. */
  readonly endpoint: string;
  /** `vend` or `login`. */
  readonly functionName: string;
}

/** Admits the first `most` of each second, by the stopwatch. */
function createAdmission(most: number) {
  let second = Number.NEGATIVE_INFINITY;
  let admitted = 0;
  return (now: number): boolean => {
    if (now - second >= SECOND_MS) {
      second = now;
      admitted = 0;
    }
    admitted += 1;
    return admitted <= most;
  };
}

/** The caller's trace where it names one. Undefined: the caller does not record its trace, so this part of it is left out too. */
function parentOf(traceparent: string | undefined): Context | undefined {
  const parent = parseTraceparent(traceparent);
  if (parent === undefined) return ROOT_CONTEXT;
  if (!parent.sampled) return undefined;
  const { traceId, spanId } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });
}

const known = (attributes: SpanAttributes) =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));

/** Nothing is a span before the request has ended: only then is it known whose it was. */
export function createOtlpTracer({ endpoint, functionName }: OtlpOptions): Tracer {
  const exporter = new OTLPTraceExporter({ url: endpoint, timeoutMillis: QUEUE.exportTimeoutMillis });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': `stint-${functionName}` }),
    spanProcessors: [new BatchSpanProcessor(exporter, QUEUE)],
  });
  const tracer = provider.getTracer('stint');
  const isAdmitted = {
    known: createAdmission(MAX_TRACES_PER_SECOND.known),
    unknown: createAdmission(MAX_TRACES_PER_SECOND.unknown),
  };
  const at = (stopwatch: number): number => performance.timeOrigin + stopwatch;
  return {
    begin(name, traceparent, from) {
      const parent = parentOf(traceparent);
      if (parent === undefined) return undefined;
      const parts: Parameters<RequestSpan['part']>[] = [];
      return {
        part: (...part) => void parts.push(part),
        end(to, status, attributes) {
          const caller = attributes['stint.provider'] === undefined ? 'unknown' : 'known';
          if (!isAdmitted[caller](to)) return;
          const span = tracer.startSpan(name, { kind: SpanKind.SERVER, startTime: at(from) }, parent);
          const own = trace.setSpan(ROOT_CONTEXT, span);
          for (const [part, begin, end] of parts)
            tracer.startSpan(part, { startTime: at(begin) }, own).end(at(end));
          span.setAttributes({ ...known(attributes), 'http.response.status_code': status });
          if (status >= LEAST_FAILURE) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end(at(to));
        },
      };
    },
    flush: () => provider.forceFlush().catch(() => undefined),
  };
}
