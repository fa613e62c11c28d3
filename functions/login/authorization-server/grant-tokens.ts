// The token endpoint, POST /login/token: exchanges an authorization code, a device code or a refresh token for tokens of a
// command line (RFC 6749 section 5.1). refresh-token.ts has the refresh.
import { onceKey } from '../../../shared/kernel/consume-once.ts';
import { err, ok } from '../../../shared/kernel/result.ts';
import type { DeviceRequest } from '../../../shared/people/device-request.ts';
import { mintToken, TOKEN_SECONDS } from '../keys/mint-token.ts';
import { GRANT_TYPES } from '../paths/oauth-paths.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { withDirectoryGroups } from '../request/directory-groups.ts';
import type { LoginContext } from '../request/login-env.ts';
import { formatFault, unavailable } from '../request/token-fault.ts';
import { judgeUse } from '../sessions/recheck-session.ts';
import { absoluteEnd, requirementOf } from '../sessions/session-limits.ts';
import { type AuthorizationCode, CODE_SECONDS, openCode } from './authorization-code.ts';
import type { DeviceLimits } from './authorize-device.ts';
import {
  beginApproved,
  endApproved,
  type GrantedSession,
  recordRefusal,
  recordSignOn,
  refuseApproved,
} from './begin-command-line.ts';
import { type GrantContext, isVerifierOf, type Parameters, readTokenRequest } from './oauth-parameters.ts';
import { redeemDeviceCode } from './redeem-device-code.ts';
import { type CommandLineSession, refresh, writeRefreshToken } from './refresh-token.ts';

async function beginWithCode(
  code: AuthorizationCode,
  parameters: Parameters,
  context: GrantContext,
  deps: LoginDeps,
): GrantedSession {
  const verifier = parameters['code_verifier'] ?? '';
  if (parameters['redirect_uri'] !== code.redirectUri) return refuseApproved('redirect-uri-differs', code);
  if (!isVerifierOf(verifier, code.challenge)) return refuseApproved('verifier-wrong', code);
  return beginApproved(code, context, deps);
}

/**
 * The authorization code grant: the code, and the verifier that shows that the same command line asked for it (RFC 6749
 * section 4.1.3, RFC 7636 section 4.6). The code is consumed after its session exists, and also when it is refused. So a
 * second use always finds the session of the first one and ends it (RFC 6749 section 4.1.2). Until the response is sent, no
 * one has the token of the new session.
 */
async function redeemCode(parameters: Parameters, context: GrantContext, deps: LoginDeps): GrantedSession {
  const sealed = parameters['code'];
  if (sealed === undefined) return err({ error: 'invalid_request', reason: 'code-missing' });
  const code = await openCode(sealed, context.now, deps.tokens.keys);
  if (!code) return err({ error: 'invalid_grant', reason: 'code-unreadable' });
  const started = await beginWithCode(code, parameters, context, deps);
  const expiresAt = new Date(context.now.getTime() + CODE_SECONDS * 1000);
  const consumed = await deps.once.consume(onceKey('authorization-code', code.session), expiresAt);
  if (started.ok && consumed.ok && consumed.value === 'first') return started;
  const ended = await endApproved(code, deps);
  if (!ended.ok) return ended;
  if (!consumed.ok) return err(unavailable(consumed.error));
  return consumed.value === 'again' ? refuseApproved('code-used', code) : started;
}

/** The groups that the session has now. What the directory refuses has the form of a grant that is refused. */
async function holdGroups(
  { session, token }: CommandLineSession,
  { now, signOn }: GrantContext,
  deps: LoginDeps,
): GrantedSession {
  const held = await withDirectoryGroups(session, signOn, now, deps);
  if (held.ok) return ok({ session: held.value, token });
  const { code, reason, cause = '' } = held.error;
  if (code === 'store_unavailable') return err({ error: 'temporarily_unavailable', reason, cause });
  const about = { connection: session.connection, subject: session.subject, session: session.id };
  return err({ error: 'invalid_grant', reason, cause, about });
}

/** The access token is the same session token that the portal uses at vend. Times are in seconds. */
async function tokenResponse(
  c: LoginContext,
  { session, token }: CommandLineSession,
  { now, signOn }: GrantContext,
  deps: LoginDeps,
) {
  const endsAt = absoluteEnd(session, signOn.sessions);
  const subject = { ...session, requirement: requirementOf(session, signOn) };
  const accessToken = await mintToken(subject, endsAt, now, deps.tokens);
  const secondsLeft = Math.floor((endsAt.getTime() - now.getTime()) / 1000);
  // RFC 6749 section 5.1 requires this header and `Cache-Control: no-store`, which every response has.
  c.header('pragma', 'no-cache');
  return c.json({
    access_token: accessToken.reveal(),
    token_type: 'Bearer',
    expires_in: Math.min(TOKEN_SECONDS, secondsLeft),
    refresh_token: writeRefreshToken(token),
    refresh_token_expires_in: secondsLeft,
  });
}

/** A device code of the CloudSSO dialect is unknown here: only its own client has the verifier. */
async function redeemOwnDeviceCode(
  parameters: Parameters,
  context: GrantContext,
  limits: DeviceLimits,
  deps: LoginDeps,
): GrantedSession {
  const deviceCode = parameters['device_code'];
  if (deviceCode === undefined) return err({ error: 'invalid_request', reason: 'device-code-missing' });
  const asked = { deviceCode, isOwn: ({ cloudSso }: DeviceRequest) => cloudSso === undefined };
  return redeemDeviceCode(asked, context, limits, deps);
}

function grant(
  c: LoginContext,
  parameters: Parameters,
  context: GrantContext,
  limits: DeviceLimits,
  deps: LoginDeps,
): GrantedSession {
  switch (parameters['grant_type']) {
    case GRANT_TYPES.code:
      return recordSignOn(c, redeemCode(parameters, context, deps), deps);
    case GRANT_TYPES.device:
      return recordSignOn(c, redeemOwnDeviceCode(parameters, context, limits, deps), deps);
    case GRANT_TYPES.refresh:
      return refresh(parameters, context, deps);
    case undefined:
      return Promise.resolve(err({ error: 'invalid_request', reason: 'grant-type-missing' }));
    default:
      return Promise.resolve(err({ error: 'unsupported_grant_type', reason: 'grant-type-unknown' }));
  }
}

/**
 * POST /login/token (RFC 6749 section 5). `c.get('hasProved')` is set for a valid grant, and for a device that waits for its
 * approval.
 */
export const grantTokens = (limits: DeviceLimits, deps: LoginDeps) => async (c: LoginContext) => {
  const parameters = await readTokenRequest(c);
  if (!parameters.ok) return formatFault(c, parameters.error, deps);
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok)
    return formatFault(
      c,
      { error: 'temporarily_unavailable', reason: signOn.error.reason, cause: signOn.error.cause ?? '' },
      deps,
    );
  const judge = judgeUse(c, signOn.value, deps);
  const context = { now: c.get('now'), signOn: signOn.value, judge };
  const granted = await grant(c, parameters.value, context, limits, deps);
  // A device code that waits for its answer is valid, so its polls do not count against the limit for strangers.
  c.set('hasProved', granted.ok || granted.error.error === 'authorization_pending');
  const held = granted.ok ? await holdGroups(granted.value, context, deps) : granted;
  if (held.ok) return tokenResponse(c, held.value, context, deps);
  const isRefresh = parameters.value['grant_type'] === GRANT_TYPES.refresh;
  await recordRefusal(c, held.error, isRefresh ? 'command-line-refresh' : 'command-line-sign-on', deps);
  return formatFault(c, held.error, deps);
};
