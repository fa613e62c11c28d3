// What went wrong at an OpenID Provider → whose business it is: the person's, the provider's or the operator's. Passes on
// nothing of what a provider says: it may repeat a secret.
import * as openid from 'openid-client';
import type { OidcConnection } from '../../../shared/access/sign-on/oidc-connection.ts';
import type { SignOnFailure } from '../../../shared/errors.ts';
import { ClientSecretMissing } from './authenticate-client.ts';
import { isUnreachable } from './fetch-from-idp.ts';

/** Its metadata is none, or another's. */
export class IdpUnreadable extends Error {}

/** RFC 6749 section 5.2: Stint itself was refused, with a wrong or an expired secret. Nobody can sign on until it is right. */
function isClientRefused(error: unknown): boolean {
  if (error instanceof openid.WWWAuthenticateChallengeError) return true;
  if (!(error instanceof openid.ResponseBodyError)) return false;
  return error.error === 'invalid_client' || error.error === 'unauthorized_client';
}

export function failureOf(error: unknown, { id }: OidcConnection): SignOnFailure {
  if (error instanceof ClientSecretMissing)
    return { code: 'sign_on_misconfigured', reason: 'client-secret-missing', cause: id };
  if (isClientRefused(error))
    return { code: 'sign_on_misconfigured', reason: 'client-authentication-refused', cause: id };
  if (error instanceof IdpUnreadable) return { code: 'idp_unavailable', reason: 'idp-unreadable' };
  if (isUnreachable(error)) return { code: 'idp_unavailable', reason: 'idp-unreachable' };
  if (error instanceof openid.AuthorizationResponseError)
    return { code: 'sign_on_refused', reason: 'idp-error' };
  if (error instanceof openid.ResponseBodyError) return { code: 'sign_on_refused', reason: 'code-refused' };
  const cause = error instanceof openid.ClientError && error.code !== undefined ? { cause: error.code } : {};
  return { code: 'sign_on_refused', reason: 'answer-refused', ...cause };
}
