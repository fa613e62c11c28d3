// Loads what sends traces, where a setting names a receiver, from a file beside the bundle: elsewhere it costs nothing.
import type { Tracer } from '../kernel/tracer.ts';
import type { OtlpOptions } from './open-telemetry.ts';

/** `endpoint` undefined: nothing is traced. The tracer is there before the first request can have come. */
export function loadTracer(
  endpoint: string | undefined,
  functionName: OtlpOptions['functionName'],
): () => Tracer | undefined {
  let tracer: Tracer | undefined;
  if (endpoint !== undefined)
    void import('./open-telemetry.ts').then(({ createOtlpTracer }) => {
      tracer = createOtlpTracer({ endpoint, functionName });
    });
  return () => tracer;
}
