// What went wrong at an OpenID Provider → whose business it is: the person's, the provider's or the operator's. What the
// provider says of it goes along for the operator, made inert, and on no page.
import * as openid from 'openid-client';
import * as z from 'zod';
import type { Failure } from '../../../shared/kernel/failure.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import { providerError } from '../sign-on/provider-error.ts';
import { ClientSecretMissing } from './authenticate-client.ts';
import { isUnreachable } from './fetch-from-idp.ts';

/** Whoever signed it, it was not the provider, or the provider's keys cannot be had. */
export class IdTokenRefused extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.reason);
    this.failure = failure;
  }
}

/** Its metadata is none. */
export class IdpUnreadable extends Error {}

/** At the configured issuer there is another provider's metadata, or nobody's: no waiting helps. */
export class IssuerWrong extends Error {
  readonly reason: 'issuer-wrong' | 'metadata-missing';
  /** What the metadata names. */
  readonly found: string | undefined;

  constructor(reason: IssuerWrong['reason'], found?: string) {
    super(reason);
    this.reason = reason;
    this.found = found;
  }
}

const WRONG_ISSUER = 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED';
const NamedIssuer = z.object({ body: z.object({ issuer: z.string() }) });

/** Not found, moved or forbidden; a provider that is busy or slow says 408 or 429. */
const isAbsence = ({ status }: Response): boolean =>
  status >= 300 && status < 500 && status !== 408 && status !== 429;

/** Nobody's answer was judged yet: what is wrong is wrong with the provider, or with what the document says of it. */
export function discoveryFault(error: unknown): unknown {
  if (isUnreachable(error) || error instanceof IssuerWrong) return error;
  const { code, cause } = error instanceof openid.ClientError ? error : {};
  if (code === WRONG_ISSUER)
    return new IssuerWrong('issuer-wrong', NamedIssuer.safeParse(cause).data?.body.issuer);
  if (cause instanceof Response && isAbsence(cause)) return new IssuerWrong('metadata-missing');
  return new IdpUnreadable('discovery', { cause: error });
}

/** RFC 6749 section 5.2: Stint itself was refused, with a wrong or an expired secret. Nobody can sign on until it is right. */
function isClientRefused(error: unknown): boolean {
  if (error instanceof openid.WWWAuthenticateChallengeError) return true;
  if (!(error instanceof openid.ResponseBodyError)) return false;
  return error.error === 'invalid_client' || error.error === 'unauthorized_client';
}

const ErrorBody = z.object({
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
});

/** What the provider answered, where the library has not read it. */
async function bodyOf({ response }: openid.WWWAuthenticateChallengeError): Promise<unknown> {
  try {
    return response.bodyUsed ? undefined : await response.json();
  } catch {
    return undefined; // no JSON
  }
}

async function saidBy(error: unknown, secrets: readonly string[]) {
  const source = error instanceof openid.WWWAuthenticateChallengeError ? await bodyOf(error) : error;
  const { error: code, error_description } = ErrorBody.safeParse(source).data ?? {};
  const said = providerError([code, error_description], secrets);
  return said === undefined ? {} : { providerError: said };
}

/** Without the provider's keys nobody knows who signed it: it is as good as not come, and may come again. */
const signatureFailure = ({ code, reason }: Failure, refused: SignOnFailure): SignOnFailure =>
  code === 'keys_unavailable'
    ? { code: 'idp_unavailable', reason: 'idp-unreachable' }
    : { ...refused, cause: reason };

export const logoutFailureOf = (failure: Failure): SignOnFailure =>
  signatureFailure(failure, { code: 'logout_refused', reason: 'logout-token-refused' });

/** `secrets`: what the provider was sent, and may repeat. */
export async function failureOf(
  error: unknown,
  { id }: OidcConnection,
  secrets: readonly string[],
): Promise<SignOnFailure> {
  if (error instanceof ClientSecretMissing)
    return { code: 'sign_on_misconfigured', reason: 'client-secret-missing', cause: id };
  if (error instanceof IssuerWrong) {
    const found = providerError([error.found], secrets);
    const { reason } = error;
    return { code: 'sign_on_misconfigured', reason, cause: id, ...(found && { providerError: found }) };
  }
  if (isClientRefused(error)) {
    const said = await saidBy(error, secrets);
    return { code: 'sign_on_misconfigured', reason: 'client-authentication-refused', cause: id, ...said };
  }
  if (error instanceof IdTokenRefused)
    return signatureFailure(error.failure, { code: 'sign_on_refused', reason: 'answer-refused' });
  if (error instanceof IdpUnreadable) return { code: 'idp_unavailable', reason: 'idp-unreadable' };
  if (isUnreachable(error)) return { code: 'idp_unavailable', reason: 'idp-unreachable' };
  if (error instanceof openid.AuthorizationResponseError)
    return { code: 'sign_on_refused', reason: 'idp-error', ...(await saidBy(error, secrets)) };
  if (error instanceof openid.ResponseBodyError)
    return { code: 'sign_on_refused', reason: 'code-refused', ...(await saidBy(error, secrets)) };
  const cause = error instanceof openid.ClientError && error.code !== undefined ? { cause: error.code } : {};
  return { code: 'sign_on_refused', reason: 'answer-refused', ...cause };
}
