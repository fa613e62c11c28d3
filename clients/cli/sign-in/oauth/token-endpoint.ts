// What the token endpoint answers, as tokens to keep or a fault; refreshing (RFC 6749 section 6) and revoking (RFC 7009).
import * as openid from 'openid-client';
import * as z from 'zod';
import { ok, type Result } from '../../../../shared/kernel/result.ts';
import { Secret } from '../../../../shared/kernel/secret.ts';
import { type CommandFault, EXIT, serviceFailed } from '../../base/command-fault.ts';
import type { Tokens } from '../../sessions/deployment-session.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import { explainOauthError } from './explain-oauth-error.ts';

/**
 * Longer than any sign-in at Stint lasts. A longer lifetime is a mistake or an attack, and counts as this one: a number of
 * seconds that no date can hold would otherwise end the command after the refresh token was used up.
 */
const MAX_LIFETIME_SECONDS = 30 * 24 * 3600;

const Seconds = z
  .number()
  .positive()
  .transform((seconds) => Math.min(seconds, MAX_LIFETIME_SECONDS));

const Lifetimes = z.object({
  expires_in: Seconds,
  /** Not in RFC 6749: the longest time that the sign-in can still be renewed, in seconds. */
  refresh_token_expires_in: Seconds.optional(),
});

/** `request` sends one request to the token endpoint. Fails when it is refused, lost, or gives no refresh token. */
export async function requestTokens(
  { deployment }: AuthorizationServer,
  request: () => Promise<openid.TokenEndpointResponse>,
): Promise<Result<Tokens, CommandFault>> {
  try {
    return readTokens(await request(), new Date());
  } catch (error) {
    return explainOauthError(error, deployment.url);
  }
}

function readTokens(answer: openid.TokenEndpointResponse, now: Date): Result<Tokens, CommandFault> {
  const { access_token, refresh_token } = answer;
  const lifetimes = Lifetimes.safeParse(answer).data;
  if (refresh_token === undefined || lifetimes === undefined)
    return serviceFailed('the service gave no token that can be renewed: ask its operator');
  const { expires_in: seconds, refresh_token_expires_in: endsIn } = lifetimes;
  return ok({
    access: new Secret(access_token),
    accessEndsAt: after(now, seconds),
    refresh: new Secret(refresh_token),
    endsAt: endsIn === undefined ? undefined : after(now, endsIn),
  });
}

const after = (now: Date, seconds: number): Date => new Date(now.getTime() + seconds * 1000);

/**
 * Uses the refresh token up, and gives the next tokens. Where the answer may have been lost it asks a second time: for a
 * moment, the server gives the same answer again.
 */
export async function refreshTokens(
  server: AuthorizationServer,
  { refresh }: Tokens,
): Promise<Result<Tokens, CommandFault>> {
  const ask = () =>
    requestTokens(server, () => openid.refreshTokenGrant(server.configuration, refresh.reveal()));
  const first = await ask();
  return first.ok || first.error.exitCode !== EXIT.service ? first : ask();
}

/** Ends the whole session at the server: the refresh token stands for it. */
export async function revokeTokens(
  { deployment, configuration }: AuthorizationServer,
  { refresh }: Tokens,
): Promise<Result<void, CommandFault>> {
  try {
    return ok(
      await openid.tokenRevocation(configuration, refresh.reveal(), { token_type_hint: 'refresh_token' }),
    );
  } catch (error) {
    return explainOauthError(error, deployment.url);
  }
}
