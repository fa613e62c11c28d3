// The device authorization grant (RFC 8628): a person confirms a code in a browser on any device.
import * as openid from 'openid-client';
import { ok, type Result } from '../../../../shared/kernel/result.ts';
import { showable } from '../../../../shared/kernel/showable.ts';
import { type CommandFault, EXIT, refused, serviceFailed } from '../../base/command-fault.ts';
import type { Tokens } from '../../sessions/deployment-session.ts';
import { type AuthorizationServer, deviceName } from './authorization-server.ts';
import { explainOauthError } from './explain-oauth-error.ts';
import { requestTokens } from './token-endpoint.ts';

export interface DeviceAuthorization {
  /** Both are safe to print. */
  readonly page: string;
  readonly userCode: string;
  readonly expiresInSeconds: number;
  /** Polls the token endpoint until the person has decided or the code expires. */
  confirmed(): Promise<Result<Tokens, CommandFault>>;
}

/** Longer than a person takes. Node.js refuses a timer of more than 2^32 milliseconds. */
const MAX_WAIT_SECONDS = 3600;
/** RFC 8628 section 3.2. The server sets the interval within these bounds: it can ask neither for a flood nor for silence. */
const INTERVAL_SECONDS = { default: 5, min: 1, max: 60 };

/** Fails when the deployment has no device grant, does not answer, or names a page at another origin. */
export async function requestDeviceAuthorization(
  server: AuthorizationServer,
): Promise<Result<DeviceAuthorization, CommandFault>> {
  const { configuration, deployment } = server;
  if (configuration.serverMetadata().device_authorization_endpoint === undefined)
    return serviceFailed(
      `${deployment.url} signs nobody in by a code: run stint login where a browser is, or ask its operator for a newer Stint`,
    );
  try {
    const answer = await openid.initiateDeviceAuthorization(configuration, { device_name: deviceName() });
    const { verification_uri: page, user_code: userCode } = answer;
    const interval = answer.interval ?? INTERVAL_SECONDS.default;
    if (!URL.canParse(page) || new URL(page).origin !== new URL(deployment.url).origin)
      return serviceFailed(`${deployment.url} names a page elsewhere: ask its operator`);
    const bounded = {
      ...answer,
      // Whole: timers take no parts of a millisecond.
      expires_in: Math.ceil(between(0, answer.expires_in, MAX_WAIT_SECONDS)),
      interval: between(INTERVAL_SECONDS.min, interval, INTERVAL_SECONDS.max),
    };
    return ok({
      page: new URL(page).href,
      userCode: showable(userCode),
      expiresInSeconds: bounded.expires_in,
      confirmed: () => poll(server, bounded),
    });
  } catch (error) {
    return explainOauthError(error, deployment.url);
  }
}

const between = (least: number, value: number, most: number): number =>
  Math.min(Math.max(value, least), most);

/** Goes on when a connection breaks while the person looks for their phone (RFC 8628 section 3.5). */
async function poll(
  server: AuthorizationServer,
  answer: openid.DeviceAuthorizationResponse,
): Promise<Result<Tokens, CommandFault>> {
  const { configuration } = server;
  const signal = AbortSignal.timeout(answer.expires_in * 1000);
  const ask = () => openid.pollDeviceAuthorizationGrant(configuration, answer, undefined, { signal });
  for (;;) {
    const tokens = await requestTokens(server, ask);
    if (tokens.ok || tokens.error.exitCode !== EXIT.service) return tokens;
    if (signal.aborted) return refused('nobody confirmed the code in time: run stint login again');
  }
}
