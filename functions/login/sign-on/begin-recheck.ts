// Keeps the refresh token of a sign-on at an OpenID Provider, if the connection says that people are rechecked by it.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { Secret } from '../../../shared/kernel/secret.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import type { FirstIdToken } from '../../../shared/people/recheck.ts';
import { RecheckId, type SignedOn } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { Connection } from '../../../shared/rules/sign-on/sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { newSessionId } from '../sessions/begin-session.ts';
import { sealProviderToken } from '../sessions/provider-token.ts';

/** By which an OpenID Provider can be asked again about the person. */
export interface ProviderTokens {
  /** Undefined: the provider gave none. */
  readonly refreshToken: Secret<string> | undefined;
  readonly first: FirstIdToken;
}

/**
 * The id of the row that keeps the token. Undefined: the connection has no `recheck`, or there is no token to keep; the log says the
 * latter. Fails with `store_unavailable`: a session never names a row that is not there.
 */
export async function beginRecheck(
  c: LoginContext,
  signedOn: SignedOn,
  { refreshToken, first }: ProviderTokens,
  connections: readonly Connection[],
  { rechecks, tokens, logger }: LoginDeps,
): Promise<Result<RecheckId | undefined, SignOnFailure>> {
  const connection = connections.find(({ id }) => id === signedOn.connection);
  if (connection?.kind !== 'oidc' || connection.recheck === undefined) return ok(undefined);
  const now = c.get('now');
  // Random, and of the form of every id of a session.
  const id = RecheckId.parse(newSessionId());
  const token = refreshToken && (await sealProviderToken(refreshToken, id, now, tokens.keys));
  if (token === undefined) {
    const requestId = c.get('requestId');
    logger.log('warn', 'refresh-token-missing', { requestId, connection: connection.id });
    return ok(undefined);
  }
  const row = { id, signedOn, confirmedAt: now, first, startedAt: now, token, version: 1 };
  const created = await rechecks.create(row);
  return created.ok ? ok(id) : err(storeUnavailable(created.error));
}
