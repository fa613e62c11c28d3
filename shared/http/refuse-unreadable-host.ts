// Refuses a request whose Host is not a host: no URL can be made of it, so that a handler would fail as with a bug. The
// server in front refuses most of these; names that only look like one (`xn--`, `256.1.1.1`) come through.
import type { Context, Next } from 'hono';

/** Middleware: 400 without a body for such a request. */
export async function refuseUnreadableHost(c: Context, next: Next): Promise<Response | undefined> {
  if (!URL.canParse(c.req.url)) return c.body(null, 400);
  await next();
  return undefined;
}
