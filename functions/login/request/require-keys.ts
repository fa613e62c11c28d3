// Middleware that lets no request on without login's own keys: nothing could be signed, sealed or opened.
import { createMiddleware } from 'hono/factory';
import type { KeysFault } from '../keys/settle-keys.ts';
import { ENDPOINTS, KEYS_PATH } from '../paths/oauth-paths.ts';
import type { LoginDeps } from './deps.ts';
import { failurePage } from './failure-page.tsx';
import type { LoginContext, LoginEnv } from './login-env.ts';
import { formatFault } from './token-fault.ts';

/** Their callers are programs. */
const PROGRAMS: ReadonlySet<string> = new Set([
  KEYS_PATH,
  ENDPOINTS.token,
  ENDPOINTS.revoke,
  ENDPOINTS.deviceAuthorization,
]);

/** Answers with 503 and Retry-After while the keys cannot be read; `refuse` formats it where another dialect is spoken. */
export const requireKeys = (
  deps: LoginDeps,
  refuse: (c: LoginContext, fault: KeysFault) => Response | Promise<Response> = (c, { reason, cause }) =>
    PROGRAMS.has(c.req.path)
      ? formatFault(c, { error: 'temporarily_unavailable', reason, cause }, deps)
      : failurePage(c, { code: 'keys_unavailable', reason, cause }, deps),
) =>
  createMiddleware<LoginEnv>(async (c, next) => {
    const ready = await deps.readKeys();
    if (!ready.ok) return refuse(c, ready.error);
    await next();
    return undefined;
  });
