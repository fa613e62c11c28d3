// Starts one function on Function Compute's custom runtime: its configuration, its parts, its port. A misconfigured function
// does not start, and reports every fault at once.
import { serve } from '@hono/node-server';
import type { Logger } from '../kernel/logger.ts';
import type { Result } from '../kernel/result.ts';

const DEFAULT_PORT = 9000;
/** Function Compute's own proxy closes idle connections; ours must not close first and lose a request. */
const KEEP_ALIVE_MS = 0;
const EXIT_MISCONFIGURED = 78; // EX_CONFIG of sysexits.h

interface Parts {
  readonly app: { fetch(request: Request): Response | Promise<Response> };
  /** Sees each request before the app does: the platform sends the function's own credentials in its headers. */
  readonly platform: { observe(header: (name: string) => string | undefined): void };
  readonly logger: Logger;
  /** Called once, when the platform ends the instance. */
  readonly end?: () => void;
}

/**
 * The start file sets it to `accepted` or `rejected`, where a cache for this version of Node.js is beside the bundle. Its name does not
 * begin as those of settings do: a function with a setting that it does not know does not start.
 */
const CODE_CACHE = 'CODE_CACHE';

function listen(environment: NodeJS.ProcessEnv, { app, platform, logger, end }: Parts): void {
  const fetch = (request: Request) => {
    platform.observe((name) => request.headers.get(name) ?? undefined);
    return app.fetch(request);
  };
  const port = Number(environment['FC_CUSTOM_LISTEN_PORT'] ?? DEFAULT_PORT);
  const server = serve({ port, hostname: '0.0.0.0', fetch }, () =>
    logger.log('info', 'started', { node: process.version, codeCache: environment[CODE_CACHE] ?? 'none' }),
  );
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = KEEP_ALIVE_MS;
  process.once('SIGTERM', () => {
    end?.();
    server.close();
  });
}

/** Listens on the platform's port, or writes every fault of the configuration to stderr and exits with 78. */
export function startFunction<Config>(
  environment: NodeJS.ProcessEnv,
  parse: (environment: NodeJS.ProcessEnv) => Result<Config, readonly string[]>,
  build: (config: Config, environment: NodeJS.ProcessEnv) => Parts,
): void {
  const config = parse(environment);
  if (config.ok) {
    listen(environment, build(config.value, environment));
    return;
  }
  for (const fault of config.error) process.stderr.write(`configuration: ${fault}\n`);
  process.exitCode = EXIT_MISCONFIGURED;
}
