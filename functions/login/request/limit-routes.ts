// Rate limits for the routes that anybody can use without a session, because each request may write rows or call an identity
// provider. Each instance of the function counts for itself. A request that proves who sends it returns its token to the
// bucket, and the end of a sign-on returns the token of its start. So a company whose people all sign in at nine uses only as much
// of a limit as it has sign-ons open at the moment.
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { FAILURES_OF_ADDRESS } from '../../../shared/pipeline/limit/limit-requests.ts';
import {
  createStrangerLimits,
  type StrangerLimits,
  type StrangerRates,
} from '../../../shared/pipeline/limit/limit-strangers.ts';
import { ENDPOINTS } from '../paths/oauth-paths.ts';
import { COMMAND_LINE_PATH, PASSKEY_ACTIONS } from '../paths/page-paths.ts';
import { CONNECTION_ROUTES } from '../paths/sign-on-paths.ts';
import type { LoginDeps } from './deps.ts';
import { failurePage } from './failure-page.tsx';
import type { LoginContext, LoginEnv } from './login-env.ts';
import { browserAddress } from './request-parts.ts';
import { formatFault } from './token-fault.ts';

/** Requests per second. Each kind has a total of its own, so that a flood of logout tokens does not stop sign-ons. */
const RATES = {
  /** Writes nothing. A SAML request costs one signature, and a pushed one of OpenID a request to the provider. */
  start: { address: FAILURES_OF_ADDRESS, all: { perSecond: 100, burst: 1_000 } },
  /** Callbacks, SAML responses, passkeys: an audit row, and at most a row of table `once` and a request to the provider. */
  signOn: { address: FAILURES_OF_ADDRESS, all: { perSecond: 20, burst: 200 } },
  logout: { address: FAILURES_OF_ADDRESS, all: { perSecond: 20, burst: 200 } },
  /** Codes and tokens of command lines: reads one row, and writes none for a value that was made up. */
  token: { address: FAILURES_OF_ADDRESS, all: { perSecond: 200, burst: 2_000 } },
  /** Writes a row for anybody. Enough for a team behind one address. No request of this kind proves who sends it. */
  device: { address: { perSecond: 0.2, burst: 20 }, all: { perSecond: 20, burst: 200 } },
  /** The package of the command line: nothing but traffic, and half a megabyte of it each. */
  download: { address: FAILURES_OF_ADDRESS, all: { perSecond: 20, burst: 200 } },
  /** Of SCIM clients: reads one row, and writes none for a token that was made up. */
  scim: { address: FAILURES_OF_ADDRESS, all: { perSecond: 200, burst: 2_000 } },
} as const satisfies Record<string, StrangerRates>;

type Kind = keyof typeof RATES;

/** The buckets of this instance, of each kind. */
export type RouteLimits = Readonly<Record<Kind, StrangerLimits>>;

/** The form of a refusal: a page for a person, OAuth's JSON for a program, an empty body in a hidden frame. */
type Reader = 'person' | 'program' | 'frame';

type Route = readonly [method: 'GET' | 'POST', path: string, kind: Kind, reader: Reader, began?: Kind];

/**
 * Every route without a session that writes, signs, calls another service or sends a lot. `began`: the kind of the request that led to
 * this one; a proof returns the token of that request too. A route that is missing here has no limit:
 * test/attack/stranger-routes says why it needs none.
 */
const ROUTES: readonly Route[] = [
  ['GET', CONNECTION_ROUTES.start, 'start', 'person'],
  ['GET', CONNECTION_ROUTES.callback, 'signOn', 'person', 'start'],
  ['POST', CONNECTION_ROUTES.samlAcs, 'signOn', 'person'],
  ['GET', CONNECTION_ROUTES.samlFinish, 'signOn', 'person', 'start'],
  ['POST', PASSKEY_ACTIONS.signIn, 'signOn', 'person'],
  ['GET', CONNECTION_ROUTES.samlLogout, 'logout', 'person'],
  ['POST', CONNECTION_ROUTES.samlLogout, 'logout', 'person'],
  ['POST', CONNECTION_ROUTES.backChannelLogout, 'logout', 'program'],
  ['GET', CONNECTION_ROUTES.frontChannelLogout, 'logout', 'frame'],
  ['POST', ENDPOINTS.token, 'token', 'program'],
  ['POST', ENDPOINTS.revoke, 'token', 'program'],
  ['POST', ENDPOINTS.deviceAuthorization, 'device', 'program'],
  ['GET', COMMAND_LINE_PATH, 'download', 'person'],
];

function refuse(c: LoginContext, reader: Reader, retryAfterSeconds: number, deps: LoginDeps) {
  if (reader === 'person')
    return failurePage(c, { code: 'rate_limited', reason: 'stranger-limit', retryAfterSeconds }, deps);
  if (reader === 'program')
    return formatFault(
      c,
      { error: 'temporarily_unavailable', reason: 'stranger-limit', retryAfterSeconds },
      deps,
    );
  return c.body(null, 429, { 'retry-after': String(retryAfterSeconds) });
}

export const createRouteLimits = (): RouteLimits => ({
  start: createStrangerLimits(RATES.start),
  signOn: createStrangerLimits(RATES.signOn),
  logout: createStrangerLimits(RATES.logout),
  token: createStrangerLimits(RATES.token),
  device: createStrangerLimits(RATES.device),
  download: createStrangerLimits(RATES.download),
  scim: createStrangerLimits(RATES.scim),
});

type Refuse = (c: LoginContext, retryAfterSeconds: number) => Response | Promise<Response>;

/**
 * Middleware for one route. `refusal` logs, and writes no audit row, because the limit protects the table of audit rows too.
 * `ofBeginning`: the limits of the request that led to this one.
 */
export const limitRoute = (
  limits: StrangerLimits,
  refusal: Refuse,
  deps: Pick<LoginDeps, 'clientIpHeader'>,
  ofBeginning?: StrangerLimits,
) =>
  createMiddleware<LoginEnv>(async (c, next) => {
    const [address, now] = [browserAddress(c, deps), c.get('now')];
    const wait = limits.take(address, now);
    if (wait > 0) return refusal(c, Math.ceil(wait / 1000));
    await next();
    if (!c.get('hasProved')) return undefined;
    limits.giveBack(address, now);
    ofBeginning?.giveBack(address, now);
    return undefined;
  });

/** The app mounts `frames` before the headers that forbid frames, and `others`, whose refusals are pages, after them. */
export function limitRoutes(
  limits: RouteLimits,
  deps: LoginDeps,
): Record<'frames' | 'others', Hono<LoginEnv>> {
  const [frames, others] = [new Hono<LoginEnv>(), new Hono<LoginEnv>()];
  for (const [method, path, kind, reader, began] of ROUTES) {
    const refusal: Refuse = (c, seconds) => refuse(c, reader, seconds, deps);
    const limit = limitRoute(limits[kind], refusal, deps, began && limits[began]);
    (reader === 'frame' ? frames : others).on(method, path, limit);
  }
  return { frames, others };
}
