// A request whose Host is no host is for nobody: no URL can be made of it, which a handler would find out as a bug. The
// server in front refuses most of these; names that only look like one (`xn--`, `256.1.1.1`) come through.
import type { Context, Next } from 'hono';

export async function refuseUnreadableHost(c: Context, next: Next): Promise<Response | undefined> {
  if (!URL.canParse(c.req.url)) return c.body(null, 400);
  await next();
  return undefined;
}
