// The headers of every answer: nothing is stored, framed, sniffed or loaded from elsewhere, and no script runs but our
// own of this very page.
import type { Context, MiddlewareHandler } from 'hono';
import { NONCE, secureHeaders } from 'hono/secure-headers';
import { ENDPOINTS } from '../paths/client.ts';
import { formTarget } from '../paths/loopback-redirect.ts';
import { SIGN_OUT_PATH } from '../paths/sign-out-path.ts';
import type { LoginEnv } from './login-env.ts';

const YEAR_SECONDS = 31_536_000;

/**
 * An identity provider signs out at any of its own hosts, and browsers hold every redirect that follows to this. The page
 * has one form and nothing of a session that is still open.
 */
const PROVIDERS = "'self' https: http://127.0.0.1:* http://localhost:*";

/** The page that asks for a command line leads to where that one listens, and no other page does. */
const ownTargets = (c: Context): string => {
  if (c.req.path === SIGN_OUT_PATH) return PROVIDERS;
  const target = c.req.path === ENDPOINTS.authorize ? formTarget(c.req.query('redirect_uri')) : undefined;
  return target === undefined ? "'self'" : `'self' ${target}`;
};

/** `formTargets`: where forms may lead besides here. Browsers hold every redirect that follows a form to it. */
export const securityHeaders = (formTargets: readonly string[]): MiddlewareHandler =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: [NONCE],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: [ownTargets, ...formTargets],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    // Of this host alone: its neighbours are other people's.
    strictTransportSecurity: `max-age=${YEAR_SECONDS}`,
    xFrameOptions: 'DENY',
    crossOriginOpenerPolicy: 'same-origin',
    crossOriginResourcePolicy: 'same-origin',
    // Not `no-referrer`: browsers would then send forms with `Origin: null`, which no check could tell from a stranger's.
    referrerPolicy: 'same-origin',
  });

export const neverStored = (): MiddlewareHandler<LoginEnv> => async (c, next) => {
  await next();
  if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
};
