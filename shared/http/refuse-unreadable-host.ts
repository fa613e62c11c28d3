// Refuses a request whose Host is not a host: no URL can be made of it, so that a handler would fail as with a bug. The
// server in front refuses most of these; names that only look like one (`xn--`, `256.1.1.1`) come through.
import type { Context, Next } from 'hono';

/** Behind it stand a path and a query, which cannot make a URL unreadable (URL standard, section 4.4). */
const ORIGIN = /^https?:\/\/[^/?#]*/;
/** Nearly all requests come to one host, which need not be read each time. */
let lastReadable = '';

function isReadable(url: string): boolean {
  const origin = ORIGIN.exec(url)?.[0];
  if (origin !== undefined && origin === lastReadable) return true;
  if (!URL.canParse(url)) return false;
  lastReadable = origin ?? '';
  return true;
}

/** Middleware: 400 without a body for such a request. */
export async function refuseUnreadableHost(c: Context, next: Next): Promise<Response | undefined> {
  if (!isReadable(c.req.url)) return c.body(null, 400);
  await next();
  return undefined;
}
