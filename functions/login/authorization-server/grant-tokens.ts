// The token endpoint, POST /login/token: exchanges an authorization code, a device code or a refresh token for tokens of a
// command line (RFC 6749 section 5.1). refresh-token.ts has the refresh.
import { onceKey } from '../../../shared/kernel/consume-once.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { sha256 } from '../../../shared/kernel/sha256.ts';
import type { DeviceRequest } from '../../../shared/people/device-request.ts';
import { mintToken, TOKEN_SECONDS } from '../keys/mint-token.ts';
import { GRANT_TYPES } from '../paths/oauth-paths.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { noteActivity, record } from '../request/record.ts';
import { formatFault, type TokenFault, unavailable } from '../request/token-fault.ts';
import { isSecretOf } from '../sessions/session-cookie.ts';
import { absoluteEnd, requirementOf } from '../sessions/session-limits.ts';
import { type AuthorizationCode, CODE_SECONDS, openCode } from './authorization-code.ts';
import { type DeviceLimits, readDeviceCode } from './authorize-device.ts';
import { type Approved, beginApproved, endApproved, refuseApproved } from './begin-command-line.ts';
import { type GrantContext, type Parameters, readTokenRequest } from './oauth-parameters.ts';
import { type CommandLineSession, refresh, writeRefreshToken } from './refresh-token.ts';

type Granted = Promise<Result<CommandLineSession, TokenFault>>;

/** The syntax of a code verifier (RFC 7636 section 4.1). */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

async function beginWithCode(
  code: AuthorizationCode,
  parameters: Parameters,
  context: GrantContext,
  deps: LoginDeps,
): Granted {
  const verifier = parameters['code_verifier'] ?? '';
  if (parameters['redirect_uri'] !== code.redirectUri) return refuseApproved('redirect-uri-differs', code);
  if (!VERIFIER.test(verifier) || !isSecretOf(verifier, code.challenge))
    return refuseApproved('verifier-wrong', code);
  return beginApproved(code, context, deps);
}

/**
 * The authorization code grant: the code, and the verifier that shows that the same command line asked for it (RFC 6749
 * section 4.1.3, RFC 7636 section 4.6). The code is consumed after its session exists, and also when it is refused. So a
 * second use always finds the session of the first one and ends it (RFC 6749 section 4.1.2). Until the response is sent, no
 * one has the token of the new session.
 */
async function redeemCode(parameters: Parameters, context: GrantContext, deps: LoginDeps): Granted {
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

/** The request that the device code belongs to. Undefined: the code is malformed, or its secret is wrong. */
async function findDeviceRequest(
  deviceCode: string,
  { devices }: LoginDeps,
): Promise<Result<DeviceRequest | undefined, TokenFault>> {
  const code = readDeviceCode(deviceCode);
  if (!code) return ok(undefined);
  const found = await devices.find(code.key);
  if (!found.ok) return err(unavailable(found.error));
  return ok(isSecretOf(code.secret, found.value?.secretHash) ? found.value : undefined);
}

async function endAndRefuseDevice(approved: Approved, deps: LoginDeps): Granted {
  const ended = await endApproved(approved, deps);
  return ended.ok ? refuseApproved('device-code-used', approved) : ended;
}

/** The request is marked as used after its session exists, for the reason that redeemCode gives. */
async function beginWithDevice(
  request: DeviceRequest,
  approved: Approved,
  context: GrantContext,
  deps: LoginDeps,
): Granted {
  const started = await beginApproved(approved, context, deps);
  const after = { ...request, status: 'used', version: request.version + 1 } as const;
  const used = await deps.devices.replace(request, after);
  if (started.ok && used.ok && used.value === 'replaced') return started;
  const refused = await endAndRefuseDevice(approved, deps);
  if (!used.ok) return err(unavailable(used.error));
  return used.value === 'changed' || started.ok ? refused : started;
}

/**
 * The device authorization grant: the device polls until the person has answered (RFC 8628 sections 3.4 and 3.5). The limit
 * counts by the device code, so that another device cannot use up the polls.
 */
async function redeemDeviceCode(
  parameters: Parameters,
  context: GrantContext,
  limits: DeviceLimits,
  deps: LoginDeps,
): Granted {
  const text = parameters['device_code'];
  if (text === undefined) return err({ error: 'invalid_request', reason: 'device-code-missing' });
  if (!limits.poll(sha256(text, 'base64url'), context.now).ok)
    return err({ error: 'slow_down', reason: 'polled-too-soon' });
  const found = await findDeviceRequest(text, deps);
  if (!found.ok) return found;
  const request = found.value;
  if (!request) return err({ error: 'invalid_grant', reason: 'device-code-unknown' });
  const approved = request.approval && { ...request.approval, device: request.device };
  if (request.status === 'used' && approved) return endAndRefuseDevice(approved, deps);
  if (context.now >= request.expiresAt)
    return err({ error: 'expired_token', reason: 'device-request-ended' });
  if (request.status === 'denied') return err({ error: 'access_denied', reason: 'device-denied' });
  if (request.status === 'approved' && approved) return beginWithDevice(request, approved, context, deps);
  return err({ error: 'authorization_pending', reason: 'device-waiting' });
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

/** Writes the audit row before the response. Without it, the session ends again. */
async function recordSignOn(c: LoginContext, granted: Granted, deps: LoginDeps): Granted {
  const started = await granted;
  if (!started.ok) return started;
  const { session } = started.value;
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
  return started;
}

function grant(
  c: LoginContext,
  parameters: Parameters,
  context: GrantContext,
  limits: DeviceLimits,
  deps: LoginDeps,
): Granted {
  switch (parameters['grant_type']) {
    case GRANT_TYPES.code:
      return recordSignOn(c, redeemCode(parameters, context, deps), deps);
    case GRANT_TYPES.device:
      return recordSignOn(c, redeemDeviceCode(parameters, context, limits, deps), deps);
    case GRANT_TYPES.refresh:
      return refresh(parameters, context, deps);
    case undefined:
      return Promise.resolve(err({ error: 'invalid_request', reason: 'grant-type-missing' }));
    default:
      return Promise.resolve(err({ error: 'unsupported_grant_type', reason: 'grant-type-unknown' }));
  }
}

/** Only a refusal that concerns a known person or session has an audit row; anybody can send a made-up code. */
async function recordRefusal(
  c: LoginContext,
  { about, reason }: TokenFault,
  isRefresh: boolean,
  deps: LoginDeps,
) {
  if (!about) return;
  const failure = { code: 'sign_on_refused', reason: 'command-line-refused', cause: reason } as const;
  const action = isRefresh ? 'command-line-refresh' : 'command-line-sign-on';
  // The request is refused even if the row cannot be written.
  await record(c, { action, ...about, failure }, deps);
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
  const context = { now: c.get('now'), signOn: signOn.value };
  const granted = await grant(c, parameters.value, context, limits, deps);
  // A device code that waits for its answer is valid, so its polls do not count against the limit for strangers.
  c.set('hasProved', granted.ok || granted.error.error === 'authorization_pending');
  if (granted.ok) return tokenResponse(c, granted.value, context, deps);
  await recordRefusal(c, granted.error, parameters.value['grant_type'] === GRANT_TYPES.refresh, deps);
  return formatFault(c, granted.error, deps);
};
