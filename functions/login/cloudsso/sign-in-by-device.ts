// A client of the CloudSSO dialect signs in by the device flow of the authorization server, with another wire: JSON in place of
// forms, and a code verifier (RFC 7636), which OAuth's device flow does not have. The person answers on the same page.
import * as z from 'zod';
import type { DeviceRequest } from '../../../shared/people/device-request.ts';
import { askForDevice, type DeviceLimits } from '../authorization-server/authorize-device.ts';
import { recordRefusal, recordSignOn } from '../authorization-server/begin-command-line.ts';
import { isVerifierOf } from '../authorization-server/oauth-parameters.ts';
import { redeemDeviceCode } from '../authorization-server/redeem-device-code.ts';
import type { CommandLineSession } from '../authorization-server/refresh-token.ts';
import { GRANT_TYPES } from '../paths/oauth-paths.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { browserAddress } from '../request/request-parts.ts';
import type { TokenFault } from '../request/token-fault.ts';
import { judgeUse } from '../sessions/recheck-session.ts';
import { absoluteEnd } from '../sessions/session-limits.ts';
import { writeAccessToken } from './access-token.ts';
import {
  type CloudSsoError,
  type CloudSsoFault,
  formatCloudSsoFault,
  serviceUnavailable,
} from './cloudsso-fault.ts';
import { readMembers } from './cloudsso-request.ts';

/** Stock clients send `app-vaz16tltdxs96audqf35`, or what their environment says. Anybody can send any. */
const ClientId = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);

const AuthorizationRequest = z.object({
  ClientId,
  CodeChallenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  CodeChallengeMethod: z.literal('S256'),
});

/**
 * POST /device-authorization. `PortalUrl`, the URL that the client was configured with, is ignored: Stint knows its own.
 * `Interval` is in seconds. Fails with `InvalidParameter`, `TooLarge` or `ServiceUnavailable`.
 */
export const authorizeCloudSsoDevice = (deps: LoginDeps) => async (c: LoginContext) => {
  const read = await readMembers(c, AuthorizationRequest, deps);
  if (!read.ok) return formatCloudSsoFault(c, read.error, deps);
  const { ClientId: clientId, CodeChallenge: challenge } = read.value;
  const details = { address: browserAddress(c, deps), cloudSso: { clientId, challenge } };
  const asked = await askForDevice(details, c.get('now'), deps);
  if (!asked.ok) return formatCloudSsoFault(c, serviceUnavailable(asked.error), deps);
  const { deviceCode, userCode, page, pageWithCode, expiresIn, interval } = asked.value;
  return c.json({
    DeviceCode: deviceCode,
    UserCode: userCode,
    VerificationUri: page,
    VerificationUriComplete: pageWithCode,
    ExpiresIn: expiresIn,
    Interval: interval,
    RequestId: c.get('requestId'),
  });
};

const MAX_CODE_CHARACTERS = 128;

const TokenRequest = z.object({
  GrantType: z.literal(GRANT_TYPES.device),
  DeviceCode: z.string().max(MAX_CODE_CHARACTERS),
  CodeVerifier: z.string().max(MAX_CODE_CHARACTERS),
  ClientId,
});

/**
 * Whatever may end well is `AuthorizationPending`, an outage too, because the client then waits before it polls again. It ends
 * with the code, after ten minutes.
 */
const WAITS: ReadonlySet<TokenFault['error']> = new Set([
  'authorization_pending',
  'slow_down',
  'temporarily_unavailable',
]);

const ofTokenFault = ({ error, ...fault }: TokenFault): CloudSsoFault => {
  const code: CloudSsoError = WAITS.has(error) ? 'AuthorizationPending' : 'InvalidDeviceCodeError';
  return { ...fault, error: code, isOutage: error === 'temporarily_unavailable' };
};

async function redeem(
  c: LoginContext,
  asked: z.output<typeof TokenRequest>,
  limits: DeviceLimits,
  deps: LoginDeps,
) {
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) {
    const { reason, cause } = signOn.error;
    return formatCloudSsoFault(c, { error: 'AuthorizationPending', reason, cause, isOutage: true }, deps);
  }
  const judge = judgeUse(c, signOn.value, deps);
  const context = { now: c.get('now'), signOn: signOn.value, judge };
  const poll = {
    deviceCode: asked.DeviceCode,
    isOwn: ({ cloudSso }: DeviceRequest) =>
      cloudSso !== undefined &&
      cloudSso.clientId === asked.ClientId &&
      isVerifierOf(asked.CodeVerifier, cloudSso.challenge),
  };
  const granted = await recordSignOn(c, redeemDeviceCode(poll, context, limits, deps), deps);
  // As at the token endpoint: the polls of a code that waits do not count against the limit for strangers.
  c.set('hasProved', granted.ok || granted.error.error === 'authorization_pending');
  if (granted.ok)
    return accessTokenResponse(c, granted.value, absoluteEnd(granted.value.session, context.signOn.sessions));
  await recordRefusal(c, granted.error, 'command-line-sign-on', deps);
  return formatCloudSsoFault(c, ofTokenFault(granted.error), deps);
}

/** `ExpiresIn` is in seconds. The client shows its person how to sign in again when they have passed. */
function accessTokenResponse(c: LoginContext, { token }: CommandLineSession, endsAt: Date) {
  const secondsLeft = Math.floor((endsAt.getTime() - c.get('now').getTime()) / 1000);
  return c.json({
    AccessToken: writeAccessToken(token),
    TokenType: 'Bearer',
    ExpiresIn: secondsLeft,
    RequestId: c.get('requestId'),
  });
}

/**
 * POST /token: the client polls until the person has answered. Fails with `AuthorizationPending`, `InvalidDeviceCodeError`,
 * `InvalidParameter` or `TooLarge`.
 */
export const grantAccessToken = (limits: DeviceLimits, deps: LoginDeps) => async (c: LoginContext) => {
  const read = await readMembers(c, TokenRequest, deps);
  return read.ok ? redeem(c, read.value, limits, deps) : formatCloudSsoFault(c, read.error, deps);
};
