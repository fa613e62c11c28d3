// Ends a session at the server (RFC 7009).
import * as openid from 'openid-client';
import { ok, type Result } from '../../../../shared/kernel/result.ts';
import type { CommandFault } from '../../base/command-fault.ts';
import type { Tokens } from '../../sessions/deployment-session.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import { explainOauthError } from './explain-oauth-error.ts';

/** The refresh token stands for the whole sign-in. */
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
