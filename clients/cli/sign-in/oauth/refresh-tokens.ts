// A refresh token → the next tokens (RFC 6749 section 6). It is used up by that.
import * as openid from 'openid-client';
import type { Result } from '../../../../shared/kernel/result.ts';
import { EXIT } from '../../base/exit-code.ts';
import type { Fault } from '../../base/fault.ts';
import type { Tokens } from '../../sessions/session.ts';
import { askForTokens } from './ask-for-tokens.ts';
import type { AuthorizationServer } from './authorization-server.ts';

/** Asked again where the answer may have been lost: the server gives the same one then, for a moment. */
export async function refreshTokens(
  server: AuthorizationServer,
  { refresh }: Tokens,
): Promise<Result<Tokens, Fault>> {
  const ask = () =>
    askForTokens(server, () => openid.refreshTokenGrant(server.configuration, refresh.reveal()));
  const first = await ask();
  return first.ok || first.error.exitCode !== EXIT.service ? first : ask();
}
