// What every function does to answer on Function Compute's custom runtime, and not to start when it is misconfigured.
import { serve } from '@hono/node-server';

const DEFAULT_PORT = 9000;
/** Function Compute's own proxy closes idle connections; ours must not close first and lose a request. */
const KEEP_ALIVE_MS = 0;
const EXIT_MISCONFIGURED = 78; // EX_CONFIG of sysexits.h

type Environment = Readonly<Record<string, string | undefined>>;

export function listen(
  environment: Environment,
  fetch: (request: Request) => Response | Promise<Response>,
): void {
  const port = Number(environment['FC_CUSTOM_LISTEN_PORT'] ?? DEFAULT_PORT);
  const server = serve({ port, hostname: '0.0.0.0', fetch });
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = KEEP_ALIVE_MS;
  process.once('SIGTERM', () => server.close());
}

export function refuseToStart(faults: readonly string[]): void {
  for (const fault of faults) process.stderr.write(`configuration: ${fault}\n`);
  process.exitCode = EXIT_MISCONFIGURED;
}
