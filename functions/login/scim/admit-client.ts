// Which SCIM client sends a request, by its bearer token. A directory that there is not, a token that was made up, one of another
// directory, one that expired and one that was revoked are all answered alike.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { readScimToken, type ScimToken } from '../../../shared/people/scim-token.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginContext, ScimClient } from '../request/login-env.ts';
import { record } from '../request/record.ts';
import { isSecretOf } from '../sessions/session-cookie.ts';
import type { ScimFault, ScimReason } from './protocol/scim-fault.ts';
import { storeFault } from './scim-answer.ts';
import type { ScimDeps } from './scim-request.ts';

/** A token has some 80 characters. */
const BEARER = /^Bearer +([A-Za-z0-9._-]{1,256})$/i;

const refuse = (reason: ScimReason): Result<never, ScimFault> =>
  err({ status: 401, reason, detail: 'Send the token of this directory as a bearer token.' });

/** A token that exists, with the reason why it opens nothing here. */
interface KnownToken {
  readonly token: ScimToken;
  readonly reason: ScimReason | undefined;
}

function judge(token: ScimToken, directory: string, now: Date): ScimReason | undefined {
  if (token.revokedAt) return 'scim-token-revoked';
  if (now >= token.expiresAt) return 'scim-token-expired';
  return token.directory === directory ? undefined : 'scim-token-of-another-directory';
}

/** Undefined: the token was made up. */
async function findToken(
  authorization: string | undefined,
  directory: string,
  now: Date,
  { scimTokens }: Pick<ScimDeps, 'scimTokens'>,
): Promise<Result<KnownToken | undefined, ScimFault>> {
  const text = BEARER.exec(authorization ?? '')?.[1];
  if (text === undefined) return refuse('scim-token-missing');
  const sent = readScimToken(text);
  if (!sent) return ok(undefined);
  const found = await scimTokens.find(sent.id);
  if (!found.ok) return err(storeFault(found.error));
  const token = found.value;
  if (!token || !isSecretOf(sent.secret, token.hash)) return ok(undefined);
  return ok({ token, reason: judge(token, directory, now) });
}

/** Only a token that exists has an audit row for its refusal: anybody can send one that is made up. */
async function refuseKnown(
  c: LoginContext,
  { directory, name }: ScimToken,
  reason: ScimReason,
  deps: ScimDeps,
) {
  const failure = { code: 'scim_refused', reason } as const;
  // The request is refused even if the row cannot be written.
  await record(c, { action: 'directory-request', directory, client: name, failure }, deps);
  return refuse(reason);
}

/** The client and its directory. Fails with 401, or with 503 where that cannot be known. */
export async function admitClient(c: LoginContext, deps: ScimDeps): Promise<Result<ScimClient, ScimFault>> {
  const id = c.req.param('directory') ?? '';
  const found = await findToken(c.req.header('authorization'), id, c.get('now'), deps);
  if (!found.ok) return found;
  if (!found.value) return refuse('scim-token-unknown');
  const { token, reason } = found.value;
  if (reason !== undefined) return refuseKnown(c, token, reason, deps);
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok)
    return err(storeFault({ reason: 'store-failed', cause: signOn.error.cause ?? signOn.error.reason }));
  const directory = signOn.value.directories.find((one) => one.id === id);
  return directory ? ok({ directory, token }) : refuse('scim-token-unknown');
}
