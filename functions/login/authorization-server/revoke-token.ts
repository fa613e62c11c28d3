// POST /login/revoke: the command line signs out (RFC 7009). Any token that ever was the session's ends it; of one that
// was not, nothing is said.
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { noteActivity, record } from '../request/record.ts';
import { formatFault, unavailable } from '../request/token-fault.ts';
import { readTokenRequest } from './read-token-request.ts';
import { findByToken } from './refresh.ts';
import { readRefreshToken } from './refresh-token.ts';

export const revokeToken = (deps: LoginDeps) => async (c: LoginContext) => {
  const given = await readTokenRequest(c);
  if (!given.ok) return formatFault(c, given.error, deps);
  const { token } = given.value;
  if (token === undefined) return formatFault(c, { error: 'invalid_request', reason: 'token-missing' }, deps);
  const found = await findByToken(readRefreshToken(token), deps);
  if (!found.ok) return formatFault(c, found.error, deps);
  const session = found.value;
  if (!session) return c.body(null, 200);
  c.set('hasProved', true);
  const ended = await deps.sessions.end([session]);
  if (!ended.ok) return formatFault(c, unavailable(ended.error), deps);
  const { connection, subject, id } = session;
  const recorded = await record(c, { action: 'sign-out', connection, subject, session: id }, deps);
  if (!recorded.ok)
    return formatFault(c, unavailable({ reason: 'audit-lost', cause: recorded.error.cause ?? '' }), deps);
  await noteActivity(c, session, { kind: 'session_ended', subject: '' }, deps);
  return c.body(null, 200);
};
