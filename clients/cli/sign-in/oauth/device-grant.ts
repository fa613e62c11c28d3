// The device authorization grant (RFC 8628): a person confirms a code in whatever browser they have.
import * as openid from 'openid-client';
import { ok, type Result } from '../../../../shared/kernel/result.ts';
import { showable } from '../../../../shared/kernel/showable.ts';
import { type CommandFault, EXIT, refused, serviceFailed } from '../../base/command-fault.ts';
import type { Tokens } from '../../sessions/deployment-session.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import { deviceName } from './device-name.ts';
import { explainOauthError } from './explain-oauth-error.ts';
import { requestTokens } from './token-endpoint.ts';

export interface DeviceAuthorization {
  /** For the person, safe to print. */
  readonly page: string;
  readonly userCode: string;
  readonly expiresInSeconds: number;
  /** Asks until the person has decided, as often as the server allows. */
  confirmed(): Promise<Result<Tokens, CommandFault>>;
}

/** Longer than a person takes. Node.js refuses a timer of more than 2^32 milliseconds. */
const MAX_WAIT_SECONDS = 3600;
/** RFC 8628 section 3.2. The server says how often it may be asked; it cannot ask for a flood, or for silence. */
const INTERVAL_SECONDS = { default: 5, min: 1, max: 60 };

const between = (least: number, value: number, most: number): number =>
  Math.min(Math.max(value, least), most);

type Requested = Awaited<ReturnType<typeof openid.initiateDeviceAuthorization>>;

/** A connection that breaks while a person looks for their phone ends nothing (RFC 8628 section 3.5). */
async function poll(
  server: AuthorizationServer,
  requested: Requested,
): Promise<Result<Tokens, CommandFault>> {
  const { configuration } = server;
  const signal = AbortSignal.timeout(requested.expires_in * 1000);
  const ask = () => openid.pollDeviceAuthorizationGrant(configuration, requested, undefined, { signal });
  for (;;) {
    const tokens = await requestTokens(server, ask);
    if (tokens.ok || tokens.error.exitCode !== EXIT.service) return tokens;
    if (signal.aborted) return refused('nobody confirmed the code in time: run stint login again');
  }
}

export async function requestDeviceAuthorization(
  server: AuthorizationServer,
): Promise<Result<DeviceAuthorization, CommandFault>> {
  const { configuration, deployment } = server;
  if (configuration.serverMetadata().device_authorization_endpoint === undefined)
    return serviceFailed(
      `${deployment.url} signs nobody in by a code: run stint login where a browser is, or ask its operator for a newer Stint`,
    );
  try {
    const requested = await openid.initiateDeviceAuthorization(configuration, { device_name: deviceName() });
    const { verification_uri: page, user_code: userCode } = requested;
    const expiresInSeconds = between(0, requested.expires_in, MAX_WAIT_SECONDS);
    const interval = between(
      INTERVAL_SECONDS.min,
      requested.interval ?? INTERVAL_SECONDS.default,
      INTERVAL_SECONDS.max,
    );
    if (!URL.canParse(page) || new URL(page).origin !== new URL(deployment.url).origin)
      return serviceFailed(`${deployment.url} names a page elsewhere: ask its operator`);
    return ok({
      page: new URL(page).href,
      userCode: showable(userCode),
      expiresInSeconds,
      confirmed: () => poll(server, { ...requested, expires_in: expiresInSeconds, interval }),
    });
  } catch (error) {
    return explainOauthError(error, deployment.url);
  }
}
