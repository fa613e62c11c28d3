// What the token endpoint says → tokens to keep, or what to do about it.
import type { TokenEndpointResponse } from 'openid-client';
import * as z from 'zod';
import { ok, type Result } from '../../../../shared/kernel/result.ts';
import { Secret } from '../../../../shared/kernel/secret.ts';
import { type CommandFault, serviceFailed } from '../../base/command-fault.ts';
import type { Tokens } from '../../sessions/deployment-session.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import { explainOauthError } from './explain-oauth-error.ts';

/**
 * Longer than any sign-in at Stint lasts. A lifetime beyond it is a mistake or an attack, and counts as this: a number of
 * seconds that no date can hold would otherwise end the command after the refresh token was used up.
 */
const MAX_LIFETIME_SECONDS = 30 * 24 * 3600;

const Seconds = z
  .number()
  .positive()
  .transform((seconds) => Math.min(seconds, MAX_LIFETIME_SECONDS));

const Lifetimes = z.object({
  expires_in: Seconds,
  /** Not in RFC 6749: how long the next refresh token is good at most, in seconds. */
  refresh_token_expires_in: Seconds.optional(),
});

const after = (now: Date, seconds: number): Date => new Date(now.getTime() + seconds * 1000);

function readTokens(answer: TokenEndpointResponse, now: Date): Result<Tokens, CommandFault> {
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

export async function requestTokens(
  { deployment }: AuthorizationServer,
  work: () => Promise<TokenEndpointResponse>,
): Promise<Result<Tokens, CommandFault>> {
  try {
    return readTokens(await work(), new Date());
  } catch (error) {
    return explainOauthError(error, deployment.url);
  }
}
