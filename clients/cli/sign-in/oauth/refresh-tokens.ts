// A refresh token → the next tokens (RFC 6749 section 6). It is used up by that.
import * as openid from 'openid-client';
import type { Result } from '../../../../shared/kernel/result.ts';
import type { CommandFault } from '../../base/command-fault.ts';
import { EXIT } from '../../base/command-fault.ts';
import type { Tokens } from '../../sessions/deployment-session.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import { requestTokens } from './token-endpoint.ts';

/** Asked again where the answer may have been lost: the server gives the same one then, for a moment. */
export async function refreshTokens(
  server: AuthorizationServer,
  { refresh }: Tokens,
): Promise<Result<Tokens, CommandFault>> {
  const ask = () =>
    requestTokens(server, () => openid.refreshTokenGrant(server.configuration, refresh.reveal()));
  const first = await ask();
  return first.ok || first.error.exitCode !== EXIT.service ? first : ask();
}
