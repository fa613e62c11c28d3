// The headers of every answer: nothing is stored, framed, sniffed or loaded from elsewhere, and no script runs but our
// own of this very page.
import type { Context, MiddlewareHandler } from 'hono';
import { NONCE, secureHeaders } from 'hono/secure-headers';
import { ENDPOINTS } from '../paths/client.ts';
import { formTarget } from '../paths/loopback-redirect.ts';
import type { LoginContext, LoginEnv } from './login-env.ts';

const YEAR_SECONDS = 31_536_000;

/**
 * For a page with one form, and nothing of a session that is still open. The scheme alone: an identity provider signs out
 * at any of its own hosts, and of others that it relies on, and browsers hold every redirect that follows to this.
 */
export const leadFormTo = (c: LoginContext, url: string): void => c.set('formScheme', new URL(url).protocol);

/** The page that asks for a command line leads to where that one listens, and no other page does. */
const ownTargets = (c: Context<LoginEnv>): string => {
  const scheme = c.get('formScheme');
  if (scheme !== undefined) return `'self' ${scheme}`;
  const target = c.req.path === ENDPOINTS.authorize ? formTarget(c.req.query('redirect_uri')) : undefined;
  return target === undefined ? "'self'" : `'self' ${target}`;
};

/** `formTargets`: where forms may lead besides here. Browsers hold every redirect that follows a form to it. */
export const securityHeaders = (formTargets: readonly string[]): MiddlewareHandler<LoginEnv> => {
  const headers = secureHeaders({
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
  // It makes them before it asks for the page, which alone knows where its form leads, and has to know the nonce.
  return async (c, next) => {
    NONCE(c, 'script-src');
    await next();
    await headers(c, () => Promise.resolve());
  };
};

export const neverStored = (): MiddlewareHandler<LoginEnv> => async (c, next) => {
  await next();
  if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
};
