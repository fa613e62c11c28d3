// A fault at an OpenID Provider → a failure that the person, the provider or the operator can mend. The provider's own words go
// to the operator's log and the audit row, made inert, and never to a page.
import * as openid from 'openid-client';
import * as z from 'zod';
import type { Failure } from '../../../shared/kernel/failure.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import { providerError } from '../sign-on/provider-error.ts';
import { ClientSecretMissing } from './authenticate-client.ts';
import { isUnreachable } from './fetch-from-idp.ts';

/** The ID token's signature is not the provider's, or the provider's keys cannot be had. */
export class IdTokenRefused extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.reason);
    this.failure = failure;
  }
}

/** The provider's metadata cannot be read. */
export class IdpUnreadable extends Error {}

/** The configured issuer's address has another provider's metadata, or none: trying again does not help. */
export class IssuerWrong extends Error {
  readonly reason: 'issuer-wrong' | 'metadata-missing';
  /** The issuer that the metadata names. */
  readonly found: string | undefined;

  constructor(reason: IssuerWrong['reason'], found?: string) {
    super(reason);
    this.reason = reason;
    this.found = found;
  }
}

const WRONG_ISSUER = 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED';
const NamedIssuer = z.object({ body: z.object({ issuer: z.string() }) });

/** Not found, moved or forbidden. A provider that is busy or slow answers 408 or 429. */
const isAbsence = ({ status }: Response): boolean =>
  status >= 300 && status < 500 && status !== 408 && status !== 429;

/** A fault of discovery: the provider is wrong, or the access document is wrong about it. No person's answer was judged yet. */
export function discoveryFault(error: unknown): unknown {
  if (isUnreachable(error) || error instanceof IssuerWrong) return error;
  const { code, cause } = error instanceof openid.ClientError ? error : {};
  if (code === WRONG_ISSUER)
    return new IssuerWrong('issuer-wrong', NamedIssuer.safeParse(cause).data?.body.issuer);
  if (cause instanceof Response && isAbsence(cause)) return new IssuerWrong('metadata-missing');
  return new IdpUnreadable('discovery', { cause: error });
}

/** RFC 6749 section 5.2: the provider refused Stint, whose secret is wrong or expired. No person can sign on until it is right. */
function isClientRefused(error: unknown): boolean {
  if (error instanceof openid.WWWAuthenticateChallengeError) return true;
  if (!(error instanceof openid.ResponseBodyError)) return false;
  return error.error === 'invalid_client' || error.error === 'unauthorized_client';
}

const ErrorBody = z.object({
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
});

/** The provider's answer, if the library has not read it. */
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

/** Without the provider's keys the signature cannot be judged: the token may be sent again. */
const signatureFailure = ({ code, reason }: Failure, refused: SignOnFailure): SignOnFailure =>
  code === 'keys_unavailable'
    ? { code: 'idp_unavailable', reason: 'idp-unreachable' }
    : { ...refused, cause: reason };

export const logoutFailureOf = (failure: Failure): SignOnFailure =>
  signatureFailure(failure, { code: 'logout_refused', reason: 'logout-token-refused' });

/** `secrets`: the values that the provider was sent and may repeat; they are removed from its words. */
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
