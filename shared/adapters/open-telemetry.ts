// Traces by OpenTelemetry's API and SDK, sent over OTLP/HTTP. Loaded only where a setting names the receiver. A receiver that is slow
// or down costs no request anything: spans wait in a bounded queue, and are dropped when it is full.
import {
  type Context,
  type Tracer as OtelTracer,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { formatTraceparent, parseTraceparent, type TraceParent } from '../kernel/traceparent.ts';
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
  readonly functionName: 'vend' | 'login';
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

const contextOf = ({ traceId, spanId }: TraceParent): Context =>
  trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });

/** The caller does not record its trace, so this part of it is left out too, and what it calls hears the same. */
const leftOut = (caller: TraceParent): RequestSpan => ({
  part: () => undefined,
  traceparent: () => formatTraceparent(caller),
  end: () => undefined,
});

const known = (attributes: SpanAttributes) =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));

const at = (stopwatch: number): number => performance.timeOrigin + stopwatch;

/** The span of a request. Whether it is recorded is decided where it is first needed, as late as that: only then is it known whose it is. */
function beginSpan(
  tracer: OtelTracer,
  isAdmitted: Readonly<Record<'known' | 'unknown', (now: number) => boolean>>,
  { name, parent, from }: { readonly name: string; readonly parent: Context; readonly from: number },
): RequestSpan {
  const parts: Parameters<RequestSpan['part']>[] = [];
  let opened: Span | undefined;
  let isRecorded: boolean | undefined;
  const open = (): Span => {
    opened ??= tracer.startSpan(name, { kind: SpanKind.SERVER, startTime: at(from) }, parent);
    return opened;
  };
  return {
    part: (...part) => void parts.push(part),
    traceparent(now) {
      isRecorded ??= isAdmitted.known(now);
      return formatTraceparent({ ...open().spanContext(), sampled: isRecorded });
    },
    end(to, status, { isKnown, attributes }) {
      isRecorded ??= isAdmitted[isKnown ? 'known' : 'unknown'](to);
      if (!isRecorded) return;
      const span = open();
      const own = trace.setSpan(ROOT_CONTEXT, span);
      for (const [part, begin, end] of parts)
        tracer.startSpan(part, { startTime: at(begin) }, own).end(at(end));
      span.setAttributes({ ...known(attributes), 'http.response.status_code': status });
      if (status >= LEAST_FAILURE) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(at(to));
    },
  };
}

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
  return {
    begin(name, traceparent, from) {
      const caller = parseTraceparent(traceparent);
      if (caller && !caller.sampled) return leftOut(caller);
      return beginSpan(tracer, isAdmitted, { name, parent: caller ? contextOf(caller) : ROOT_CONTEXT, from });
    },
    flush: () => provider.forceFlush().catch(() => undefined),
  };
}
