// POST /login/token: tokens for a command line (RFC 6749 section 5.1). The access token is the session token that vend
// takes from the portal too.
import { err, type Result } from '../../../shared/kernel/result.ts';
import { mintToken, TOKEN_SECONDS } from '../keys/mint-token.ts';
import { GRANT_TYPES } from '../paths/oauth-paths.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { noteActivity, record } from '../request/record.ts';
import { formatFault, type TokenFault, unavailable } from '../request/token-fault.ts';
import { absoluteEnd, requirementOf } from '../sessions/session-limits.ts';
import type { Begun } from './begin-command-line.ts';
import type { DeviceLimits } from './device-limits.ts';
import type { Moment } from './moment.ts';
import type { Parameters } from './read-parameters.ts';
import { readTokenRequest } from './read-token-request.ts';
import { redeemCode } from './redeem-code.ts';
import { redeemDeviceCode } from './redeem-device-code.ts';
import { refresh } from './refresh.ts';
import { writeRefreshToken } from './refresh-token.ts';

type Granted = Promise<Result<Begun, TokenFault>>;

async function answer(c: LoginContext, { session, token }: Begun, { now, signOn }: Moment, deps: LoginDeps) {
  const endsAt = absoluteEnd(session, signOn.sessions);
  const said = { ...session, requirement: requirementOf(session, signOn) };
  const accessToken = await mintToken(said, endsAt, now, deps.tokens);
  const secondsLeft = Math.floor((endsAt.getTime() - now.getTime()) / 1000);
  // RFC 6749 section 5.1 asks for both headers; the other one is on every answer.
  c.header('pragma', 'no-cache');
  return c.json({
    access_token: accessToken.reveal(),
    token_type: 'Bearer',
    expires_in: Math.min(TOKEN_SECONDS, secondsLeft),
    refresh_token: writeRefreshToken(token),
    refresh_token_expires_in: secondsLeft,
  });
}

/** Who signs in on a command line is in the audit trail before they are told so. */
async function signOnWith(c: LoginContext, granted: Granted, deps: LoginDeps): Granted {
  const begun = await granted;
  if (!begun.ok) return begun;
  const { session } = begun.value;
  const { connection, subject, id } = session;
  const entry = { action: 'command-line-sign-on', connection, subject, session: id } as const;
  const recorded = await record(c, entry, deps);
  if (!recorded.ok) {
    const ended = await deps.sessions.end([session]);
    return err(
      unavailable(ended.ok ? { reason: 'audit-lost', cause: recorded.error.cause ?? '' } : ended.error),
    );
  }
  const device = session.commandLine?.device ?? '';
  await noteActivity(c, session, { kind: 'command_line', subject: device }, deps);
  return begun;
}

function grant(
  c: LoginContext,
  given: Parameters,
  moment: Moment,
  limits: DeviceLimits,
  deps: LoginDeps,
): Granted {
  switch (given['grant_type']) {
    case GRANT_TYPES.code:
      return signOnWith(c, redeemCode(given, moment, deps), deps);
    case GRANT_TYPES.device:
      return signOnWith(c, redeemDeviceCode(given, moment, limits, deps), deps);
    case GRANT_TYPES.refresh:
      return refresh(given, moment, deps);
    case undefined:
      return Promise.resolve(err({ error: 'invalid_request', reason: 'grant-type-missing' }));
    default:
      return Promise.resolve(err({ error: 'unsupported_grant_type', reason: 'grant-type-unknown' }));
  }
}

/** What concerns somebody is in their audit trail, refused or not; what anybody can make up is not. */
async function recordRefusal(
  c: LoginContext,
  { about, reason }: TokenFault,
  isRefresh: boolean,
  deps: LoginDeps,
) {
  if (!about) return;
  const failure = { code: 'sign_on_refused', reason: 'command-line-refused', cause: reason } as const;
  const action = isRefresh ? 'command-line-refresh' : 'command-line-sign-on';
  // Refused it is anyway, with its row or without.
  await record(c, { action, ...about, failure }, deps);
}

export const grantTokens = (limits: DeviceLimits, deps: LoginDeps) => async (c: LoginContext) => {
  const given = await readTokenRequest(c);
  if (!given.ok) return formatFault(c, given.error, deps);
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok)
    return formatFault(
      c,
      { error: 'temporarily_unavailable', reason: signOn.error.reason, cause: signOn.error.cause ?? '' },
      deps,
    );
  const moment = { now: c.get('now'), signOn: signOn.value };
  const granted = await grant(c, given.value, moment, limits, deps);
  // Somebody's own code that waits for its answer is no guess.
  c.set('hasProved', granted.ok || granted.error.error === 'authorization_pending');
  if (granted.ok) return answer(c, granted.value, moment, deps);
  await recordRefusal(c, granted.error, given.value['grant_type'] === GRANT_TYPES.refresh, deps);
  return formatFault(c, granted.error, deps);
};
