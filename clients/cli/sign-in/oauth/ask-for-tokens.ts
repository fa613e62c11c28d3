// What the token endpoint says → tokens to keep, or what to do about it.
import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import * as z from 'zod';
import { ok, type Result } from '../../../../shared/kernel/result.ts';
import { Secret } from '../../../../shared/kernel/secret.ts';
import { type Fault, serviceFailed } from '../../fault.ts';
import type { Tokens } from '../../sessions/session.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import { explainOauthError } from './explain-oauth-error.ts';

/** Not in RFC 6749: how long the next refresh token is good at most, in seconds. */
const Lifetime = z.object({ refresh_token_expires_in: z.number().positive().optional() });

const after = (now: Date, seconds: number): Date => new Date(now.getTime() + seconds * 1000);

type Answer = TokenEndpointResponse & TokenEndpointResponseHelpers;

function readTokens(answer: Answer, now: Date): Result<Tokens, Fault> {
  const { access_token, refresh_token } = answer;
  const seconds = answer.expiresIn();
  const lifetime = Lifetime.safeParse(answer).data?.refresh_token_expires_in;
  if (refresh_token === undefined || seconds === undefined)
    return serviceFailed('the service gave no token that can be renewed: ask its operator');
  return ok({
    access: new Secret(access_token),
    accessEndsAt: after(now, seconds),
    refresh: new Secret(refresh_token),
    endsAt: lifetime === undefined ? undefined : after(now, lifetime),
  });
}

export async function askForTokens(
  { deployment }: AuthorizationServer,
  work: () => Promise<Answer>,
): Promise<Result<Tokens, Fault>> {
  try {
    return readTokens(await work(), new Date());
  } catch (error) {
    return explainOauthError(error, deployment.url);
  }
}
