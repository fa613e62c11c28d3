// Limits for what anybody can ask before they have proved anything: each request may write rows and ask an identity
// provider. Counted by each instance. A request that proves something gives back what it took, and the end of a sign-in
// what its start took, so that a company whose people all sign in at nine counts for no more than who is at it just then.
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { FAILURES_OF_ADDRESS } from '../../../shared/pipeline/limit/limit-requests.ts';
import {
  createStrangerLimits,
  type StrangerLimits,
  type StrangerRates,
} from '../../../shared/pipeline/limit/limit-strangers.ts';
import { ENDPOINTS } from '../paths/client.ts';
import { PASSKEY_ACTIONS } from '../paths/passkey-actions.ts';
import { browserAddress } from './browser-address.ts';
import type { LoginDeps } from './deps.ts';
import { failurePage } from './failure-page.tsx';
import type { LoginContext, LoginEnv } from './login-env.ts';
import { formatFault } from './token-fault.ts';

/** Each kind has a total of its own: a flood of logout tokens stops no sign-in. */
const RATES = {
  /** Writes nothing; a signature of a SAML request is all that it costs. */
  start: { address: FAILURES_OF_ADDRESS, all: { perSecond: 100, burst: 1_000 } },
  /** Callbacks, SAML responses, passkeys: an audit row, perhaps a row of table `once` and a request to the provider. */
  signOn: { address: FAILURES_OF_ADDRESS, all: { perSecond: 20, burst: 200 } },
  logout: { address: FAILURES_OF_ADDRESS, all: { perSecond: 20, burst: 200 } },
  /** Codes and tokens of command lines: one row is read, and none written for what is made up. */
  token: { address: FAILURES_OF_ADDRESS, all: { perSecond: 200, burst: 2_000 } },
  /** Each writes a row, whoever asks: a whole team behind one address, and not a flood. Nothing proves anything here. */
  device: { address: { perSecond: 0.2, burst: 20 }, all: { perSecond: 20, burst: 200 } },
} as const satisfies Record<string, StrangerRates>;

type Kind = keyof typeof RATES;

/** What the requester reads: a person, a program that speaks OAuth, or a frame that nobody looks at. */
type Reader = 'person' | 'program' | 'frame';

type Route = readonly [method: 'GET' | 'POST', path: string, kind: Kind, reader: Reader, began?: Kind];

/**
 * Every route that anybody may use without a session, and that writes, signs or asks somebody. `began`: of which kind the
 * request was that led to this one and could prove nothing yet. A proof gives back what that one took, once. An address that
 * is not here has no limit: test/attack/stranger-routes says why it needs none.
 */
const ROUTES: readonly Route[] = [
  ['GET', '/login/start/:connection', 'start', 'person'],
  ['GET', '/login/callback/:connection', 'signOn', 'person', 'start'],
  ['POST', '/login/saml/:connection/acs', 'signOn', 'person'],
  ['GET', '/login/saml/:connection/finish', 'signOn', 'person', 'start'],
  ['POST', PASSKEY_ACTIONS.signIn, 'signOn', 'person'],
  ['GET', '/login/saml/:connection/slo', 'logout', 'person'],
  ['POST', '/login/saml/:connection/slo', 'logout', 'person'],
  ['POST', '/login/backchannel-logout/:connection', 'logout', 'program'],
  ['GET', '/login/frontchannel-logout/:connection', 'logout', 'frame'],
  ['POST', ENDPOINTS.token, 'token', 'program'],
  ['POST', ENDPOINTS.revoke, 'token', 'program'],
  ['POST', ENDPOINTS.deviceAuthorization, 'device', 'program'],
];

function refuse(c: LoginContext, reader: Reader, waitMs: number, deps: LoginDeps) {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
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

const limitsOfEachKind = (): Readonly<Record<Kind, StrangerLimits>> => ({
  start: createStrangerLimits(RATES.start),
  signOn: createStrangerLimits(RATES.signOn),
  logout: createStrangerLimits(RATES.logout),
  token: createStrangerLimits(RATES.token),
  device: createStrangerLimits(RATES.device),
});

/** The refusal has a line in the log and no audit row: rows are what the limit is for. */
const limit = (
  limits: StrangerLimits,
  ofBeginning: StrangerLimits | undefined,
  reader: Reader,
  deps: LoginDeps,
) =>
  createMiddleware<LoginEnv>(async (c, next) => {
    const [address, now] = [browserAddress(c, deps), c.get('now')];
    const wait = limits.take(address, now);
    if (wait > 0) return refuse(c, reader, wait, deps);
    await next();
    if (!c.get('hasProved')) return undefined;
    limits.giveBack(address, now);
    ofBeginning?.giveBack(address, now);
    return undefined;
  });

/** `frames` stand before the headers that forbid frames, and `others` behind them, since they answer with pages. */
export function limitStrangers(deps: LoginDeps): Record<'frames' | 'others', Hono<LoginEnv>> {
  const limits = limitsOfEachKind();
  const [frames, others] = [new Hono<LoginEnv>(), new Hono<LoginEnv>()];
  for (const [method, path, kind, reader, began] of ROUTES) {
    const ofBeginning = began && limits[began];
    (reader === 'frame' ? frames : others).on(method, path, limit(limits[kind], ofBeginning, reader, deps));
  }
  return { frames, others };
}
