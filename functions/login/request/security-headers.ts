// The security headers of every response: no caching, no frames, no content sniffing, nothing loaded from other sites, and no
// script except our own, by the nonce of the page (CSP Level 3).
import type { Context, MiddlewareHandler } from 'hono';
import { NONCE, secureHeaders } from 'hono/secure-headers';
import { CONSOLE_DOMAINS } from '../paths/console-destination.ts';
import { ENDPOINTS, formTarget } from '../paths/oauth-paths.ts';
import type { LoginContext, LoginEnv } from './login-env.ts';

const YEAR_SECONDS = 31_536_000;

/**
 * Allows the form of this page to lead to a URL of an identity provider, by its scheme: a sign-out may redirect to any host,
 * and browsers apply `form-action` to every redirect after a form. Only for a page with this one form and no open session.
 */
export const leadFormTo = (c: LoginContext, url: string): void => c.set('formScheme', new URL(url).protocol);

/** The page that authorizes a command line may lead to the redirect URI of the request. Other pages stay on this site. */
const ownTargets = (c: Context<LoginEnv>): string => {
  const scheme = c.get('formScheme');
  if (scheme !== undefined) return `'self' ${scheme}`;
  const target = c.req.path === ENDPOINTS.authorize ? formTarget(c.req.query('redirect_uri')) : undefined;
  return target === undefined ? "'self'" : `'self' ${target}`;
};

/** `formTargets`: the sources, besides this site, that forms may lead to; see `consoleTargets`. */
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
    // For this host alone: other hosts of the domain may belong to others.
    strictTransportSecurity: `max-age=${YEAR_SECONDS}`,
    xFrameOptions: 'DENY',
    crossOriginOpenerPolicy: 'same-origin',
    crossOriginResourcePolicy: 'same-origin',
    // `no-referrer` would make browsers send forms with `Origin: null`, like a form of another site.
    referrerPolicy: 'same-origin',
  });
  // The page needs the nonce, and the headers need the target of the page's form: nonce, then page, then headers.
  return async (c, next) => {
    NONCE(c, 'script-src');
    await next();
    await headers(c, () => Promise.resolve());
  };
};

/** `Cache-Control: no-store`, unless the handler sets another value. */
export const neverStored = (): MiddlewareHandler<LoginEnv> => async (c, next) => {
  await next();
  if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
};

/** `https://signin.aliyun.com/…` → `https://*.aliyun.com`, because the console redirects among hosts of its domain. */
function siblingsOf({ protocol, hostname }: URL): readonly string[] {
  const [, ...domain] = hostname.split('.');
  return protocol === 'https:' && domain.length > 1 ? [`https://*.${domain.join('.')}`] : [];
}

/**
 * Where the form "Open console" may lead: the sign-in endpoint and the hosts that it redirects to, which are those of
 * `parseConsoleDestination` too. Browsers apply `form-action` to every redirect after a form.
 */
export function consoleTargets(signinEndpoint: string, consoleUrl: string): readonly string[] {
  const [signin, console] = [new URL(signinEndpoint), new URL(consoleUrl)];
  const consoles = CONSOLE_DOMAINS.map((domain) => `https://*.${domain}`);
  return [...new Set([signin.origin, console.origin, ...siblingsOf(signin), ...consoles])];
}
